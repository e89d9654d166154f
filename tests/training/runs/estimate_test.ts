import { standIn } from "../../../graphs/planted/stand_in.ts";
import { openGpu } from "../../../gpu/gpu.ts";
import type { AdapterInfo } from "../../../gpu/adapter.ts";
import { Estimator } from "../../../training/runs/estimate.ts";
import { buildModel } from "../../../models/build.ts";
import { shapeOf } from "../../../models/model.ts";
import type { ModelGiven } from "../../../models/options.ts";
import type { Row } from "../../../training/row.ts";
import { run } from "../../../training/runs/run.ts";
import { type RunGiven, type RunSettings, runSettings } from "../../../training/settings.ts";
import { graphOf } from "../../../training/runs/graph_of.ts";
import { forecast } from "../../../training/runs/forecast.ts";
import { assert, assertEquals } from "../../assert.ts";
import { FLOAT64, PLANNED_PEAK } from "../../tolerances.ts";

const SIZE = { layers: 5, channels: 8, dropout: 0.1 };
const GIVEN = {
  experiment: "estimate",
  name: "RevGNN-8",
  scale: "quick",
  dataset: "planted",
  planted: { nodes: 300, degree: 6 },
  model: { kind: "rev-gnn", ...SIZE },
  epochs: 3,
  schedule: "constant",
} as const satisfies RunGiven;

/** The settings above but for these. */
function settingsOf(more: Partial<RunGiven> = {}): RunSettings {
  return runSettings({ ...GIVEN, ...more });
}

async function adapterOf(): Promise<AdapterInfo> {
  using gpu = await openGpu();
  return gpu.adapter;
}

