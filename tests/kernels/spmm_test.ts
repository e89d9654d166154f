import { openGpu } from "../../gpu/gpu.ts";
import { DeviceGraph } from "../../batch/device_graph.ts";
import { spmm, spmmBackward } from "../../kernels/spmm.ts";
import { LONG_ROW } from "../../batch/long_rows.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { type Dense, dense, random } from "../reference/matrix.ts";
import * as reference from "../reference/spmm.ts";
import { KERNEL } from "../tolerances.ts";
import { assertClose, gpu, gpuOfBindings, read, rounded, upload } from "./device.ts";
import { graphOf, randomEdges } from "./graphs.ts";

const CHANNELS = [1, 3, 4, 5, 7, 8, 12, 40];

const EDGES: [what: string, nodes: number, channels: number[], edges: [number, number][]][] = [
  ["no node", 0, CHANNELS, []],
  ["one node", 1, CHANNELS, []],
  ["one loop", 1, CHANNELS, [[0, 0]]],
  ["a loop twice", 1, CHANNELS, [[0, 0], [0, 0]]],
  ["no edge", 67, CHANNELS, []],
  // Repeated edges, loops, nodes without in-edges, without out-edges, without either.
  ["67 nodes", 67, CHANNELS, randomEdges(67, 300, 1)],
  ["several workgroups", 257, [1, 5, 12], randomEdges(257, 2000, 2)],
  ["66001 nodes", 66_001, [3], randomEdges(66_001, 132_000, 3)],
];

for (const [what, nodes, channels, edges] of EDGES) {
  Deno.test(`spmm() and its gradient equal their reference, ${what}`, async () => {
    const graph = graphOf(nodes, edges, dense(edges.length, 0));
    const [target, source, self] = [1, 2, 3].map((seed) => rounded(random(1, nodes, seed)));
    const scales = { target: upload(target!), source: upload(source!), self: upload(self!) };
    const values = { target: target!.data, source: source!.data, self: self!.data };
    using device = new DeviceGraph(gpu, graph);
    for (const cols of channels) {
      const x = rounded(random(nodes, cols, 4));
      const out = spmm(device, upload(x), scales);
      await assertClose(out, reference.spmm(graph, x, values), KERNEL, `${cols} channels`);
      const dx = spmmBackward(device, upload(x), scales);
      const expected = reference.spmmBackward(graph, x, values);
      await assertClose(dx, expected, KERNEL, `dx of ${cols} channels`);
    }
  });
}

Deno.test("spmm() and its gradient multiply edges by their weights where told to", async () => {
  for (const [what, nodes, channels, edges] of EDGES) {
    const weights = rounded(random(edges.length, 1, 5));
    const graph = { ...graphOf(nodes, edges, weights), weighted: true };
    // The edges' weights, in the order of the graph's rows.
    const ofRows = graph.edgeFeatures.data;
    const [target, source, self] = [1, 2, 3].map((seed) => rounded(random(1, nodes, seed)));
    const scales = { target: upload(target!), source: upload(source!), self: upload(self!) };
    const values = { target: target!.data, source: source!.data, self: self!.data };
    using device = new DeviceGraph(gpu, graph);
    const x = rounded(random(nodes, channels[0]!, 4));
    for (const [weighted, of] of [[true, ofRows], [false, undefined]] as const) {
      const out = spmm(device, upload(x), scales, { weighted });
      await assertClose(out, reference.spmm(graph, x, values, of), KERNEL, what);
      const dx = spmmBackward(device, upload(x), scales, { weighted });
      await assertClose(dx, reference.spmmBackward(graph, x, values, of), KERNEL, `dx, ${what}`);
    }
  }
});

