/** Models beside PyTorch; errors are relative to the compared tensor's largest element, bias apart. */
import { DeviceGraph } from "../../batch/device_graph.ts";
import { RevGnn } from "../../models/rev_gnn.ts";
import { readGradients, readWeights, stateDict } from "../../training/files/state_dict.ts";
import { Trainer } from "../../training/steps/trainer.ts";
import { assert, assertEquals } from "../assert.ts";
import { gpu } from "../kernels/device.ts";
import { adamStep, clipFactor } from "../reference/adam.ts";
import { rmspropStep } from "../reference/rmsprop.ts";
import { EQUILIBRIUM, MODEL, OPTIMISER } from "../tolerances.ts";
import { type Golden, type GoldenStep, loadGolden, loadGoldens } from "./golden.ts";
import {
  assertMatricesClose,
  assertTensorsClose,
  assertValuesClose,
  type Step,
  stepOf,
  storing,
} from "./step.ts";

const GOLDENS = [
  "rev_gnn_2_groups",
  "rev_gnn_4_groups",
  "rev_gnn_species",
  "res_gnn",
  "rev_gnn_gcn",
  "rev_gnn_sage",
  "rev_gnn_batch_norm",
].map(loadGolden);
const SEVERAL = [
  "aggregations",
  "convolutions",
  "tied",
  "equilibrium",
  "labels",
  "classes",
  "rev_gat_switches",
]
  .flatMap(loadGoldens);

for (const golden of [...GOLDENS, ...SEVERAL]) {
  const { name, graph, model, values, seed, steps } = golden;
  const symbol = model.constructor.name;
  const tolerance = toleranceOf(golden);

  steps.forEach((expected, at) => {
    // Each from PyTorch's weights: roundings of an earlier step have no part in a later one.
    const [step, start] = [at + 1, at === 0 ? values : steps[at - 1]!.after];
    Deno.test(`${symbol}'s logits, loss and every gradient equal PyTorch's, ${name}, step ${step}`, async () => {
      const actual = await stepOf(gpu, model, graph, start, seed, { ...golden, step });
      assertStep(golden, actual, expected);
    });
  });

  Deno.test(`Trainer.predict() equals PyTorch without dropout, ${name}`, async () => {
    using device = new DeviceGraph(gpu, graph);
    using trainer = new Trainer(gpu, model, values, { seed });
    using logits = await trainer.predict(device);
    assertValuesClose("logits", (await gpu.read(logits))[0]!, golden.evaluated, tolerance);
  });

  Deno.test(`Trainer.step() moves weights by its gradients as float64 does, ${name}`, async () => {
    const { loss, optimiser, clip, learningRate, teacher, training } = golden;
    using device = new DeviceGraph(gpu, graph);
    using taught = teacher && gpu.upload(teacher);
    const batches = steps.length;
    const own = { ...training, seed, batches, loss, optimiser, clip };
    using trainer = new Trainer(gpu, model, values, own);
    const move = optimiserOf(golden);
    for (let batch = 0; batch < batches; batch++) {
      await trainer.step(device, learningRate, batch, taught);
      const expected = move(await readGradients(trainer.parameters));
      const actual = await readWeights(trainer.parameters);
      assertLearned(golden, actual, expected, OPTIMISER);
      if (batch === 0) assertRunning(golden, actual, steps[0]!.after, tolerance);
    }
    const losses = (await gpu.read(trainer.losses))[0]!;
    assertValuesClose("loss", losses.slice(0, 1), [steps[0]!.loss], tolerance);
  });

  Deno.test(`adamStep(), rmspropStep() by PyTorch's gradients give its weights, ${name}`, () => {
    const move = optimiserOf(golden);
    for (const { gradients, after } of steps) {
      assertLearned(golden, after, move(gradients), OPTIMISER);
    }
  });

  if (model instanceof RevGnn) {
    Deno.test(`ReversibleLayer.backwardStored() gives PyTorch's gradients too, ${name}`, async () => {
      const actual = await stepOf(gpu, storing(model), graph, values, seed, golden);
      assertStep(golden, actual, steps[0]!);
    });
  }
}

Deno.test("goldens have tied layers and equilibria, and steps whose gradients are clipped", () => {
  const models = SEVERAL.map(({ model }) => model.options);
  assertEquals(models.filter(({ tied }) => tied).length, 4);
  assertEquals(models.filter(({ kind }) => kind === "deq-gnn").length, 3);
  const clipped = GOLDENS.map(({ clip, steps }) =>
    clipFactor([Float64Array.from(steps[0]!.gradients)], clip)
  );
  assert(clipped.every((factor) => factor < 1), `${clipped}`);
});

/** What is solved for is known to what it is solved to. */
function toleranceOf({ model }: Pick<Golden, "model">): number {
  return model.options.kind === "deq-gnn" ? EQUILIBRIUM : MODEL;
}

function assertStep(golden: Golden, actual: Step, expected: GoldenStep): void {
  const { model } = golden;
  const tolerance = toleranceOf(golden);
  assertValuesClose("logits", actual.logits, expected.logits, tolerance);
  assertValuesClose("loss", [actual.loss], [expected.loss], tolerance);
  // A bias in front of a batch norm has no gradient but roundings, which count by its matrix.
  const { norm, kind } = model.options;
  const assertClose = norm === "batch" && kind !== "rev-gat"
    ? assertMatricesClose
    : assertTensorsClose;
  assertClose(model, actual.gradients, expected.gradients, tolerance);
}

/** The float64 optimiser from a golden's first values on: gradients to the values after a step. */
function optimiserOf({ model: { layout }, values, ...golden }: Golden) {
  const weights = Float64Array.from(values.subarray(0, layout.words));
  const [m, v] = [weights, weights].map(({ length }) => new Float64Array(length));
  let step = 0;
  return (gradients: Float32Array): Float32Array => {
    const { learningRate, clip, optimiser, training: { weightDecay = 0 } } = golden;
    const learned = Float64Array.from(gradients.subarray(0, layout.words));
    const factor = clip === 0 ? 1 : clipFactor([learned], clip);
    const clipped = learned.map((gradient) => factor * gradient);
    step++;
    if (optimiser === "adam") {
      adamStep({ weights, m: m!, v: v! }, clipped, { learningRate, step });
    } else rmspropStep({ weights, square: v! }, clipped, { learningRate, weightDecay });
    return Float32Array.from([...weights, ...values.subarray(layout.words)]);
  };
}

/** Compares what is learned, not what batch norms remember. */
function assertLearned(golden: Golden, actual: Values, expected: Values, tolerance: number): void {
  compare(golden, actual, expected, tolerance, (name) => !RUNNING.test(name));
}

function assertRunning(golden: Golden, actual: Values, expected: Values, tolerance: number): void {
  compare(golden, actual, expected, tolerance, (name) => RUNNING.test(name));
}

type Values = Float32Array;
const RUNNING = /\.running_(mean|var)$/;

function compare(
  { model: { layout } }: Golden,
  actual: Values,
  expected: Values,
  tolerance: number,
  counts: (name: string) => boolean,
): void {
  const expectations = stateDict(layout, expected);
  for (const [name, { data }] of stateDict(layout, actual)) {
    if (counts(name)) assertValuesClose(name, data, expectations.get(name)!.data, tolerance);
  }
}
