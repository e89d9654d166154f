/** Models on tensors and graphs that exceed a binding give the same bits as where a binding covers all. */
import { planted } from "../../graphs/planted/planted.ts";
import { openDryRun } from "../../gpu/dry_run.ts";
import { type Device, tensorBytes } from "../../gpu/tensor.ts";
import { DeviceGraph } from "../../batch/device_graph.ts";
import { Parameters } from "../../layers/parameters.ts";
import { buildModel } from "../../models/build.ts";
import { type Model, shapeOf } from "../../models/model.ts";
import type { ModelGiven } from "../../models/options.ts";
import { forecast } from "../../training/runs/forecast.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";
import { gpu, gpuOfBindings } from "../kernels/device.ts";
import { roughWeights } from "../layers/blocks.ts";
import { stepOf } from "./step.ts";

const BINDING = 2 ** 15;
const SEED = 1;
const graph = planted({ nodes: 600, degree: 16, skew: 1, categories: 3, tasks: 5, seed: 1 });
const small = await gpuOfBindings(BINDING);

type Options =
  | Partial<Extract<ModelGiven, { kind: "rev-gnn" }>>
  | Partial<Extract<ModelGiven, { kind: "res-gnn" }>>;

const MODELS: [what: string, options: Options][] = [
  ["RevGNN of GEN", {}],
  ["RevGNN of GEN, batch norms", { norm: "batch" }],
  ["RevGNN of GEN, 4 groups", { channels: 16, groups: 4 }],
  ["RevGNN of GEN, message norm", {
    convolution: { kind: "gen", aggregation: { kind: "max", messageNorm: true } },
  }],
  ["RevGNN of GEN, softmax without edges", {
    convolution: {
      kind: "gen",
      encodeEdges: false,
      aggregation: { kind: "softmax", learnT: true },
    },
    channels: 8,
  }],
  ["ResGNN of GEN", { kind: "res-gnn", channels: 8, groups: 1 }],
  ["ResGNN of GEN, mean without edges", {
    kind: "res-gnn",
    channels: 8,
    convolution: { kind: "gen", encodeEdges: false, aggregation: "mean" },
  }],
  ["RevGNN of GEN, softmax", {
    convolution: { kind: "gen", aggregation: { kind: "softmax", learnT: true } },
    channels: 8,
  }],
  ["RevGNN of GEN, power", {
    convolution: { kind: "gen", aggregation: { kind: "power_sum", p: 2 } },
    channels: 8,
  }],
  ["ResGNN of GEN, add", {
    kind: "res-gnn",
    channels: 8,
    convolution: { kind: "gen", aggregation: "add" },
  }],
  ...(["gcn", "sage"] as const).flatMap((convolution): [string, Options][] => [
    [`RevGNN of ${convolution}`, { convolution }],
    [`ResGNN of ${convolution}`, { kind: "res-gnn", channels: 8, convolution }],
  ]),
];

function modelOf(options: Options): Model {
  const all = { kind: "rev-gnn", layers: 2, channels: 16, dropout: 0.2, ...options };
  return buildModel(all as ModelGiven, shapeOf(graph));
}

async function logitsOf(gpu: Device, model: Model): Promise<Float32Array> {
  using device = new DeviceGraph(gpu, graph);
  using parameters = new Parameters(gpu, model.layout, roughWeights(model.layout, SEED));
  using logits = await model.predict({ mode: "evaluation", graph: device, parameters });
  return (await gpu.read(logits))[0]!;
}

for (const [what, options] of MODELS) {
  Deno.test(`${what} beyond a binding: an evaluation has the same bits`, async () => {
    const model = modelOf(options);
    const logits = await logitsOf(small, model);
    assert(logits.every(Number.isFinite));
    assertEquals(logits, await logitsOf(gpu, model));
  });
}

for (const [what, options] of MODELS) {
  Deno.test(`${what} beyond a binding: a training step has the same bits`, async () => {
    const model = modelOf(options);
    const values = roughWeights(model.layout, SEED);
    const step = await stepOf(small, model, graph, values, SEED);
    assert(step.gradients.some((gradient) => gradient !== 0) && step.loss > 0);
    assertEquals(step, await stepOf(gpu, model, graph, values, SEED));
  });
}

Deno.test("DeviceGraph holds edges beyond a binding in blocks, every edge once", async () => {
  using device = new DeviceGraph(small, graph);
  assert(device.inBlocks.length > 5 && device.outBlocks.length > 1);
  const colIdx: number[] = [];
  let row = 0;
  for (const { firstRow, rows, firstEdge, edges, ...tensors } of device.inBlocks) {
    assertEquals([firstRow, firstEdge], [row, colIdx.length]);
    assertEquals(firstEdge, graph.rowPtr[firstRow]);
    assert(tensorBytes(edges, 8) <= BINDING);
    const [sources] = await small.read(tensors.colIdx);
    colIdx.push(...new Uint32Array(sources!.buffer));
    row += rows;
  }
  assertEquals([row, Uint32Array.from(colIdx)], [graph.nodes, graph.colIdx]);
});

Deno.test("forecast() refuses a training step that cannot go by blocks, before anything is allocated", async () => {
  const adapter = { ...openDryRun().adapter, maxBindingBytes: BINDING };
  const cases: [Options, sentence: string][] = [
    [
      { convolution: { kind: "gen", aggregation: "softmax" } },
      "Cannot run gen_mean_backward: it needs 600 × 16 of its shares at once",
    ],
    [{ convolution: "gat" }, "edges at once: they are in "],
    // A group's rows are gathered from anywhere.
    [
      { channels: 32 },
      "Cannot run gen_aggregate: it needs 600 × 16 of its x at once, 37.5 KiB, " +
      "a binding of the adapter covers 32 KiB, use fewer channels or more parts",
    ],
  ];
  for (const [options, sentence] of cases) {
    const run = () => forecast(modelOf(options), graph, { epochs: 1 }, adapter);
    await assertRejects(run, RangeError, sentence);
  }
});