Deno.test("spmm() and its gradient find weights in every block of edges", async () => {
  using gpu = await gpuOfBindings(2 ** 15);
  const [nodes, edges] = [2000, randomEdges(2000, 30_000, 4)];
  const graph = { ...graphOf(nodes, edges, rounded(random(edges.length, 1, 5))), weighted: true };
  using device = new DeviceGraph(gpu, graph);
  assert(device.inBlocks.length > 2 && device.outBlocks.length > 2);
  const ones = new Float32Array(nodes).fill(1);
  const scale = gpu.upload({ data: ones, rows: 1, cols: nodes });
  const scales = { target: scale, source: scale, self: scale };
  const values = { target: ones, source: ones, self: ones };
  const x = rounded(random(nodes, 3, 6));
  const data = Float32Array.from(x.data);
  const options = { weighted: true };
  for (
    const [product, expected] of [[spmm, reference.spmm], [
      spmmBackward,
      reference.spmmBackward,
    ]] as const
  ) {
    const out = product(device, gpu.upload({ ...x, data }), scales, options);
    await assertClose(out, expected(graph, x, values, graph.edgeFeatures.data), KERNEL, "out");
  }
});

/** Random edges, and two nodes whose in-edges, or out-edges, no invocation of a card takes alone. */
function hubs(nodes: number): [number, number][] {
  const ends = Array.from({ length: LONG_ROW + 77 }, (_, i) => (i * 7) % nodes);
  return [
    ...randomEdges(nodes, 2000, 8),
    ...ends.flatMap((end): [number, number][] => [[end, 3], [end, nodes - 2], [5, end]]),
  ];
}

/** Whole bindings, and ones that take several blocks of edges. */
for (const bindings of [2 ** 27, 2 ** 15]) {
  Deno.test(`spmm() and its gradient share out hubs' edges on a card, bindings of ${bindings}`, async () => {
    using gpu = await gpuOfBindings(bindings, { software: false });
    const [nodes, edges] = [257, hubs(257)];
    const graph = { ...graphOf(nodes, edges, rounded(random(edges.length, 1, 5))), weighted: true };
    using device = new DeviceGraph(gpu, graph);
    assertEquals([...device.inRows.long], [3, nodes - 2]);
    assertEquals([...device.outRows.long], [5]);
    assertEquals(device.inBlocks.length > 2, bindings === 2 ** 15);
    const [target, source, self] = [1, 2, 3].map((seed) => rounded(random(1, nodes, seed)));
    const on = (x: Dense) => gpu.upload({ ...x, data: Float32Array.from(x.data) });
    const scales = { target: on(target!), source: on(source!), self: on(self!) };
    const values = { target: target!.data, source: source!.data, self: self!.data };
    for (const cols of [3, 8, 12]) {
      const x = rounded(random(nodes, cols, 4));
      const ofRows = graph.edgeFeatures.data;
      const out = spmm(device, on(x), scales, { weighted: true });
      const expected = reference.spmm(graph, x, values, ofRows);
      await assertClose(out, expected, KERNEL, `${cols} channels`);
      const again = spmm(device, on(x), scales, { weighted: true });
      assertEquals(await read(again), await read(out));
      const dx = spmmBackward(device, on(x), scales, { weighted: true });
      const gradient = reference.spmmBackward(graph, x, values, ofRows);
      await assertClose(dx, gradient, KERNEL, `dx of ${cols} channels`);
    }
  });
}

Deno.test("spmm() goes past 65,535 workgroups", async () => {
  using gpu = await openGpu();
  const nodes = 65_536 * 64 + 1;
  const graph = graphOf(nodes, [[0, nodes - 1], [nodes - 1, 0]], dense(2, 0));
  using device = new DeviceGraph(gpu, graph);
  const data = Float32Array.from({ length: nodes }, (_, i) => i % 8191);
  using x = gpu.upload({ data, rows: nodes, cols: 1 });
  using out = spmm(device, x, device.symmetric);
  const [values] = await gpu.read(out);
  const last = nodes - 1;
  // Both ends of the one pair have degree 2, all others 1.
  assert(values!.every((value, i) => {
    const expected = i === 0 || i === last ? (data[0]! + data[last]!) / 2 : data[i]!;
    return Math.abs(value - expected) <= KERNEL * expected;
  }));
});

Deno.test("spmm() refuses x of another graph", () => {
  using graph = new DeviceGraph(gpu, graphOf(10, [[0, 1]], dense(1, 0)));
  for (const product of [spmm, spmmBackward]) {
    assertThrows(
      () => product(graph, upload(dense(12, 5)), graph.mean),
      RangeError,
      "Cannot aggregate x as x must have one row per node: x has 12 rows, the graph 10 nodes",
    );
  }
});
