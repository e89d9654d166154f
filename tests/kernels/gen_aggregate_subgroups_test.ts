/**
 * `genAggregate` by subgroups, where the adapter has them, gives the very values, winners and gradients that
 * it gives without, which gen_aggregate_test.ts holds against their reference at few channels.
 */
import { DeviceGraph } from "../../batch/device_graph.ts";
import type { Graph } from "../../graphs/graph.ts";
import type { Device } from "../../gpu/tensor.ts";
import { genAggregate, genAggregateBackward } from "../../kernels/gen_aggregate.ts";
import { assertEquals } from "../assert.ts";
import { type Dense, random } from "../reference/matrix.ts";
import { gpu, gpuOfBindings, gpuWithoutSubgroups } from "./device.ts";
import { graphOf, randomEdges } from "./graphs.ts";

const without = await gpuWithoutSubgroups();

/** Lanes of half a subgroup and of a whole one, their second vectors, and several blocks of channels. */
const CHANNELS = [13, 16, 29, 32, 33, 40, 64, 68, 112];

const SIZES: [nodes: number, edges: number, channels: number[]][] = [
  [0, 0, [16]],
  [1, 0, [16, 40]],
  [1, 1, CHANNELS],
  [67, 0, [16, 40]],
  [67, 300, CHANNELS],
  [67, 1200, CHANNELS],
  [257, 2003, [16, 40]],
  [66_001, 132_000, [16]],
];

for (const [nodes, edges, channels] of SIZES) {
  Deno.test(`genAggregate() has the same bits by subgroups and without, ${nodes} nodes, ${edges} edges`, async () => {
    for (const features of [0, 3, 8, 9]) {
      await compare(randomGraph(nodes, edges, features), channels);
    }
  });
}

for (const longest of [7, 8, 9, 255, 2000, 65_535]) {
  Deno.test(`genAggregate() has the same bits by subgroups and without, a row of ${longest} edges`, async () => {
    const edges = Array.from({ length: longest }, (_, k): [number, number] => [k % 31, 3]);
    await compare(graphOf(67, edges, random(longest, 8, 4)), [16, 40, 68]);
  });
}

Deno.test("genAggregate() by subgroups has the same bits beyond a binding", async () => {
  using small = await gpuOfBindings(2 ** 18);
  const graph = randomGraph(3001, 30_000, 8);
  assertEquals(await wordsOf(small, graph, 16), await wordsOf(gpu, graph, 16));
});

async function compare(graph: Graph, channels: readonly number[]): Promise<void> {
  for (const count of channels) {
    const what = `${count} channels, ${graph.edgeFeatures.cols} edge features`;
    assertEquals(await wordsOf(gpu, graph, count), await wordsOf(without, graph, count), what);
  }
}

function randomGraph(nodes: number, edges: number, features: number): Graph {
  const pairs = nodes > 1 ? randomEdges(nodes, edges, 1) : loops(edges);
  return graphOf(nodes, pairs, random(pairs.length, features, 2));
}

function loops(edges: number): [number, number][] {
  return Array.from({ length: edges }, () => [0, 0]);
}

/** The words of values, winners and gradients, with an encoder and a residual, and without. */
async function wordsOf(gpu: Device, data: Graph, channels: number): Promise<Uint32Array[]> {
  using _scope = gpu.scope("all");
  using graph = new DeviceGraph(gpu, data);
  const upload = ({ rows, cols, data }: Dense) =>
    gpu.upload({ rows, cols, data: Float32Array.from(data) });
  const x = upload(random(data.nodes, channels, 3));
  const encoder = upload(random(data.edgeFeatures.cols + 1, channels, 4));
  const [encoded, bare] = [
    genAggregate(graph, x, encoder),
    genAggregate(graph, x, undefined, false),
  ];
  const dy = upload(random(data.nodes, channels, 5));
  const dx = genAggregateBackward(graph, encoded.winner, dy);
  const sum = genAggregateBackward(graph, bare.winner, dy, upload(random(data.nodes, channels, 6)));
  const values = await gpu.read(encoded.y, encoded.winner, bare.y, bare.winner, dx, sum);
  return values.map(({ buffer, byteOffset, length }) =>
    new Uint32Array(buffer, byteOffset, length)
  );
}
