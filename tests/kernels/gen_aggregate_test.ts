import type { Tensor } from "../../gpu/tensor.ts";
import { DeviceGraph } from "../../batch/device_graph.ts";
import {
  genAggregate,
  genAggregateBackward,
  genAggregateBackwardEncoder,
} from "../../kernels/gen_aggregate.ts";
import type { Graph } from "../../graphs/graph.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import * as reference from "../reference/gen_aggregate.ts";
import { add, type Dense, dense, fromFloat32, random } from "../reference/matrix.ts";
import { KERNEL } from "../tolerances.ts";
import { compareOperator } from "./compare_operator.ts";
import { assertClose, gpu, read, rounded, upload } from "./device.ts";
import { graphOf, grid, randomEdges } from "./graphs.ts";

const CHANNELS = [1, 3, 4, 5, 7, 8, 12, 40];
/** None, part of a vec4, one, a whole invocation's 8, and past it. */
const FEATURES = [0, 1, 3, 8, 11];

for (const features of FEATURES) {
  Deno.test(`genAggregate() and its gradients equal their reference, ${features} edge features`, async () => {
    const edges = randomEdges(67, 300, 1);
    const graph = graphOf(67, edges, grid(edges.length, features, 2));
    for (const channels of CHANNELS) await compare(graph, channels);
  });
}

const EDGES: [what: string, nodes: number, edges: [number, number][]][] = [
  ["no node", 0, []],
  ["one node", 1, []],
  ["one loop", 1, [[0, 0]]],
  ["no edge", 67, []],
  ["several workgroups", 257, randomEdges(257, 2000, 3)],
];

for (const [what, nodes, edges] of EDGES) {
  Deno.test(`genAggregate() and its gradients equal their reference, ${what}`, async () => {
    const graph = graphOf(nodes, edges, grid(edges.length, 8, 4));
    for (const channels of [1, 5, 12]) await compare(graph, channels);
  });
}

Deno.test("genAggregate() and its gradients equal their reference, 66001 nodes", async () => {
  const edges = randomEdges(66_001, 132_000, 5);
  await compare(graphOf(66_001, edges, grid(edges.length, 1, 6)), 3);
});

/** The longest row of in-edges, and the bits its winners take: all ones mean that there is none. */
const LONGEST: [edges: number, bits: number][] = [
  [254, 8],
  [255, 16],
  [300, 16],
  [65_534, 16],
  [65_535, 32],
  [66_000, 32],
];

for (const [edges, bits] of LONGEST) {
  Deno.test(`genAggregate() keeps winners among ${edges} edges in ${bits} bits`, async () => {
    const winners = await compare(graphOfLongRow(edges), 5);
    assertEquals(winners.bits, bits);
    assert(winners.places.includes(edges - 1) && winners.places.includes(-1));
  });
}

Deno.test("genAggregate() picks the reference's winners among random numbers", async () => {
  const edges = randomEdges(257, 2000, 7);
  const graph = graphOf(257, edges, random(edges.length, 8, 8));
  const [x, encoder] = [rounded(random(257, 40, 9)), rounded(random(9, 40, 10))];
  using device = new DeviceGraph(gpu, graph);
  const { y, winner } = genAggregate(device, upload(x), upload(encoder));
  const expected = reference.genAggregate(graph, x, fromFloat32(graph.edgeFeatures), encoder);
  await assertClose(y, expected.y, KERNEL, "y");
  assertEquals((await readWinners(winner, x)).places, expected.winner);
});

Deno.test("genAggregate() refuses x or an encoder of another shape", () => {
  using graph = new DeviceGraph(gpu, graphOf(10, [[0, 1]], dense(1, 3)));
  const [x, encoder] = [upload(dense(10, 5)), upload(dense(4, 5))];
  assertThrows(
    () => genAggregate(graph, upload(dense(12, 5)), encoder),
    RangeError,
    "Cannot aggregate x as x must have one row per node: x has 12 rows, the graph 10 nodes",
  );
  for (const [rows, cols] of [[3, 5], [4, 4]] as const) {
    assertThrows(
      () => genAggregate(graph, x, upload(dense(rows, cols))),
      RangeError,
      `Cannot encode 3 edge features into 5 channels with an encoder of ${rows} × ${cols}: ` +
        "it must be 4 × 5",
    );
  }
});

