/** The options of training, of what is measured after it, and of a whole run. */
import * as v from "valibot";
import { GRAPH, type GraphGiven, graphSettings } from "../graphs/settings.ts";
import { MODEL, type ModelGiven, modelOptions } from "../models/options.ts";
import {
  byteSize,
  flag,
  oneOf,
  option,
  path,
  rate,
  real,
  required,
  text,
  whole,
} from "../settings/option.ts";
import { pick, resolve, SettingsError } from "../settings/resolve.ts";
import type { Given, Resolved } from "../settings/types.ts";

/** The names of all losses. */
export const LOSSES = ["bce", "cross-entropy", "log-epsilon"] as const;
/** The name of a loss. */
export type Loss = typeof LOSSES[number];

/** The names of all optimisers. */
export const OPTIMISERS = ["adam", "rmsprop"] as const;
/** The name of an optimiser. */
export type OptimiserName = typeof OPTIMISERS[number];

/**
 * Learning rates over the steps of a run: see schedule.ts.
 *
 * @internal
 */
export const SCHEDULE = v.variant("kind", [
  v.strictObject({ kind: v.literal("constant") }),
  v.strictObject({ kind: v.literal("one-cycle") }),
  v.strictObject({
    kind: v.literal("warm-up"),
    epochs: option(whole({ from: 1 }), 50, {
      flag: "warm-up",
      help: "epochs in which the warm-up schedule rises",
    }),
  }),
]);
/** How the learning rate goes over the epochs. */
export type Schedule = Resolved<typeof SCHEDULE>;

/** What the loss of a training step is told. */
export const LOSS = {
  loss: option(v.nullable(oneOf(LOSSES)), null, {
    help: "training loss; unless given, bce for tasks and cross-entropy for classes",
  }),
  labelSmoothing: option(rate(), 0, {
    later: true,
    help: "share of a class's label that is spread over all classes",
  }),
  teacherShare: option(real({ from: 0, to: 1 }), 0.95, {
    later: true,
    flag: "alpha",
    help: "the teacher's share of a student's loss",
  }),
  temperature: option(real({ above: 0 }), 0.7, {
    later: true,
    help: "what a student's and its teacher's logits are divided by, to be compared",
  }),
};
/**
 * The declarations of the loss's options.
 *
 * @internal
 */
export const LOSS_SETTINGS = v.strictObject(LOSS);
/** All options of the loss. */
export type LossSettings = Resolved<typeof LOSS_SETTINGS>;

/** What training is told, beside the model and the graph. */
export const TRAINING = {
  epochs: option(whole(), 100, { help: "epochs; 0 measures one step" }),
  learningRate: option(real({ above: 0 }), 1e-2, {
    flag: "lr",
    help: "learning rate; of one-cycle, its peak",
  }),
  schedule: option(SCHEDULE, { kind: "one-cycle" }, { help: "schedule of the learning rate" }),
  optimiser: option(oneOf(OPTIMISERS), "adam", { help: "optimiser of the weights" }),
  clip: option(real({ from: 0 }), 1, {
    help: "largest norm of a step's gradient; 0 clips nothing",
  }),
  weightDecay: option(real({ from: 0 }), 0, {
    later: true,
    help:
      "share of every weight that each step takes off, times the learning rate; rmsprop adds it to the gradient",
  }),
  ...LOSS,
  maskRate: option(rate(), 0.5, {
    later: true,
    help: "share of the training labels that a model with label inputs is given in a step",
  }),
  parts: option(whole({ from: 1 }), 1, {
    help: "random parts that the nodes are split into each epoch, one a batch",
  }),
  accumulate: option(whole({ from: 1 }), 1, {
    later: true,
    help: "parts whose gradients' mean is a step's; it divides --parts",
  }),
  evaluateParts: option(whole({ from: 1 }), 1, {
    help:
      "random parts that an evaluation goes by; train takes as few as fit or, on a GPU, those of --parts",
  }),
  evaluateEvery: option(whole({ from: 1 }), 1, {
    help: "epochs from one evaluation to the next; the last epoch always has one",
  }),
  bestBy: option(oneOf(["score", "loss"]), "score", {
    later: true,
    help: "what tells the best epoch: the validation part's score, or its loss",
  }),
  patience: option(whole(), 0, {
    later: true,
    help: "evaluations that are no better by validation after which training ends; 0 for never",
  }),
  seed: option(whole(), 0, { help: "seed of initial values, masks and parts" }),
  pretrainEpochs: option(whole(), 0, {
    help: "first epochs in which a deq-gnn is a weight-tied network",
  }),
  pretrainDepth: option(whole({ from: 1 }), 3, {
    help: "depth of the weight-tied network of those first epochs",
  }),
};
/**
 * The declarations of training's options.
 *
 * @internal
 */
