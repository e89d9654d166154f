import { openGpu } from "../../gpu/gpu.ts";
import type { Graph } from "../../graphs/graph.ts";
import { prepare, type PreparedGraph } from "../../graphs/prepare.ts";
import { share } from "../../graphs/parts/share.ts";
import { attentionScales, meanScales, symmetricScales } from "../../graphs/degree_scales.ts";
import { type Tensor, tensorBytes } from "../../gpu/tensor.ts";
import { DeviceGraph, type GraphUse } from "../../batch/device_graph.ts";
import { STRETCH } from "../../batch/long_rows.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { entries, randomGraph } from "../graphs/edge_list.ts";

Deno.test("DeviceGraph holds in-edges, features, targets and the training nodes", async () => {
  using gpu = await openGpu();
  const graph = randomGraph(67, 300, 1);
  using device = new DeviceGraph(gpu, graph);
  assertEquals([device.nodes, device.trainingNodes], [67, graph.split.train.length]);
  const [edgeFeatures, x, oneHot, labels] = await gpu.read(
    device.inBlocks[0]!.edgeFeatures,
    device.x,
    device.oneHot!,
    device.labels,
  );
  assertEquals(edgeFeatures, graph.edgeFeatures.data);
  assertEquals(x, graph.x.data);
  assertEquals(oneHot, graph.oneHot!.data);
  assertEquals(labels, graph.labels.data);
  assertEquals((await words(device.rowPtr)).subarray(0, 68), graph.rowPtr);
  assertEquals(await words(device.colIdx), graph.colIdx);
  const trains = new Uint32Array(67);
  for (const node of graph.split.train) trains[node] = 1;
  assertEquals(await words(device.trains), trains);
});

Deno.test("DeviceGraph holds every edge once more by source, with its place in its target's row", async () => {
  using gpu = await openGpu();
  const graph = randomGraph(67, 300, 2);
  using device = new DeviceGraph(gpu, graph);
  const rowPtr = (await words(device.outPtr)).subarray(0, 68);
  const colIdx = await words(device.outIdx);
  const outPlace = await words(device.outBlocks[0]!.outPlace);
  const edges = new Set<number>();
  [...entries({ rowPtr, colIdx })].forEach(([target, source], k) => {
    const edge = graph.rowPtr[target]! + outPlace[k]!;
    assert(edge < graph.rowPtr[target + 1]!);
    assertEquals(graph.colIdx[edge], source);
    edges.add(edge);
  });
  assertEquals(edges.size, 300);
});

Deno.test("DeviceGraph of a part takes the largest part's memory, and gives it back when disposed of", async () => {
  using gpu = await openGpu();
  const size = { nodes: 71, fewestNodes: 67, edges: 400, longestRow: 67 };
  const bytes = () => {
    using tensor = gpu.empty(67, 4);
    return tensor.allocation.bytes;
  };
  {
    using _part = new DeviceGraph(gpu, randomGraph(67, 300, 1), { size });
    assertEquals(bytes(), tensorBytes(71, 4));
  }
  assertEquals(bytes(), tensorBytes(67, 4));
});

Deno.test("DeviceGraph knows each out-edge's place among in-edges, from the first use on", async () => {
  using gpu = await openGpu();
  const graph = randomGraph(67, 300, 6);
  using device = new DeviceGraph(gpu, graph);
  const before = gpu.ledger.live;
  const { outEdge } = device;
  assertEquals([device.edges, gpu.ledger.live - before], [300, 4 * 300]);
  assert(device.outEdge === outEdge);
  const [outIdx, outPlace] = [
    await words(device.outIdx),
    await words(device.outBlocks[0]!.outPlace),
  ];
  const places = outPlace.map((place, k) => graph.rowPtr[outIdx[k]!]! + place);
  assertEquals(await words(outEdge), places);
});

Deno.test("DeviceGraph takes a prepared graph as it is, on shared memory too", async () => {
  using gpu = await openGpu();
  const graph = randomGraph(67, 300, 7);
  const prepared = prepare(graph);
  const nobody = share({ ...prepared, trains: new Uint32Array(67), longestRow: 1000 });
  using device = new DeviceGraph(gpu, nobody);
  assertEquals(await words(device.trains), new Uint32Array(67));
  assertEquals(device.longestRow, 1000);
  assertEquals(await words(device.outBlocks[0]!.outPlace), prepared.outEdges!.place);
  assertEquals(await gpu.read(device.inBlocks[0]!.edgeFeatures), [graph.edgeFeatures.data]);
  assertEquals(await gpu.read(device.symmetric.self), [prepared.degreeScales.symmetric.self]);
});

Deno.test("DeviceGraph holds only what is used of a graph, to the byte", async () => {
  using gpu = await openGpu();
  const graph = randomGraph(67, 300, 8);
  const bytesOf = (data: Graph | PreparedGraph, use: GraphUse) => {
    gpu.trim();
    const before = gpu.ledger.live;
    using _device = new DeviceGraph(gpu, data, use);
    return gpu.ledger.live - before;
  };
  const { rows, cols } = graph.edgeFeatures;
  const all = bytesOf(graph, {});
  // 0 columns take as much as a tensor of no rows: what WebGPU lets nobody bind less than.
  const features = tensorBytes(rows, cols) - tensorBytes(rows, 0);
  // Pointers, and rows in order.
  const out = tensorBytes(1, 68 + 67) + 2 * tensorBytes(1, 300);
  for (const data of [graph, prepare(graph)]) {
    assertEquals(bytesOf(data, { edgeFeatures: false }), all - features);
    assertEquals(bytesOf(data, { backward: false }), all - out);
    assertEquals(bytesOf(data, { edgeFeatures: false, backward: false }), all - features - out);
  }
  assertEquals(bytesOf(prepare(graph, false), { backward: false }), all - out);
});

