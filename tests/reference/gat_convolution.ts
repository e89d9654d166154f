/**
 * GAT convolution, edge by edge:
 *
 *     F = X W,   z_eh = LeakyReLU(outdegree_j^-½ F_jh · attn_l_h + F_ih · attn_r_h)
 *     y_ih = indegree_i^½ Σ_e (exp z_eh / Σ_e' exp z_e'h) outdegree_j^-½ F_jh + (X W_res)_ih
 *
 * over the kept e = (j→i). Degrees, of all edges and at least 1, only if symmetric.
 */
import { edgeSoftmax, edgeSoftmaxBackward } from "./edge_softmax.ts";
import { edgeSumBackward, type EndScales } from "./edge_sum.ts";
import type { InEdges } from "./gen_aggregate.ts";
import { headScores, headScoresBackward } from "./head_scores.ts";
import { linear, linearBackward } from "./linear.ts";
import { add, type Dense, dense, row } from "./matrix.ts";

export interface GatParams {
  fc: Dense; // [inputs, H · d]
  attnL: Dense; // [1, H · d]
  attnR?: Dense | undefined;
  resFc?: Dense | undefined;
}

export interface GatOptions {
  heads: number;
  symmetric?: boolean;
  /** [M] */
  keep?: ArrayLike<number> | undefined;
}

/** Applies the convolution to x [N, inputs]. */
export function gatConvolution(
  graph: InEdges,
  x: Dense,
  { fc, attnL, attnR, resFc }: GatParams,
  { heads, symmetric = false, keep }: GatOptions,
): Dense {
  const features = linear(x, fc);
  const y = resFc ? linear(x, resFc) : dense(x.rows, fc.cols);
  const [inRoots, outRoots] = degreeRoots(graph);
  const channels = fc.cols / heads;
  const product = (i: number, head: number, vectors: Dense) => {
    let sum = 0;
    for (let c = head * channels; c < (head + 1) * channels; c++) {
      sum += row(features, i)[c]! * vectors.data[c]!;
    }
    return sum;
  };
  for (let i = 0; i < x.rows; i++) {
    for (let head = 0; head < heads; head++) {
      const terms: { j: number; scale: number; power: number }[] = [];
      for (let e = graph.rowPtr[i]!; e < graph.rowPtr[i + 1]!; e++) {
        if (keep?.[e] === 0) continue;
        const j = graph.colIdx[e]!;
        const scale = symmetric ? 1 / outRoots![j]! : 1;
        const z = scale * product(j, head, attnL) + (attnR ? product(i, head, attnR) : 0);
        terms.push({ j, scale, power: Math.exp(Math.max(z, 0.2 * z)) });
      }
      const total = terms.reduce((sum, { power }) => sum + power, 0);
      for (const { j, scale, power } of terms) {
        const weight = (symmetric ? inRoots![i]! : 1) * power / total * scale;
        for (let c = head * channels; c < (head + 1) * channels; c++) {
          row(y, i)[c]! += weight * row(features, j)[c]!;
        }
      }
    }
  }
  return y;
}

/** The gradients of the convolution, through its parts'. */
export function gatConvolutionBackward(
  graph: InEdges,
  x: Dense,
  params: GatParams,
  dy: Dense,
  { heads, symmetric = false, keep }: GatOptions,
): { dx: Dense; dParams: GatParams } {
  const { fc, attnL, attnR, resFc } = params;
  const features = linear(x, fc);
  const [inRoots, outRoots] = degreeRoots(graph);
  const scales: EndScales | undefined = symmetric
    ? { target: inRoots!, source: outRoots!.map((root) => 1 / root) }
    : undefined;
  const source = headScores(features, attnL, { heads, scale: scales?.source });
  const target = attnR && headScores(features, attnR, { heads });
  const edges = { graph, source, target, keep };

  const attention = edgeSoftmax(edges);
  const sum = edgeSumBackward(graph, attention, features, dy, scales);
  const { dSource, dTarget } = edgeSoftmaxBackward(edges, sum.dAttention);
  const left = headScoresBackward(features, attnL, dSource, scales?.source);
  const right = attnR && headScoresBackward(features, attnR, dTarget);
  const dFeatures = [left.dx, ...right ? [right.dx] : []].reduce(add, sum.dx);
  const main = linearBackward(x, fc, dFeatures);
  const residual = resFc && linearBackward(x, resFc, dy);
  return {
    dx: residual ? add(main.dx, residual.dx) : main.dx,
    dParams: {
      fc: main.dWeight,
      attnL: left.dVectors,
      ...right && { attnR: right.dVectors },
      ...residual && { resFc: residual.dWeight },
    },
  };
}

/** Roots of in-degrees and out-degrees, which count as 1 at least. */
function degreeRoots({ rowPtr, colIdx }: InEdges): [Float64Array, Float64Array] {
  const nodes = rowPtr.length - 1;
  const [inDegrees, outDegrees] = [new Float64Array(nodes), new Float64Array(nodes)];
  for (let i = 0; i < nodes; i++) {
    for (let e = rowPtr[i]!; e < rowPtr[i + 1]!; e++) {
      inDegrees[i]!++;
      outDegrees[colIdx[e]!]!++;
    }
  }
  const root = (degree: number) => Math.sqrt(Math.max(1, degree));
  return [inDegrees.map(root), outDegrees.map(root)];
}