export const TRAINING_SETTINGS = v.strictObject(TRAINING);
/** All options of training. */
export type TrainingSettings = Resolved<typeof TRAINING_SETTINGS>;
/** The same as they are given: those with a default may be left out. */
export type TrainingGiven = Given<typeof TRAINING_SETTINGS>;

/** One way of inference, as `predict` defines it. */
export const INFERENCE = v.strictObject({
  parts: required(whole({ from: 1 }), { help: "random parts of the nodes; 1 is the whole graph" }),
  views: required(whole({ from: 1 }), { help: "partitions to average over" }),
});

/** What is measured beside the training, which moves no bit of it. */
export const MEASURES = {
  inference: option(v.array(INFERENCE), [], {
    help: "ways in which the best epoch's weights are scored once more",
  }),
  drift: option(flag(), false, {
    help: "measure the drift of rebuilt activations at the end",
  }),
  residualSteps: option(v.nullable(whole({ from: 1 })), null, {
    help: "steps of each solver on the trained equilibrium model, for its curve of residuals",
  }),
  timedSteps: option(v.nullable(whole({ from: 1 })), null, {
    help: "with 0 epochs, steps to time",
  }),
};

/** Files and limits that the caller names. */
export const CALL = {
  teacher: option(v.nullable(path()), null, {
    help: "a teacher's logits to learn from as well: an .npy file, or a run's name",
  }),
  init: option(v.nullable(path()), null, { help: "a .safetensors file of weights to start from" }),
  memoryBudget: option(v.nullable(byteSize()), null, {
    identity: false,
    help: "device memory that the run may take; unless given, all there is",
  }),
};

/**
 * Everything a run is asked to do: two runs with equal settings are the same run.
 *
 * @internal
 */
export const RUN = v.strictObject({
  experiment: required(text(), { identity: false, help: "the experiment's name, or train" }),
  name: required(text(), { identity: false, help: "the model's name in a legend" }),
  scale: required(text(), { identity: false, help: "the experiment's scale, or own" }),
  ...GRAPH,
  model: required(MODEL, { help: "the network" }),
  ...TRAINING,
  ...CALL,
  ...MEASURES,
});
/** All options of a run: graph, model, training and what is measured after it. */
export type RunSettings = Resolved<typeof RUN>;
/** The same as they are given: those with a default may be left out. */
export type RunGiven = Given<typeof RUN>;
/** A run whose evaluations may go by as few parts as fit, which `null` asks for. */
export type RunAsked = Omit<RunGiven, "evaluateParts"> & {
  readonly evaluateParts?: number | null | undefined;
};

/** All of training's options, of what holds them and more. Throws a sentence. */
export function trainingSettings(given: TrainingGiven): TrainingSettings {
  const training = resolve(TRAINING_SETTINGS, pick(TRAINING, given) as TrainingGiven);
  checkAccumulation(training);
  return training;
}

/** All options of a run, checked. Throws a sentence. */
export function runSettings(given: RunGiven): RunSettings {
  const run = resolve(RUN, given);
  checkPretraining(run);
  checkAccumulation(run);
  checkRead(run);
  const graph = graphSettings(pick(GRAPH, run) as GraphGiven);
  return { ...run, ...graph, model: modelOptions(run.model as ModelGiven) };
}

function checkAccumulation({ accumulate, parts }: TrainingSettings): void {
  if (parts % accumulate === 0) return;
  const why = `the ${parts} parts of an epoch are no multiple of it`;
  throw new SettingsError(["accumulate"], why, String(accumulate));
}

/** Equal runs have equal rows: what nothing reads must not be given. */
function checkRead({ model, teacher, ...run }: RunSettings): void {
  const usual = resolve(TRAINING_SETTINGS, {});
  const unread = [
    ...teacher === null ? ["teacherShare", "temperature"] as const : [],
    ...model.labels ? [] : ["maskRate"] as const,
  ];
  const given = unread.find((name) => run[name] !== usual[name]);
  if (given === undefined) return;
  const why = given === "maskRate"
    ? "the model takes no labels as inputs"
    : "no teacher is named, from whom a student learns";
  throw new SettingsError([given], why, String(run[given]));
}

function checkPretraining({ model, pretrainEpochs, pretrainDepth }: RunSettings): void {
  if (pretrainEpochs > 0 && model.kind !== "deq-gnn") {
    throw new SettingsError(
      ["pretrainEpochs"],
      `a ${model.kind} is no deq-gnn, which is unrolled first`,
    );
  }
  if (pretrainDepth !== resolve(TRAINING_SETTINGS, {}).pretrainDepth && pretrainEpochs === 0) {
    throw new SettingsError(["pretrainDepth"], "no epochs are pre-trained");
  }
}