Deno.test("DeviceGraph holds weights in both orders of edges, where they are used", async () => {
  using gpu = await openGpu();
  const plain = randomGraph(67, 300, 8);
  const data = Float32Array.from({ length: 300 }, (_, edge) => edge / 2);
  const graph = { ...plain, edgeFeatures: { data, rows: 300, cols: 1 }, weighted: true };
  using device = new DeviceGraph(gpu, graph);
  assertEquals(await gpu.read(device.inBlocks[0]!.weights!), [data]);
  const edge = await words(device.outEdge);
  const expected = Float32Array.from(edge, (e) => data[e]!);
  assertEquals(await gpu.read(device.outBlocks[0]!.weights!), [expected]);
  const before = gpu.ledger.live;
  {
    using bare = new DeviceGraph(gpu, graph, { weights: false });
    assertEquals([bare.inBlocks[0]!.weights, bare.outBlocks[0]!.weights], [undefined, undefined]);
  }
  gpu.trim();
  assertEquals(gpu.ledger.live, before);
});

Deno.test("DeviceGraph can leave out edge features, and for evaluations the edges by source", async () => {
  using gpu = await openGpu();
  const graph = randomGraph(67, 300, 9);
  for (const data of [graph, prepare(graph)]) {
    using device = new DeviceGraph(gpu, data, { edgeFeatures: false, backward: false });
    const [block] = device.inBlocks;
    assertEquals([device.edgeFeatureCount, block!.edgeFeatures.cols, device.edges], [0, 0, 300]);
    assertEquals(await words(device.colIdx), graph.colIdx);
    const sentence =
      "Cannot go back over a graph's edges: it is on the device for evaluations only";
    for (const name of ["outPtr", "outBlocks", "outIdx", "outEdge"] as const) {
      assertThrows(() => device[name], TypeError, sentence);
    }
  }
});

Deno.test("DeviceGraph knows its longest row of in-edges", async () => {
  using gpu = await openGpu();
  const graph = randomGraph(67, 300, 3);
  const degrees = Array.from({ length: 67 }, (_, i) => graph.rowPtr[i + 1]! - graph.rowPtr[i]!);
  using device = new DeviceGraph(gpu, graph);
  assertEquals(device.longestRow, Math.max(...degrees));
});

Deno.test("DeviceGraph holds scales from their first use on, and gives them back", async () => {
  using gpu = await openGpu();
  const { live } = gpu.ledger;
  const graph = randomGraph(67, 300, 5);
  const device = new DeviceGraph(gpu, graph);
  const before = gpu.ledger.live;
  for (const [name, expected] of [["symmetric", symmetricScales], ["mean", meanScales]] as const) {
    const { target, source, self } = device[name];
    const values = await gpu.read(target, source, self);
    const wanted = expected(graph);
    assertEquals(values, [wanted.target, wanted.source, wanted.self]);
    assert(device[name].target === target);
  }
  const { target, source } = device.attention;
  const wanted = attentionScales(graph);
  assertEquals(await gpu.read(target, source), [wanted.target, wanted.source]);
  assert(device.attention.target === target);
  // Target and source of the symmetric scales are one tensor; a readback is held as well.
  const scale = 4 * 68;
  assertEquals(gpu.ledger.live - before, (2 + 3 + 2) * scale + 3 * scale);
  device[Symbol.dispose]();
  gpu.trim();
  assertEquals(gpu.ledger.live - 3 * scale, live);
});

Deno.test("DeviceGraph lists a processor's rows behind their pointers, each stretch's longest first", async () => {
  using gpu = await openGpu();
  assert(gpu.adapter.software);
  const nodes = 2 * STRETCH + 67;
  using device = new DeviceGraph(gpu, randomGraph(nodes, 3 * nodes, 5));
  for (const { ptr, firstOrdered } of [device.inRows, device.outRows]) {
    assertEquals(firstOrdered, nodes + 1);
    const all = await words(ptr);
    const listed = all.subarray(firstOrdered);
    const length = (row: number) => all[row + 1]! - all[row]!;
    for (let first = 0; first < nodes; first += STRETCH) {
      const stretch = [...listed.subarray(first, first + STRETCH)];
      const rows = Array.from(stretch, (_, k) => first + k);
      assertEquals(stretch, rows.sort((a, b) => length(b) - length(a) || a - b));
    }
    assertEquals(listed.length, nodes);
  }
});

Deno.test("DeviceGraph[Symbol.dispose]() gives all memory back", async () => {
  using gpu = await openGpu();
  const { live } = gpu.ledger;
  for (const edges of [0, 300]) {
    const device = new DeviceGraph(gpu, randomGraph(67, edges, 4));
    assert(device.outEdge.cols === edges && device.attention.target.cols === 67);
    device[Symbol.dispose]();
  }
  gpu.trim();
  assertEquals(gpu.ledger.live, live);
});

async function words(tensor: Tensor): Promise<Uint32Array> {
  const [values] = await tensor.gpu.read(tensor);
  return new Uint32Array(values!.buffer);
}
