/** Runs that are scored once more after training, by other parts and views. */
import { planted } from "../../../graphs/planted/planted.ts";
import { openGpu } from "../../../gpu/gpu.ts";
import { Parameters } from "../../../layers/parameters.ts";
import { buildModel } from "../../../models/build.ts";
import { shapeOf } from "../../../models/model.ts";
import type { ModelGiven } from "../../../models/options.ts";
import { sameRun } from "../../../reports/rows/keys.ts";
import { readWeights } from "../../../training/files/state_dict.ts";
import { predict } from "../../../training/steps/predict.ts";
import { inferenceForecast } from "../../../training/measures/inferred.ts";
import { predictModel } from "../../../training/steps/label_reuse.ts";
import { scoresOf } from "../../../training/steps/metrics.ts";
import { run } from "../../../training/runs/run.ts";
import { type RunGiven, type RunSettings, runSettings } from "../../../training/settings.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { wrongField } from "../../reports/rows/wrong_field.ts";

const classes = planted({ nodes: 200, degree: 4, tasks: 3, classes: true });
// Logits of more bytes than a piece of the weights: reading these needs no memory of its own.
const tasks = planted({ nodes: 200, degree: 4, tasks: 96 });
const WAYS = [{ parts: 1, views: 1 }, { parts: 3, views: 2 }];

const REV_GNN = { kind: "rev-gnn", layers: 3, channels: 16, dropout: 0.1 } as const;
const KINDS: Record<string, ModelGiven> = {
  "rev-gnn": REV_GNN,
  "res-gnn": { kind: "res-gnn", layers: 3, channels: 8, dropout: 0.1, norm: "batch" },
  "deq-gnn": { kind: "deq-gnn", channels: 8 },
  "rev-gat": { kind: "rev-gat", layers: 3, channels: 8, dropout: 0.1, labels: true },
};

function settingsOf(model: ModelGiven, other: Partial<RunGiven> = {}): RunSettings {
  return runSettings({
    experiment: "train",
    name: "a model",
    scale: "quick",
    dataset: "planted",
    model,
    epochs: 4,
    seed: 1,
    inference: WAYS,
    ...other,
  });
}

for (const [kind, options] of Object.entries(KINDS)) {
  for (const evaluateParts of kind === "rev-gnn" ? [1, 2] : [1]) {
    Deno.test(`run() scores its best epoch once more, ${kind}, ${evaluateParts} parts`, async () => {
      const graph = kind === "rev-gat" ? classes : tasks;
      const settings = settingsOf(options, evaluateParts > 1 ? { evaluateParts, parts: 2 } : {});
      let best: Float32Array | undefined;
      const onBest = async ({ parameters }: { parameters: Parameters }) =>
        void (best = await readWeights(parameters));
      const row = await run(settings, graph, { onBest });
      assertEquals(wrongField(row), null);
      assert(sameRun(row, settings));
      assertEquals(row.inferred!.map(({ parts, views }) => ({ parts, views })), WAYS);
      const model = buildModel(options, shapeOf(graph));
      for (const { scores, peakBytes, seconds, ...way } of row.inferred!) {
        using gpu = await openGpu();
        using parameters = new Parameters(gpu, model.layout, best!);
        const logits = await predict(
          gpu,
          graph,
          (graph) => predictModel(model, { graph, parameters }),
          { ...way, seed: 1 },
        );
        assertEquals(scores, scoresOf(logits, graph));
        assertEquals(peakBytes, await inferenceForecast(model, graph, [way], 1));
        assert(seconds > 0);
      }
      const [whole, parts] = row.inferred!;
      assert(whole!.peakBytes > parts!.peakBytes);
      if (evaluateParts === 1) assertEquals(whole!.scores, row.scores);
    });
  }
}

Deno.test("run() is the same run, and takes the same memory, whether it is scored once more", async () => {
  const settings = settingsOf(REV_GNN);
  const { inferred, ...row } = await run(settings, tasks);
  const { inference: _, ...alone } = settings;
  const other = await run(alone, tasks);
  assert(inferred !== undefined && !("inferred" in other));
  assertEquals([row.losses, row.scores], [other.losses, other.scores]);
  assertEquals([row.peakBytes, row.activationBytes], [other.peakBytes, other.activationBytes]);
  assert(!sameRun(row, other));
});

Deno.test("run() holds no gradients where it only evaluates", async () => {
  const model = buildModel({ ...REV_GNN, layers: 60 }, shapeOf(tasks));
  const bytes = 4 * model.layout.words;
  const [way] = WAYS;
  const shallow = buildModel({ ...REV_GNN, layers: 1 }, shapeOf(tasks));
  const [deep, flat] = [
    await inferenceForecast(model, tasks, [way!], 0),
    await inferenceForecast(shallow, tasks, [way!], 0),
  ];
  assert(deep - flat <= bytes, `${deep - flat} for ${bytes} of weights`);
});

Deno.test("run() does not begin what could be trained, but not scored as it is to be", async () => {
  const byParts = { parts: 5, evaluateParts: 5, inference: [{ parts: 5, views: 1 }] };
  const settings = settingsOf(REV_GNN, byParts);
  const { peakBytes: memoryBudget } = await run(settings, tasks);
  assertEquals((await run({ ...settings, memoryBudget }, tasks)).status, "trained");
  const whole = { ...settings, memoryBudget, inference: WAYS };
  const row = await run(whole, tasks);
  assertEquals([row.status, row.inferred], ["does not fit", undefined]);
  assert(row.peakBytes > memoryBudget);
});

Deno.test("run() of one step is not scored", async () => {
  const row = await run(settingsOf(REV_GNN, { epochs: 0 }), tasks);
  assertEquals([row.status, "inferred" in row], ["measured", false]);
});

Deno.test("run() refuses ways of inference that make no sense before it trains", async () => {
  const onStart = () => {
    throw new Error("the run has begun");
  };
  const cases = [
    [{ parts: 201, views: 1 }, "Cannot split 200 nodes into 201 parts"],
    [{ parts: 2, views: 0 }, "Cannot use inference.0.views 0: expected a whole number from 1"],
  ] as const;
  for (const [way, sentence] of cases) {
    const call = { ...settingsOf(REV_GNN), inference: [way] };
    await assertRejects(() => run(call, tasks, { onStart }), RangeError, sentence);
  }
});

Deno.test("A row's ways of inference are checked", async () => {
  const row = await run(settingsOf(REV_GNN, { epochs: 1 }), tasks);
  const [first] = row.inferred!;
  assertEquals(wrongField({ ...row, inferred: [{ ...first, scores: null }] }), "inferred.0.scores");
  assertEquals(wrongField({ ...row, inference: [{ parts: 1 }] }), "inference.0.views");
});
