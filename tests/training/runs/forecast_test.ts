import { planted } from "../../../graphs/planted/planted.ts";
import { buildModel } from "../../../models/build.ts";
import { shapeOf } from "../../../models/model.ts";
import { readWeights } from "../../../training/files/state_dict.ts";
import type { Best, TrainOptions } from "../../../training/loop/train_options.ts";
import { forecast } from "../../../training/runs/forecast.ts";
import { assertEquals } from "../../assert.ts";
import {
  BATCH,
  CONVOLVED,
  deep,
  EQUILIBRIUM,
  graph,
  KINDS,
  ledgerOf,
} from "../../models/ledgers.ts";

for (
  const [name, options] of Object.entries({ ...KINDS, ...EQUILIBRIUM, ...CONVOLVED, ...BATCH })
) {
  for (const epochs of [0, 3]) {
    Deno.test(`forecast() is what ${name} then takes, ${epochs} epochs`, async () => {
      const model = buildModel(deep(options), shapeOf(graph));
      const expected = await ledgerOf(model.options, { epochs });
      assertEquals(await forecast(model, graph, { epochs }), expected);
    });
  }

  Deno.test(`forecast() is what an epoch of 3 parts then takes, ${name}`, async () => {
    const model = buildModel(deep(options), shapeOf(graph));
    const expected = await ledgerOf(model.options, { epochs: 1, parts: 3 });
    assertEquals(await forecast(model, graph, { epochs: 1, parts: 3 }), expected);
  });

  Deno.test(`forecast() is what steps of 2 of 4 parts then take, ${name}`, async () => {
    const model = buildModel(deep(options), shapeOf(graph));
    const run = { epochs: 2, parts: 4, accumulate: 2 };
    assertEquals(await forecast(model, graph, run), await ledgerOf(model.options, run));
  });

  Deno.test(`forecast() is what ${name} then takes where the best epoch's weights are read`, async () => {
    const model = buildModel(deep(options, 40), shapeOf(graph));
    const reads = {
      epochs: 1,
      onBest: async ({ parameters }: Best) => void await readWeights(parameters),
    };
    const expected = await ledgerOf(model.options, reads);
    assertEquals(await forecast(model, graph, reads), expected);
  });

  Deno.test(`forecast() is what many epochs of 3 parts take, evaluated by 2, ${name}`, async () => {
    const model = buildModel(deep(options), shapeOf(graph));
    const run = { epochs: 12, parts: 3, evaluateParts: 2, evaluateEvery: 3 };
    assertEquals(await forecast(model, graph, run), await ledgerOf(model.options, run));
  });
}

const classes = planted({ nodes: 100, degree: 4, tasks: 5, classes: true });
const teacher = { data: new Float32Array(500), rows: 100, cols: 5 };
const CLASSES: Record<string, TrainOptions> = {
  "classes": { epochs: 2 },
  "a student": { epochs: 2, teacher, loss: "log-epsilon" },
  "a student by RMSprop, one step": { epochs: 0, teacher, optimiser: "rmsprop", clip: 0 },
  "a student in 3 parts": { epochs: 1, teacher, parts: 3 },
};

for (const [name, run] of Object.entries(CLASSES)) {
  Deno.test(`forecast() is what learning ${name} then takes`, async () => {
    const model = buildModel({ ...KINDS.RevGnn, layers: 3 }, shapeOf(classes));
    const expected = await ledgerOf(model.options, run, classes);
    assertEquals(await forecast(model, classes, run), expected);
  });
}
