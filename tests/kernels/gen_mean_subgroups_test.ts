/**
 * `genMean` by subgroups, where the adapter has them, gives the very values, what it saves and gradients that
 * it gives without, which gen_mean_test.ts holds against their reference.
 */
import { DeviceGraph } from "../../batch/device_graph.ts";
import type { Graph } from "../../graphs/graph.ts";
import type { Device } from "../../gpu/tensor.ts";
import { genMean, genMeanBackward, genMeanShares, type Mean } from "../../kernels/gen_mean.ts";
import { assertEquals } from "../assert.ts";
import { type Dense, random } from "../reference/matrix.ts";
import { gpu, gpuOfBindings, gpuWithoutSubgroups } from "./device.ts";
import { graphOf, randomEdges } from "./graphs.ts";

const without = await gpuWithoutSubgroups();

const SOFTMAX: Mean = { kind: "softmax", exponent: 1.5, degreePower: 0.5 };
const KINDS: Mean[] = [
  { kind: "add", exponent: 1 },
  { kind: "mean", exponent: 1 },
  SOFTMAX,
  { kind: "softmax_sg", exponent: -1 },
  { kind: "power", exponent: 2 },
];

for (const mean of KINDS) {
  Deno.test(`genMean() of ${mean.kind} has the same bits by subgroups and without`, async () => {
    for (const channels of [16, 40]) await compare(randomGraph(67, 1200, 8), channels, mean);
  });
}

const SIZES: [nodes: number, edges: number, features: number, channels: number[]][] = [
  [0, 0, 3, [16]],
  [1, 0, 3, [40]],
  [1, 1, 3, [29]],
  [67, 300, 0, [16, 68]],
  [67, 300, 3, [13, 33]],
  [67, 300, 9, [16]],
  [257, 2003, 8, [40]],
  [66_001, 132_000, 3, [16]],
];

for (const [nodes, edges, features, channels] of SIZES) {
  Deno.test(`genMean() has the same bits by subgroups and without, ${nodes} nodes, ${edges} edges of ${features} features`, async () => {
    for (const count of channels) await compare(randomGraph(nodes, edges, features), count);
  });
}

Deno.test("genMean() by subgroups has the same bits beyond a binding", async () => {
  using small = await gpuOfBindings(2 ** 18);
  const graph = randomGraph(1501, 30_000, 8);
  assertEquals(await wordsOf(small, graph, 16, SOFTMAX), await wordsOf(gpu, graph, 16, SOFTMAX));
});

async function compare(graph: Graph, channels: number, mean = SOFTMAX): Promise<void> {
  const actual = await wordsOf(gpu, graph, channels, mean);
  assertEquals(actual, await wordsOf(without, graph, channels, mean), `${channels} channels`);
}

function randomGraph(nodes: number, edges: number, features: number): Graph {
  const loops = () => Array.from({ length: edges }, (): [number, number] => [0, 0]);
  const pairs = nodes > 1 ? randomEdges(nodes, edges, 1) : loops();
  return graphOf(nodes, pairs, random(pairs.length, features, 2));
}

/** The words of values, of what is saved and of gradients, with an encoder and a residual, and without. */
async function wordsOf(
  gpu: Device,
  data: Graph,
  channels: number,
  mean: Mean,
): Promise<Uint32Array[]> {
  using _scope = gpu.scope("all");
  using graph = new DeviceGraph(gpu, data);
  const upload = ({ rows, cols, data }: Dense) =>
    gpu.upload({ rows, cols, data: Float32Array.from(data) });
  const [x, dy] = [3, 4].map((seed) => upload(random(data.nodes, channels, seed)));
  const encoder = upload(random(data.edgeFeatures.cols + 1, channels, 5));
  const tensors = [true, false].flatMap((encoded) => {
    const messages = { x: x!, encoder: encoded ? encoder : undefined };
    const { y, saved } = genMean(graph, messages, mean, encoded);
    const dx = upload(random(data.nodes, channels, 6));
    genMeanBackward(graph, messages, mean, genMeanShares(graph, mean, saved, dy!), dx);
    return [y, saved, dx];
  });
  const values = await gpu.read(...tensors);
  return values.map(({ buffer, byteOffset, length }) =>
    new Uint32Array(buffer, byteOffset, length)
  );
}
