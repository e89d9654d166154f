/**
 * The gradient of `genAggregate` by a scatter gives the very bits of the gather, which gen_aggregate_test.ts
 * holds against the reference.
 */
import { DeviceGraph } from "../../batch/device_graph.ts";
import type { Graph } from "../../graphs/graph.ts";
import type { Device } from "../../gpu/tensor.ts";
import { genAggregate, genAggregateBackward } from "../../kernels/gen_aggregate.ts";
import { scatters } from "../../kernels/gen_aggregate_scatter.ts";
import { assertEquals } from "../assert.ts";
import { random } from "../reference/matrix.ts";
import { gpu, gpuOfBindings, shapesOfCard, upload } from "./device.ts";
import { graphOf, randomEdges } from "./graphs.ts";

/** One workgroup's channels, a part of them, and several workgroups', one of them a part. */
const CHANNELS = [1, 7, 8, 40, 67];

const SIZES: [nodes: number, edges: number, channels: number[]][] = [
  [67, 600, CHANNELS],
  [257, 8003, CHANNELS],
  [66_001, 530_000, [5]],
];

for (const [nodes, edges, channels] of SIZES) {
  Deno.test(`genAggregateBackward() scatters to the same bits, ${nodes} nodes, ${edges} edges`, async () => {
    await compare(graphOf(nodes, randomEdges(nodes, edges, 1), random(edges, 3, 2)), channels);
  });
}

/**
 * Winners of 8, 16 and 32 bits, parallel edges and a loop among them. Each source has few edges: those of a
 * hub are gathered by many lanes, and added up in another order.
 */
for (const [longest, nodes] of [[254, 31], [255, 31], [3000, 67], [65_535, 67]] as const) {
  Deno.test(`genAggregateBackward() scatters to the same bits, a row of ${longest} edges`, async () => {
    const edges = Array.from({ length: longest }, (_, k): [number, number] => [k % nodes, 3]);
    await compare(graphOf(nodes, edges, random(longest, 3, 4)), [5, 40]);
  });
}

Deno.test("genAggregateBackward() scatters several blocks of edges to the same bits", async () => {
  using small = await gpuOfBindings(2 ** 18);
  const graph = graphOf(3001, randomEdges(3001, 30_000, 5), random(30_000, 8, 6));
  assertEquals(await wordsOf(small, graph, 16), await wordsOf(gpu, graph, 16));
});

Deno.test("genAggregateBackward() gathers where nodes have few edges, and on a card", () => {
  const dy = upload(random(20, 4, 7));
  using few = new DeviceGraph(gpu, graphOf(20, randomEdges(20, 119, 8), random(119, 0, 9)));
  using many = new DeviceGraph(gpu, graphOf(20, randomEdges(20, 120, 8), random(120, 0, 9)));
  assertEquals([few, many].map((graph) => scatters(graph, dy)), [false, true]);
  using _card = shapesOfCard();
  assertEquals(scatters(many, dy), false);
});

async function compare(graph: Graph, channels: readonly number[]): Promise<void> {
  for (const count of channels) {
    const scattered = await wordsOf(gpu, graph, count);
    assertEquals(scattered, await wordsOf(gpu, graph, count, shapesOfCard), `${count} channels`);
  }
}

/** The words of both gradients, the residual's with it and added to another, in the shape given. */
async function wordsOf(
  gpu: Device,
  data: Graph,
  channels: number,
  shapes?: () => Disposable,
): Promise<Uint32Array[]> {
  using _scope = gpu.scope("all");
  using graph = new DeviceGraph(gpu, data);
  const matrix = (seed: number, rows = data.nodes) =>
    gpu.upload({
      rows,
      cols: channels,
      data: Float32Array.from(random(rows, channels, seed).data),
    });
  const { winner } = genAggregate(graph, matrix(10), matrix(11, data.edgeFeatures.cols + 1));
  using _shapes = shapes?.();
  const dx = genAggregateBackward(graph, winner, matrix(12));
  const sum = genAggregateBackward(graph, winner, matrix(12), matrix(13));
  const values = await gpu.read(dx, sum);
  return values.map(({ buffer, byteOffset, length }) =>
    new Uint32Array(buffer, byteOffset, length)
  );
}
