import { DeviceGraph } from "../../gpu/device_graph.ts";
import type { Graph } from "../../graphs/graph.ts";
import { edgeSum, edgeSumBackward, edgeSumBackwardAttention } from "../../kernels/edge_sum.ts";
import { assertThrows } from "../assert.ts";
import * as reference from "../reference/edge_sum.ts";
import { add, type Dense, dense, random, transposed } from "../reference/matrix.ts";
import { KERNEL } from "../tolerances.ts";
import { assertClose, gpu, rounded, upload } from "./device.ts";
import { graphOf, randomEdges } from "./graphs.ts";

/** Of a head; heads that straddle a vec4 and others, the paper's widest among them. */
const CHANNELS = [1, 3, 4, 5, 7, 8, 12, 13, 40, 178];

const EDGES: [
  what: string,
  nodes: number,
  heads: number[],
  channels: number[],
  edges: [number, number][],
][] = [
  ["no node", 0, [1, 3], CHANNELS, []],
  ["one node", 1, [1, 3], CHANNELS, []],
  ["one loop", 1, [1, 3], CHANNELS, [[0, 0]]],
  ["a loop twice", 1, [1, 3], CHANNELS, [[0, 0], [0, 0]]],
  ["no edge", 67, [1, 3], CHANNELS, []],
  // Repeated edges, loops, nodes without in-edges, without out-edges, without either.
  ["67 nodes", 67, [1, 2, 3, 4, 5, 8], CHANNELS, randomEdges(67, 302, 1)],
  ["several workgroups", 257, [3], [1, 5, 12], randomEdges(257, 1998, 2)],
  ["66001 nodes", 66_001, [3], [3], randomEdges(66_001, 131_998, 3)],
];

for (const [what, nodes, heads, channels, edges] of EDGES) {
  for (const scaled of [false, true]) {
    const title = `${what}, ${scaled ? "" : "not "}scaled`;
    Deno.test(`edgeSum() and its gradients equal their reference, ${title}`, async () => {
      const graph = graphOf(nodes, edges, dense(edges.length, 0));
      using device = new DeviceGraph(gpu, graph);
      for (const count of heads) {
        for (const each of channels) await compare(graph, device, count, each, scaled);
      }
    });
  }
}

async function compare(
  graph: Graph,
  device: DeviceGraph,
  heads: number,
  channels: number,
  scaled: boolean,
): Promise<void> {
  const what = (name: string) => `${name} of ${heads} × ${channels}`;
  const [nodes, edges, width] = [graph.nodes, graph.colIdx.length, heads * channels];
  const [attention, x, dy] = [
    rounded(withZeros(random(edges, heads, 4))),
    rounded(random(nodes, width, 5)),
    rounded(random(nodes, width, 6)),
  ];
  const [target, source] = [7, 8].map((seed) => rounded(random(1, nodes, seed)));
  const values = scaled ? { target: target!.data, source: source!.data } : undefined;
  const scales = scaled ? { target: upload(target!), source: upload(source!) } : undefined;

  const [weights, input, gradient] = [upload(transposed(attention)), upload(x), upload(dy)];
  const expected = reference.edgeSum(graph, attention, x, values);
  await assertClose(
    edgeSum(device, weights, input, { scales }),
    expected,
    KERNEL,
    what("out"),
  );
  for (const sign of [1, -1] as const) {
    const residual = { y: upload(dy), sign };
    edgeSum(device, weights, input, { scales, residual });
    await assertClose(residual.y, add(dy, times(expected, sign)), KERNEL, what(`y with ${sign}`));
  }

  const gradients = reference.edgeSumBackward(graph, attention, x, dy, values);
  const dx = edgeSumBackward(device, weights, gradient, scales);
  await assertClose(dx, gradients.dx, KERNEL, what("dx"));
  const dAttention = edgeSumBackwardAttention(device, input, gradient, { heads, scales });
  await assertClose(dAttention, transposed(gradients.dAttention), KERNEL, what("dAttention"));
  gpu.trim();
}

/** Every third edge has no attention, as dropped ones, and single heads of others have none. */
function withZeros(attention: Dense): Dense {
  const data = attention.data.map((value, k) =>
    Math.floor(k / attention.cols) % 3 === 1 || k % 5 === 2 ? 0 : value
  );
  return { ...attention, data };
}

function times(x: Dense, factor: number): Dense {
  return { ...x, data: x.data.map((value) => factor * value) };
}

Deno.test("edgeSum() refuses rows, edges and heads that do not fit the graph", () => {
  using graph = new DeviceGraph(gpu, graphOf(10, [[0, 1]], dense(1, 0)));
  const message = (rows: number, edges: number, heads: number) =>
    `Cannot sum ${rows} rows of 6 channels over ${edges} edges of ${heads} heads: the graph has ` +
    "10 nodes and 1 edges, and channels must be a multiple of heads";
  for (const [rows, edges, heads] of [[12, 1, 2], [10, 3, 2], [10, 1, 4]] as const) {
    const [attention, x] = [upload(dense(heads, edges)), upload(dense(rows, 6))];
    for (const sum of [edgeSum, edgeSumBackward]) {
      assertThrows(() => sum(graph, attention, x), RangeError, message(rows, edges, heads));
    }
  }
  const x = upload(dense(12, 6));
  assertThrows(
    () => edgeSumBackwardAttention(graph, x, x, { heads: 2 }),
    RangeError,
    message(12, 1, 2),
  );
});
