import { DeviceGraph } from "../../batch/device_graph.ts";
import type { Graph } from "../../graphs/graph.ts";
import { edgeSum, edgeSumBackward, edgeSumBackwardAttention } from "../../kernels/edge_sum.ts";
import { assertThrows } from "../assert.ts";
import * as reference from "../reference/edge_sum.ts";
import { add, type Dense, dense, random, transposed } from "../reference/matrix.ts";
import { compareOperator } from "./compare_operator.ts";
import { gpu, upload } from "./device.ts";
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
  const [nodes, edges, width] = [graph.nodes, graph.colIdx.length, heads * channels];
  const [x, dy] = [5, 6].map((seed) => random(nodes, width, seed)) as [Dense, Dense];
  const [target, source] = [7, 8].map((seed) => scaled ? random(1, nodes, seed) : undefined);
  await compareOperator({
    of: `${heads} × ${channels}`,
    inputs: {
      ...{ x, dy, target, source, added: dy, subtracted: dy },
      attention: transposed(withZeros(random(edges, heads, 4))),
    },
    ours: ({ attention, x, dy, target, source, added, subtracted }) => {
      const scales = target && source && { target, source };
      edgeSum(device, attention, x, { scales, residual: { y: added, sign: 1 } });
      edgeSum(device, attention, x, { scales, residual: { y: subtracted, sign: -1 } });
      return {
        ...{ out: edgeSum(device, attention, x, { scales }), added, subtracted },
        dx: edgeSumBackward(device, attention, dy, scales),
        dAttention: edgeSumBackwardAttention(device, x, dy, { heads, scales }),
      };
    },
    expected: ({ attention: ofHeads, x, dy, target, source }) => {
      const attention = transposed(ofHeads);
      const scales = target && source && { target: target.data, source: source.data };
      const out = reference.edgeSum(graph, attention, x, scales);
      const { dx, dAttention } = reference.edgeSumBackward(graph, attention, x, dy, scales);
      return {
        ...{ out, added: add(dy, out), subtracted: add(dy, times(out, -1)) },
        ...{ dx, dAttention: transposed(dAttention) },
      };
    },
  });
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
