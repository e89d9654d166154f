/** Training and evaluation by parts that are read from a graph's file. */
import type { Graph } from "../../graphs/graph.ts";
import { GraphFile } from "../../graphs/parts/graph_file.ts";
import { Random } from "../../graphs/random.ts";
import { openGpu } from "../../gpu/gpu.ts";
import { Parameters } from "../../layers/parameters.ts";
import { buildModel } from "../../models/build.ts";
import { type Model, shapeOf } from "../../models/model.ts";
import { forecast, forecastInference } from "../../training/runs/forecast.ts";
import { run } from "../../training/runs/run.ts";
import { train } from "../../training/loop/train.ts";
import { predictGraph } from "../../training/steps/predict_graph.ts";
import { scoresOf } from "../../training/steps/metrics.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";
import { withFolder } from "../folder.ts";
import { graphOf, writeGraphFile } from "../graphs/parts/graph_files.ts";
import { figures } from "./untimed.ts";

const OPTIONS = { kind: "rev-gnn", layers: 3, channels: 16, groups: 2, dropout: 0.1 } as const;

const random = new Random(4);
const graph = graphOf(
  150,
  Array.from({ length: 700 }, () => [random.below(150), random.below(150)] as const),
);
const model: Model = buildModel(OPTIONS, shapeOf(graph));

/** Hands over the graph and the same in a file. */
function withBoth(use: (both: { memory: Graph; stored: GraphFile }) => Promise<void>) {
  return withFolder(async (folder) => {
    await writeGraphFile(`${folder}/graph`, graph);
    await use({ memory: graph, stored: await GraphFile.open(`${folder}/graph`) });
  });
}

for (const worker of [true, false]) {
  Deno.test(`train() by parts of a file has the bits of the graph in memory, worker ${worker}`, () =>
    withBoth(async (both) => {
      const training = { epochs: 3, parts: 4, evaluateParts: 3, seed: 2, worker };
      const runs = [];
      for (const data of [both.memory, both.stored]) {
        using gpu = await openGpu();
        const bests: number[] = [];
        const outcome = await train(gpu, model, data, {
          ...training,
          keepWeights: true,
          onBest: ({ logits }) => void bests.push(logits.rows),
        });
        runs.push({ ...figures(outcome), bests: bests.length });
        // Logits are of the nodes that can be scored.
        assertEquals(new Set(bests), new Set([data.labels.rows]));
      }
      const [memory, stored] = runs.map(({ peakBytes: _, activationBytes: __, ...run }) => run);
      assert(memory!.scores !== null && memory!.weights!.last.length > 0);
      assertEquals(stored, memory);
    }));
}

Deno.test("predictGraph() by parts and views of a file scores as the graph in memory does", () =>
  withBoth(async ({ memory, stored }) => {
    const values = new Float32Array(model.layout.valueWords).map((_, k) => ((k * 7) % 11 - 5) / 9);
    const options = { parts: 3, views: 2, seed: 5 };
    const scores = [];
    for (const data of [memory, stored]) {
      using gpu = await openGpu();
      using parameters = new Parameters(gpu, model.layout, values);
      const logits = await predictGraph(gpu, model, parameters, data, options);
      assertEquals(logits.rows, data.labels.rows);
      scores.push(scoresOf(logits, data));
      const needs = await forecastInference(model, data, options, gpu.adapter);
      assertEquals(needs, gpu.ledger.peak);
    }
    assertEquals(scores[1], scores[0]);
  }));

Deno.test("forecast() of a run by parts of a file is what the run takes", () =>
  withBoth(async ({ stored }) => {
    for (const evaluateParts of [3, 4]) {
      using gpu = await openGpu();
      const training = { epochs: 2, parts: 4, evaluateParts };
      const { peakBytes } = await forecast(model, stored, training, gpu.adapter);
      assertEquals((await train(gpu, model, stored, training)).peakBytes, peakBytes);
    }
  }));

Deno.test("run() evaluates a graph in a file by as many parts as it trains by", () =>
  withBoth(async ({ stored }) => {
    const row = await run({
      ...{ experiment: "a", name: "a", scale: "own", dataset: "a" },
      ...{ model: OPTIONS, epochs: 1, parts: 3, evaluateParts: null },
    }, stored);
    assertEquals([row.evaluateParts, row.status], [3, "trained"]);
    assert(row.scores !== null && /^[\da-f]{16}$/.test(row.data!));
  }));

Deno.test("a graph in a file is not taken as a whole, nor taught", () =>
  withBoth(async ({ stored }) => {
    using gpu = await openGpu();
    const whole = (what: string, instead = "use more parts") =>
      `Cannot ${what} in a file as a whole: only random parts of it are read from ${stored.path}, ` +
      instead;
    const cases = [
      [() => train(gpu, model, stored, { epochs: 1 }), whole("train on")],
      [() => train(gpu, model, stored, { epochs: 1, parts: 2 }), whole("evaluate")],
      [() => forecastInference(model, stored, {}, gpu.adapter), whole("predict")],
      [
        () => train(gpu, model, stored, { epochs: 1, parts: 2, teacher: stored.labels }),
        whole("teach", "train without a teacher"),
      ],
    ] as const;
    for (const [call, sentence] of cases) await assertRejects(call, RangeError, sentence);
  }));
