/** Where trainings go astray: the epoch, the batch, and the first tensor that is not finite. */
import { openGpu } from "../../../gpu/gpu.ts";
import { buildModel } from "../../../models/build.ts";
import { shapeOf } from "../../../models/model.ts";
import type { ModelGiven } from "../../../models/options.ts";
import { initialWeights } from "../../../layers/parameter_layout.ts";
import { Optimiser } from "../../../training/steps/optimiser.ts";
import { train } from "../../../training/loop/train.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { type Case, outcomeOf, tasks, withPath } from "../stopped.ts";
import type { TrainOptions } from "../../../training/loop/train_options.ts";

const MODELS: Record<string, ModelGiven> = {
  "rev-gnn": { kind: "rev-gnn", layers: 2, channels: 8, dropout: 0.1 },
  "res-gnn of batch norms": { kind: "res-gnn", layers: 2, channels: 8, norm: "batch" },
  "rev-gat": { kind: "rev-gat", layers: 2, channels: 8, groups: 2 },
  "deq-gnn": { kind: "deq-gnn", channels: 8, equilibrium: { maxSteps: 3 } },
};

for (const [name, given] of Object.entries(MODELS)) {
  Deno.test(`train() names the learned matrix whose values are none, ${name}`, async () => {
    const model = buildModel(given, shapeOf(tasks));
    for (const parameter of model.layout.parameters) {
      using gpu = await openGpu();
      const initial = initialWeights(model.layout, 1);
      initial[parameter.offset / 4] = NaN;
      const run = () => train(gpu, model, tasks, { epochs: 1, initial });
      const { message } = await assertRejects(run, Error, "Cannot go on training: ");
      const [, place] = message.match(/ is NaN in epoch 1, first in (.*), use a lower learning/)!;
      // The encoder that all layers share is first read together with a layer's own.
      const named = parameter.name === "edge_encoder" ? ".edge_encoder" : ` at ${parameter.name}`;
      assert(place!.endsWith(named), `${parameter.name}: ${message}`);
    }
  });
}

const BY_PARTS: Case = { model: MODELS["rev-gnn"]!, options: { epochs: 9, parts: 4 } };
/** The step of its third epoch, second batch. */
const STEP = 10;

/** Has every training's tenth step throw its weights out of all bounds. */
async function leapingAt(test: () => Promise<void>): Promise<void> {
  const { prepare } = Optimiser.prototype;
  Optimiser.prototype.prepare = function (step, learningRate) {
    prepare.call(this, step, step === STEP ? 1e38 : learningRate);
  };
  try {
    await test();
  } finally {
    Optimiser.prototype.prepare = prepare;
  }
}

/** What a training says that goes astray. */
async function astray(more: Partial<TrainOptions> = {}): Promise<string> {
  const { message } = await assertRejects(
    () => outcomeOf(BY_PARTS, more),
    Error,
    "Cannot go on training: ",
  );
  return message;
}

Deno.test("train() by parts names the batch in which it goes astray, in a later epoch, from a state or not", () =>
  leapingAt(() =>
    withPath(async (path) => {
      const place = "first in weight of adam at node_features_encoder";
      const end = ` in epoch 3, batch 2 of 4, ${place}, use a lower learning rate than 0.01`;
      const whole = await astray();
      assert(whole.endsWith(end), whole);
      const resume = { path, seconds: 0 };
      assertEquals(await astray({ resume }), whole);
      // All that was finished before is there still.
      const resumed: number[] = [];
      const onResume = (epochs: number) => void resumed.push(epochs);
      assertEquals([await astray({ resume, onResume }), resumed], [whole, [2]]);
    })
  ));

Deno.test("train() that goes astray after long work says what it knows", () =>
  leapingAt(async () => {
    const { now } = performance;
    let time = 0;
    // An epoch seems to take more than what is done again.
    performance.now = () => time += 61_000;
    try {
      const message = await astray();
      assert(
        / in epoch 3(, batch 3 of 4)?, use a lower learning rate than 0.01$/.test(message),
        message,
      );
    } finally {
      performance.now = now;
    }
  }));
