import { assert, assertEquals } from "../assert.ts";
import type { Graph, Matrix } from "../../graphs/graph.ts";
import { FINITE_DIFFERENCE } from "../tolerances.ts";
import { bce } from "./bce.ts";
import { couplingInverse } from "./coupling.ts";
import { dropoutKey, dropoutMask } from "./dropout.ts";
import { genBlock } from "./gen_block.ts";
import { gnnForward, gnnLossAndGradients, type GnnMasks, type GnnParams } from "./gnn.ts";
import { columns } from "./copy_columns.ts";
import { type Dense, finiteDifferences, fromFloat32 } from "./matrix.ts";
import { largestError, matricesOf, random } from "./matrix.ts";

const EDGE_FEATURES = 2;
const TASKS = 2;
const nodes = Uint32Array.of(0, 2, 3, 5);

for (const groups of [1, 2, 3]) {
  for (const oneHot of [false, true]) {
    const title = `${groups} groups, one-hot: ${oneHot}`;
    Deno.test(`gnnLossAndGradients() equals finite differences, ${title}`, () => {
      const [graph, params] = [tinyGraph(oneHot), tinyParams(groups, oneHot)];
      // One case goes without masks.
      const masks = groups === 2 && oneHot ? {} : tinyMasks(groups);
      checkGradients(graph, params, groups, masks);
    });
  }
}

Deno.test("gnnLossAndGradients() of no layers is an MLP's", () => {
  const params = { ...tinyParams(2, false), layers: [] };
  const options = { groups: 2, nodes };
  const { gradients } = gnnLossAndGradients(tinyGraph(false), params, options);
  assert(gradients.edgeEncoder!.data.every((value) => value === 0));
  assertEquals(gradients.layers, []);
});

Deno.test("gnnForward()'s last layer can be inverted to its first, by the same masks", () => {
  const [graph, params, groups] = [tinyGraph(true), tinyParams(3, true), 3];
  const masks = tinyMasks(groups);
  const { input, inputs, last } = gnnForward(graph, params, { groups, nodes }, masks);
  const edgeFeatures = fromFloat32(graph.edgeFeatures);
  let x = last;
  for (const blocks of params.layers.toReversed()) {
    x = couplingInverse(x, groups, (i, part) => {
      const mask = columns(masks.layers![0]!, 3 * i, 3);
      return genBlock(graph, edgeFeatures, params.edgeEncoder, blocks[i]!, part, mask);
    });
  }
  const rest = columns(x, 3, 3).data.map((value, k) => value + columns(x, 6, 3).data[k]!);
  assert(largestError(rest, inputs[0]![0]!.data) <= 1e-12);
  assertEquals(input.cols, 4 + 8);
});

function checkGradients(graph: Graph, params: GnnParams, groups: number, masks: GnnMasks) {
  const options = { groups, nodes };
  const labels = fromFloat32(graph.labels);
  const loss = () => bce(gnnForward(graph, params, options, masks).logits, labels, nodes).loss;
  const actual = gnnLossAndGradients(graph, params, options, masks);
  assertEquals(actual.loss, loss());
  const gradients = new Map(matricesOf(actual.gradients));
  const variables = matricesOf(params);
  assertEquals([...gradients.keys()].toSorted(), variables.map(([name]) => name).toSorted());
  for (const [name, variable] of variables) {
    assert(gradients.get(name)!.data.some((value) => value !== 0), `${name} has a gradient`);
    const expected = finiteDifferences(loss, variable.data);
    const error = largestError(gradients.get(name)!.data, expected);
    assert(error <= FINITE_DIFFERENCE, `${name}: ${error}`);
  }
}

/** Six nodes: 1 without in-edges, a loop at 2, an edge twice at 3. */
function tinyGraph(oneHot: boolean): Graph {
  const species = new Float32Array(6 * 3);
  [0, 2, 1, 1, 0, 2].forEach((category, i) => species[3 * i + category] = 1);
  return {
    name: "tiny",
    nodes: 6,
    rowPtr: Uint32Array.of(0, 2, 2, 4, 7, 8, 10),
    colIdx: Uint32Array.of(1, 4, 0, 2, 5, 5, 1, 3, 0, 4),
    edgeFeatures: float32(random(10, EDGE_FEATURES, 1)),
    x: float32(random(6, 4, 2)),
    ...oneHot && { oneHot: { rows: 6, cols: 3, data: species } },
    labels: float32({
      ...random(6, TASKS, 3),
      data: random(6, TASKS, 3).data.map((v) => +(v > 0)),
    }),
    split: { train: nodes, valid: Uint32Array.of(1), test: Uint32Array.of(4) },
  };
}

/** Scales and shifts with which no branch is dead. */
function aroundOne(affine: Dense): Dense {
  return { ...affine, data: affine.data.map((value) => 1 + value / 2) };
}

/** Two layers of three channels a group. */
function tinyParams(groups: number, oneHot: boolean): GnnParams {
  let seed = 10;
  const matrix = (rows: number, cols: number) => random(rows, cols, seed++);
  const width = 3 * groups;
  const block = () => ({
    norm: aroundOne(matrix(2, 3)),
    edgeEncoder: matrix(width + 1, 3),
    mlp0: matrix(4, 6),
    mlpNorm: aroundOne(matrix(2, 6)),
    mlp3: matrix(7, 3),
  });
  return {
    ...oneHot && { nodeOneHotEncoder: matrix(4, 8) },
    nodeFeaturesEncoder: matrix(4 + (oneHot ? 8 : 0) + 1, width),
    edgeEncoder: matrix(EDGE_FEATURES + 1, width),
    layers: [0, 1].map(() => Array.from({ length: groups }, block)),
    lastNorm: aroundOne(matrix(2, width)),
    nodePredLinear: matrix(width + 1, TASKS),
  };
}

/** Of two layers: a mask each where they are residual, else the same. */
function tinyMasks(groups: number): GnnMasks {
  const mask = (stream: number, layer = 0) =>
    dropoutMask(dropoutKey(0, 0, stream, layer), 0.25, 6, 3 * groups);
  return { layers: [mask(0), mask(0, groups === 1 ? 1 : 0)], classifier: mask(1) };
}

function float32({ rows, cols, data }: Dense): Matrix {
  return { rows, cols, data: Float32Array.from(data) };
}