for (const features of [0, 3]) {
  Deno.test(`genAggregate() without an encoder or residual, ${features} edge features`, async () => {
    const edges = randomEdges(67, 300, 1);
    const graph = graphOf(67, edges, grid(edges.length, features, 2));
    using device = new DeviceGraph(gpu, graph);
    for (const channels of CHANNELS) {
      const [x, dy, into] = [15, 16, 17].map((seed) => rounded(random(67, channels, seed)));
      const none = dense(edges.length, 0);
      const expected = reference.genAggregate(graph, x!, none);
      const { dx } = reference.genAggregateBackward(graph, x!, none, undefined, dy!);
      const [encoded, alone] = [true, false].map((residual) =>
        genAggregate(device, upload(x!), undefined, residual)
      );
      await assertClose(encoded!.y, expected.y, KERNEL, `y of ${channels}`);
      await assertClose(alone!.y, minus(expected.y, x!), KERNEL, `messages of ${channels}`);
      const sum = upload(into!);
      genAggregateBackward(device, alone!.winner, upload(dy!), sum);
      await assertClose(sum, add(into!, minus(dx, dy!)), KERNEL, `dx of ${channels}`);
    }
  });
}

function minus(a: Dense, b: Dense): Dense {
  return { ...a, data: a.data.map((value, k) => value - b.data[k]!) };
}

interface Winners {
  /** [nodes × channels]: places in their rows as the reference gives them, -1 for none. */
  places: Int32Array;
  bits: number;
}

/** Compares values, winners and gradients; returns the winners. */
async function compare(graph: Graph, channels: number): Promise<Winners> {
  const edgeFeatures = fromFloat32(graph.edgeFeatures);
  using device = new DeviceGraph(gpu, graph);
  let winners: Winners;
  await compareOperator({
    of: `${graph.nodes} × ${channels}, ${graph.colIdx.length} edges`,
    inputs: {
      x: grid(graph.nodes, channels, 11),
      encoder: grid(edgeFeatures.cols + 1, channels, 12),
      dy: random(graph.nodes, channels, 13),
    },
    ours: ({ x, encoder, dy }) => {
      const { y, winner } = genAggregate(device, x, encoder);
      const dx = genAggregateBackward(device, winner, dy);
      return { y, winner, dx, dEncoder: genAggregateBackwardEncoder(device, winner, dy) };
    },
    expected: ({ x, encoder, dy }) => {
      const { y, winner } = reference.genAggregate(graph, x, edgeFeatures, encoder);
      const gradients = reference.genAggregateBackward(graph, x, edgeFeatures, encoder, dy);
      return {
        y,
        winner: async (actual, what) => {
          winners = await readWinners(actual, x);
          assertEquals(winners.places, winner, what);
        },
        dx: gradients.dx,
        dEncoder: gradients.dEncoder,
      };
    },
  });
  return winners!;
}

async function readWinners(winner: Tensor, { rows, cols }: Dense): Promise<Winners> {
  const values = await read(winner);
  const bits = 8 * winner.cols / Math.ceil(cols / 4);
  const packed = bits === 8
    ? new Uint8Array(values.buffer)
    : bits === 16
    ? new Uint16Array(values.buffer)
    : new Uint32Array(values.buffer);
  const stride = Math.ceil(cols / 4) * 4;
  const places = Int32Array.from({ length: rows * cols }, (_, k) => {
    const place = packed[Math.floor(k / cols) * stride + k % cols]!;
    return place === 2 ** bits - 1 ? -1 : place;
  });
  return { places, bits };
}

/** Node 0 receives `edges` edges, of which the last has by far the largest feature. */
function graphOfLongRow(edges: number): Graph {
  const nodes = 67;
  const row = Array.from({ length: edges }, (_, e) => [Math.floor(e * nodes / edges), 0] as const);
  const others = [[0, 1], [1, 1], [66, 2], [0, 66], [5, 66]] as const;
  const edgeFeatures = grid(edges + others.length, 1, 14);
  edgeFeatures.data[edges - 1] = 64;
  const graph = graphOf(nodes, [...row, ...others], edgeFeatures);
  assert(graph.rowPtr[1] === edges && graph.edgeFeatures.data[edges - 1] === 64);
  return graph;
}
