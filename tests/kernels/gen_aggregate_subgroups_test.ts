/**
 * `genAggregate` has the very values, winners and gradients in each of its shapes: by subgroups, where the
 * adapter has them, on a processor without, and as on a card, which gen_aggregate_test.ts holds against
 * their reference at few channels.
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
const card = await gpuOfBindings(2 ** 27, { software: false, subgroup: undefined });

/** Part of a vector, one, an invocation's two, several invocations' of a node. */
const FEW_CHANNELS = [1, 4, 5, 8, 12, 16, 24];
/** Most lanes of a subgroup and all of them, their second vectors, and several blocks of channels. */
const MANY_CHANNELS = [25, 28, 29, 32, 33, 40, 64, 68, 112];
const CHANNELS = [...FEW_CHANNELS, ...MANY_CHANNELS];

/** Rows of no edge, few and many; within a stretch of rows that are put in order, one, and past it. */
const SIZES: [nodes: number, edges: number, channels: number[]][] = [
  [0, 0, [8, 32]],
  [1, 0, [8, 32, 40]],
  [1, 1, CHANNELS],
  [67, 0, [8, 32, 40]],
  [67, 300, CHANNELS],
  [67, 2500, CHANNELS],
  [257, 2003, [8, 16, 32, 40]],
  [1024, 2500, [8, 16]],
  [1025, 2500, [8, 16]],
];

for (const [nodes, edges, channels] of SIZES) {
  Deno.test(`genAggregate() has the same bits in each shape, ${nodes} nodes, ${edges} edges`, async () => {
    for (const features of [0, 3, 8, 9]) {
      await compare(randomGraph(nodes, edges, features), channels, [without, card]);
    }
  });
}

Deno.test("genAggregate() has the same bits in each shape, 66001 nodes", async () => {
  await compare(randomGraph(66_001, 132_000, 8), [8, 32], [without, card]);
});

for (const longest of [7, 8, 9, 255, 2000, 65_535]) {
  Deno.test(`genAggregate() has the same bits by subgroups and without, a row of ${longest} edges`, async () => {
    const edges = Array.from({ length: longest }, (_, k): [number, number] => [k % 31, 3]);
    await compare(graphOf(67, edges, random(longest, 8, 4)), [16, 32, 40, 68], [without]);
  });
}

/** Several blocks of in-edges alone, and of out-edges too. */
for (const [bindings, channels] of [[2 ** 19, 8], [2 ** 19, 32], [2 ** 16, 4]] as const) {
  Deno.test(`genAggregate() has the same bits in bindings of ${bindings}, ${channels} channels`, async () => {
    using small = await gpuOfBindings(bindings);
    const graph = randomGraph(3001, 30_000, 8);
    assertEquals(await wordsOf(small, graph, channels), await wordsOf(gpu, graph, channels));
  });
}

async function compare(
  graph: Graph,
  channels: readonly number[],
  others: readonly Device[],
): Promise<void> {
  for (const count of channels) {
    const what = `${count} channels, ${graph.edgeFeatures.cols} edge features`;
    const words = await wordsOf(gpu, graph, count);
    for (const other of others) assertEquals(words, await wordsOf(other, graph, count), what);
  }
}

function randomGraph(nodes: number, edges: number, features: number): Graph {
  const pairs = nodes > 1 ? randomEdges(nodes, edges, 1) : loops(edges);
  return graphOf(nodes, pairs, random(pairs.length, features, 2));
}

function loops(edges: number): [number, number][] {
  return Array.from({ length: edges }, () => [0, 0]);
}

/** Every third value of them -0, to which no zero may be added where no edge won. */
function withNegativeZeros(x: Dense): Dense {
  return { ...x, data: x.data.map((value, k) => k % 3 === 0 ? -0 : value) };
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
  const dy = upload(withNegativeZeros(random(data.nodes, channels, 5)));
  const dx = genAggregateBackward(graph, encoded.winner, dy);
  const sum = genAggregateBackward(graph, bare.winner, dy, upload(random(data.nodes, channels, 6)));
  const values = await gpu.read(encoded.y, encoded.winner, bare.y, bare.winner, dx, sum);
  return values.map(({ buffer, byteOffset, length }) =>
    new Uint32Array(buffer, byteOffset, length)
  );
}