/** A run that keeps its state, as all of a plan do. */
async function resumable(settings: RunSettings): Promise<Row> {
  const folder = await Deno.makeTempDir();
  try {
    const resume = { path: `${folder}/state.safetensors` };
    return await run(settings, await graphOf(settings), {}, { resume });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("Estimator counts what a run then holds", async () => {
  const estimator = new Estimator(await adapterOf());
  const models: ModelGiven[] = [
    GIVEN.model,
    { kind: "res-gnn", ...SIZE },
    { kind: "rev-gat", ...SIZE },
    { kind: "deq-gnn", ...SIZE, layers: 1 },
  ];
  for (const model of models) {
    const settings = settingsOf({ model });
    const size = await estimator.size(settings);
    const row = await resumable(settings);
    assertEquals(size.parameters, row.parameters);
    assertEquals(size.peakBytes, row.peakBytes);
    await assertDoubles(estimator, settings);
  }
});

/** Of twice the epochs: a time that is no number, or none, has no such ratio. */
async function assertDoubles(estimator: Estimator, settings: RunSettings): Promise<void> {
  const twice = { ...settings, epochs: 2 * settings.epochs };
  await assertRatio(estimator.seconds(twice), estimator.seconds(settings), 2);
}

/** Steps are timed once, so that the ratio is exact but for rounding. */
async function assertRatio(more: Promise<number>, few: Promise<number>, expected: number) {
  const ratio = await more / await few;
  assert(Math.abs(ratio / expected - 1) <= FLOAT64, `the ratio is ${ratio}, not ${expected}`);
}

Deno.test("Estimator counts parts, their evaluations and all that comes after the training", async () => {
  const estimator = new Estimator(await adapterOf());
  const deep = { planted: { nodes: 2000 }, model: { ...GIVEN.model, layers: 60 } };
  const cases: Partial<RunGiven>[] = [
    { parts: 3 },
    { parts: 3, evaluateParts: 3 },
    { parts: 3, evaluateParts: 2, seed: 5 },
    { parts: 12, evaluateParts: 12 },
    { parts: 12, evaluateParts: 12, inference: [{ parts: 1, views: 1 }, { parts: 4, views: 2 }] },
    deep,
    { ...deep, drift: true },
  ];
  const peaks: number[] = [];
  for (const more of cases) {
    // A budget that nothing fits tells all that is needed.
    const settings = settingsOf(more);
    const row = await resumable({ ...settings, memoryBudget: 2 ** 16 });
    assertEquals(row.status, "does not fit");
    const { peakBytes } = await estimator.size(settings);
    assertEquals(peakBytes, row.peakBytes, JSON.stringify(more));
    peaks.push(peakBytes!);
  }
  // Evaluated whole, it holds the whole; inference by few parts and drift take more than training.
  assert(peaks[0]! > peaks[1]! && peaks[4]! > peaks[3]! && peaks[6]! > peaks[5]!, `${peaks}`);
  const fetched = { dataset: "minesweeper", planted: null, parts: 20, evaluateParts: 20 };
  const trained = settingsOf(fetched);
  const inferred = { ...trained, inference: [{ parts: 2, views: 10 }] };
  const [few, more] = [await estimator.size(trained), await estimator.size(inferred)];
  assert(more.peakBytes! > 1.5 * few.peakBytes!, `${more.peakBytes} after ${few.peakBytes}`);
});

Deno.test("Estimator's time grows by epochs, and does not shrink by layers", async () => {
  const estimator = new Estimator(await adapterOf());
  const secondsOf = (more: Partial<RunGiven>) => estimator.seconds(settingsOf(more));
  await assertRatio(secondsOf({ epochs: 30 }), secondsOf({}), 10);
  assert(await secondsOf({ model: { ...GIVEN.model, layers: 50 } }) >= await secondsOf({}));
});

for (const [where, software] of [["a processor", true], ["a card", false]] as const) {
  Deno.test(`Estimator's time grows by nodes, of which few are timed on ${where}`, async () => {
    const estimator = new Estimator({ ...await adapterOf(), software });
    const secondsOf = (nodes: number) =>
      estimator.seconds(settingsOf({ planted: { nodes, degree: 6 } }));
    await assertRatio(secondsOf(80_000), secondsOf(20_000), 4);
  });
}

Deno.test("Estimator tells of data that is fetched without it, by the part that stands on the device", async () => {
  const estimator = new Estimator(await adapterOf());
  const fetched = { dataset: "ogbn-proteins", planted: null, parts: 400, evaluateParts: 200 };
  const settings = settingsOf(fetched);
  const { peakBytes, parameters } = await estimator.size(settings);
  await assertDoubles(estimator, settings);
  // Its 112 tasks' classifier, encoders of 8 species, features and edge features.
  const graph = standIn("ogbn-proteins", 400);
  assertEquals(parameters, buildModel(settings.model, shapeOf(graph)).layout.count);
  // Half as many parts have twice the nodes and four times the edges.
  const larger = await estimator.size({ ...settings, parts: 200, evaluateParts: 100 });
  assert(larger.peakBytes! > 1.5 * peakBytes!, `${larger.peakBytes} after ${peakBytes}`);
  const whole = settingsOf({ dataset: "minesweeper", planted: null });
  const whose = shapeOf(standIn("minesweeper", 1, 10));
  const count = buildModel(whole.model, whose).layout.count;
  assertEquals((await estimator.size(whole)).parameters, count);
});

Deno.test("Estimator plans parts and evaluations of data that is not there as they turn out", async () => {
  const estimator = new Estimator(await adapterOf());
  // A graph of the published size, whose parts are drawn.
  const graph = standIn("minesweeper", 1);
  for (const evaluateParts of [1, 5, 20]) {
    const batches = { parts: 20, evaluateParts };
    const model = { kind: "res-gnn", ...SIZE } as const;
    const settings = settingsOf({ dataset: "minesweeper", planted: null, model, ...batches });
    const { peakBytes } = await estimator.size(settings);
    const options = { epochs: 3, ...batches, keepWeights: true };
    const expected = await forecast(buildModel(model, shapeOf(graph)), graph, options);
    const error = Math.abs(peakBytes! / expected.peakBytes - 1);
    if (!(error <= PLANNED_PEAK)) throw new Error(`off by ${error} by ${evaluateParts} parts`);
  }
});

Deno.test("Estimator names a tensor that the adapter takes no more", async () => {
  const adapter = await adapterOf();
  const estimator = new Estimator({ ...adapter, maxBindingBytes: 4096, maxBufferBytes: 4096 });
  const { peakBytes, problem } = await estimator.size(settingsOf());
  assertEquals(peakBytes, null);
  assert(problem!.startsWith("Cannot"), problem);
});
