import { type Tensor, tensorBytes } from "../../gpu/tensor.ts";
import { DeviceGraph } from "../../batch/device_graph.ts";
import type { Graph } from "../../graphs/graph.ts";
import { edgeSoftmax, edgeSoftmaxBackward } from "../../kernels/edge_softmax.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import * as reference from "../reference/edge_softmax.ts";
import {
  type Dense,
  dense,
  largestError,
  mulberry32,
  random,
  transposed,
} from "../reference/matrix.ts";
import { KERNEL } from "../tolerances.ts";
import { compareOperator } from "./compare_operator.ts";
import { assertClose, gpu, read, rounded, upload } from "./device.ts";
import { graphOf, grid, randomEdges } from "./graphs.ts";

const HEADS = [1, 3, 4, 5, 7, 8, 12];

const EDGES: [what: string, nodes: number, heads: number[], edges: [number, number][]][] = [
  ["no node", 0, HEADS, []],
  ["one node", 1, HEADS, []],
  ["one loop", 1, HEADS, [[0, 0]]],
  ["a loop twice", 1, HEADS, [[0, 0], [0, 0]]],
  ["no edge", 67, HEADS, []],
  // Repeated edges, loops, nodes without in-edges, without out-edges, without either.
  ["67 nodes", 67, HEADS, randomEdges(67, 302, 1)],
  ["several workgroups", 257, [1, 5], randomEdges(257, 1998, 2)],
  ["66001 nodes", 66_001, [3], randomEdges(66_001, 131_998, 3)],
];

for (const [what, nodes, heads, edges] of EDGES) {
  Deno.test(`edgeSoftmax() and its gradients equal their reference, ${what}`, async () => {
    const graph = graphOf(nodes, edges, dense(edges.length, 0));
    for (const cols of heads) {
      // Scores of a grid, whose sums float32 does not round over a kink.
      const [source, target] = [4, 5].map((seed) => times(grid(nodes, cols, seed), 4));
      for (const to of [undefined, target!]) {
        for (const keep of [undefined, keepOf(edges.length)]) {
          await compare(graph, source!, to, keep, `${cols} heads`);
        }
      }
    }
  });
}

Deno.test("edgeSoftmax() and its gradients are exact for scores of ±10,000", async () => {
  const edges = randomEdges(67, 302, 6);
  const graph = graphOf(67, edges, dense(edges.length, 0));
  // Thousands apart or equal: the highest share all attention.
  const [source, target] = [7, 8].map((seed) => {
    const x = random(67, 3, seed);
    return { ...x, data: x.data.map((value) => 5000 * Math.round(2 * value)) };
  });
  assertEquals(Math.max(...source!.data), 10_000);
  assertEquals(Math.min(...source!.data), -10_000);
  await compare(graph, source!, target!, keepOf(edges.length), "large scores");
});

Deno.test("edgeSoftmax() gives no attention to rows that lost all edges, and 1 in all to others", async () => {
  const edges = randomEdges(67, 302, 9);
  const graph = graphOf(67, edges, dense(edges.length, 0));
  const keep = keepOf(edges.length);
  using device = new DeviceGraph(gpu, graph);
  const source = rounded(random(67, 4, 10));
  const attention = await read(edgeSoftmax(device, { source: upload(source) }, uploadKeep(keep)));
  let lost = 0;
  for (let i = 0; i < 67; i++) {
    const [begin, end] = [graph.rowPtr[i]!, graph.rowPtr[i + 1]!];
    const kept = keep.slice(begin, end).includes(1);
    lost += Number(!kept && end > begin);
    for (let head = 0; head < 4; head++) {
      let sum = 0;
      for (let e = begin; e < end; e++) {
        const weight = attention[edges.length * head + e]!;
        assert(keep[e] === 1 ? weight > 0 : weight === 0);
        sum += weight;
      }
      assert(Math.abs(sum - Number(kept)) <= KERNEL, `${sum}`);
    }
  }
  assert(lost > 0);
});

Deno.test("edgeSoftmaxBackward() reads nothing behind the last head's edges", async () => {
  const edges = randomEdges(67, 302, 13);
  using device = new DeviceGraph(gpu, graphOf(67, edges, dense(edges.length, 0)));
  const source = upload(dense(67, 3));
  const attention = edgeSoftmax(device, { source });
  const [rows, cols] = [3, edges.length];
  const matrix = { data: new Float32Array(rows * cols), rows, cols };
  const dAttention = gpu.upload(matrix, "activations", tensorBytes(rows + 1, cols));
  const gradients = edgeSoftmaxBackward(device, { source }, attention, dAttention);
  await assertClose(gradients.source, dense(67, 3), 0, "dSource");
});

Deno.test("edgeSoftmax() refuses scores of another graph", () => {
  using graph = new DeviceGraph(gpu, graphOf(10, [[0, 1]], dense(1, 0)));
  const [right, wrong] = [upload(dense(10, 2)), upload(dense(12, 2))];
  for (const scores of [{ source: wrong }, { source: right, target: wrong }]) {
    assertThrows(
      () => edgeSoftmax(graph, scores),
      RangeError,
      "Cannot weigh edges as scores must have one row per node: found 12 rows, the graph has 10 nodes",
    );
  }
});

async function compare(
  graph: Graph,
  source: Dense,
  target: Dense | undefined,
  keep: number[] | undefined,
  title: string,
): Promise<void> {
  using device = new DeviceGraph(gpu, graph);
  await compareOperator({
    of: `${title}, ${target ? "both ends" : "sources"}, ${keep ? "" : "not "}dropped`,
    inputs: { source, target, dAttention: random(source.cols, graph.colIdx.length, 11) },
    ours: ({ dAttention, ...scores }) => {
      const attention = edgeSoftmax(device, scores, keep && uploadKeep(keep));
      const gradients = edgeSoftmaxBackward(device, scores, attention, dAttention);
      return { attention, dSource: gradients.source, dTarget: gradients.target };
    },
    expected: ({ dAttention, ...scores }) => {
      const edges = { graph, ...scores, keep };
      const { dSource, dTarget } = reference.edgeSoftmaxBackward(edges, transposed(dAttention));
      return {
        attention: transposed(reference.edgeSoftmax(edges)),
        dSource: (actual, what) => assertScores(actual, dSource, what),
        dTarget: target && ((actual, what) => assertScores(actual, dTarget, what)),
      };
    },
  });
}

/** Scores whose gradients cancel, as a lone in-edge's, are held to rounding of the incoming ones, 1. */
async function assertScores(actual: Tensor, expected: Dense, what: string): Promise<void> {
  await assertClose(actual, expected, Infinity, what);
  const error = largestError([...await read(actual), 1], [...expected.data, 1]);
  if (!(error <= KERNEL)) throw new Error(`${what} is off by ${error}, allowed ${KERNEL}`);
}

function times(x: Dense, factor: number): Dense {
  return { ...x, data: x.data.map((value) => factor * value) };
}

/** 0 for about half the edges. */
function keepOf(edges: number): number[] {
  const next = mulberry32(12);
  return Array.from({ length: edges }, () => Number(next() < 0.5));
}

function uploadKeep(keep: number[]) {
  return gpu.upload({ data: Uint32Array.from(keep), rows: 1, cols: keep.length });
}
