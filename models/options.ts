/** The options of every model, after the paper's tables. */
import * as v from "valibot";
import type { Format } from "../gpu/tensor.ts";
import { EQUILIBRIUM } from "../layers/equilibrium_options.ts";
import { GAT } from "../layers/gat_convolution.ts";
import { GEN } from "../layers/gen_convolution.ts";
import { NORMS } from "../layers/norm.ts";
import { flag, none, oneOf, only, option, rate, required, whole } from "../settings/option.ts";
import { resolve } from "../settings/resolve.ts";
import type { Given, Resolved } from "../settings/types.ts";
import { ACTIVATIONS } from "./stacks.ts";

/**
 * The graph convolution of every block.
 *
 * @internal
 */
export const CONVOLUTION = v.variant("kind", [
  GEN,
  v.strictObject({ kind: v.literal("gcn") }),
  v.strictObject({ kind: v.literal("sage") }),
  GAT,
  v.strictObject({ kind: v.literal("linear") }),
]);
/** A graph convolution as it is given: a kind alone, or with some of its options. */
export type ConvolutionGiven = Given<typeof CONVOLUTION>;
/** A graph convolution with all of its options. */
export type ConvolutionOptions = Resolved<typeof CONVOLUTION>;
/** The name of a graph convolution. */
export type ConvolutionName = ConvolutionOptions["kind"];

/** Beyond these a model is a slip of the pen, which would take a machine's memory to list its layers. */
const MOST = { layers: 100_000, channels: 65_536 } as const;
/** The numbers of a reversible network's state: float32, or fixed-point of 2⁻¹⁷ (kernels/fixed_point.ts). */
const STATES = ["float", "fixed"] as const satisfies readonly Format[];

const SIZE = {
  layers: required(whole({ from: 1, to: MOST.layers }), { help: "graph layers" }),
  channels: required(whole({ from: 1, to: MOST.channels }), { help: "hidden width" }),
  dropout: option(rate(), 0, { help: "rate of the dropout masks" }),
};
const GROUPS = {
  groups: option(whole({ from: 2 }), 2, { help: "channel groups C of a reversible network" }),
};
const STATE = {
  state: option(oneOf(STATES), "float", {
    later: true,
    help: "numbers of a reversible network's state: fixed ones are rebuilt to the bit",
  }),
};
const WAY = {
  activations: option(oneOf(ACTIVATIONS), "rebuilt", {
    later: true,
    help: "how a reversible network comes by its activations on the way back",
  }),
};
const TIED = {
  tied: option(flag(), false, { help: "repeat two layers' weights over the depth" }),
};
const HELP_OF_CONVOLUTION = { help: "the graph convolution of every block" };
const blocks = {
  norm: option(oneOf(NORMS), "layer", { help: "norms over rows or over batches" }),
  convolution: option(CONVOLUTION, { kind: "gen" }, HELP_OF_CONVOLUTION),
};

const LABELS = {
  labels: option(flag(), false, {
    help: "give the model a share of the training labels as inputs, to predict the others",
  }),
  labelHops: option(whole({ from: 0, to: 10 }), 0, {
    later: true,
    help: "hops over which neighbours' label inputs are summed, each sum an input as well",
  }),
  labelIterations: option(whole({ from: 0, to: 10 }), 1, {
    later: true,
    help: "how often the model's guesses take the place of labels that are not given",
  }),
};
const PLAIN_INPUT = {
  inputDropout: only(0, "only a rev-gat masks its input"),
  inputNorm: only(false, "only a rev-gat normalises its input", { later: true }),
};
const NO_EQUILIBRIUM = { equilibrium: none("only a deq-gnn solves for an equilibrium") };
const NO_GROUPS = {
  groups: only(1, "only a reversible network has groups"),
  state: only("float", "only a reversible network rebuilds its state", { later: true }),
  activations: only("stored", "only a reversible network can rebuild its activations", {
    later: true,
  }),
};

/**
 * What a model is told; fields that only other kinds have are there with the value that says so.
 *
 * @internal
 */
export const MODEL = v.variant("kind", [
  v.strictObject({
    kind: v.literal("rev-gnn"),
    ...{
      ...SIZE,
      ...GROUPS,
      ...STATE,
      ...WAY,
      ...TIED,
      ...blocks,
      ...LABELS,
      ...PLAIN_INPUT,
      ...NO_EQUILIBRIUM,
    },
  }),
  v.strictObject({
    kind: v.literal("res-gnn"),
    ...{
      ...SIZE,
      ...NO_GROUPS,
      ...TIED,
      ...blocks,
      ...LABELS,
      ...PLAIN_INPUT,
      ...NO_EQUILIBRIUM,
    },
  }),
  v.strictObject({
    kind: v.literal("rev-gat"),
    ...SIZE,
    layers: required(whole({ from: 2, to: MOST.layers }), {
      help: "graph layers, a first and a last one included",
    }),
    ...{ ...GROUPS, ...STATE, ...WAY },
    tied: only(false, "the layers of a rev-gat differ"),
    norm: option(oneOf(NORMS), "batch", { help: "norms over rows or over batches" }),
    convolution: option(v.variant("kind", [GAT]), { kind: "gat" }, HELP_OF_CONVOLUTION),
    inputDropout: option(rate(), 0, { help: "rate of the mask of rev-gat's input" }),
    inputNorm: option(flag(), false, {
      later: true,
      help: "a batch norm of rev-gat's input, features and labels",
    }),
    ...LABELS,
    ...NO_EQUILIBRIUM,
  }),
  v.strictObject({
    kind: v.literal("deq-gnn"),
    ...SIZE,
    ...NO_GROUPS,
    layers: only(1, "a deq-gnn has one cell and no depth"),
    tied: only(false, "a deq-gnn has one cell"),
    norm: only("layer", "a batch's statistics would change with every step of a deq-gnn's solver"),
    convolution: blocks.convolution,
    ...LABELS,
    ...PLAIN_INPUT,
    equilibrium: option(EQUILIBRIUM, {}, { help: "how the equilibrium is solved for" }),
  }),
]);
/** All options of a model. */
export type ModelOptions = Resolved<typeof MODEL>;
/** Options of a model as they are given: those with a default may be left out. */
export type ModelGiven = Exclude<Given<typeof MODEL>, string>;
/** The name of a kind of model. */
export type ModelKind = ModelOptions["kind"];
/** What the constructor of one kind of model is told. */
export type GivenOf<Kind extends ModelKind> = Omit<Extract<ModelGiven, { kind: Kind }>, "kind">;

/** All options of a model, checked. Throws a sentence. */
export function modelOptions(given: ModelGiven): ModelOptions {
  const options = resolve(MODEL, given);
  checkWidths(options);
  checkState(options);
  checkLabels(options);
  checkEquilibrium(options);
  return options;
}

function checkWidths({ channels, groups, convolution }: ModelOptions): void {
  if (channels % groups !== 0) {
    throw new RangeError(
      `Cannot split ${channels} channels into ${groups} groups: ` +
        `channels must be a multiple of groups`,
    );
  }
  const width = channels / groups;
  if (convolution.kind === "gat" && width % convolution.heads !== 0) {
    throw new RangeError(
      `Cannot split a group's ${width} channels into ${convolution.heads} heads: ` +
        `channels must be a multiple of heads`,
    );
  }
}

/** Equal models have equal rows. */
function checkLabels({ labels, labelIterations, labelHops }: ModelOptions): void {
  if (!labels && labelHops > 0) {
    throw new RangeError(
      `Cannot sum labels over ${labelHops} hops: the model takes none as inputs, give it labels`,
    );
  }
  if (labels || labelIterations === 1) return;
  throw new RangeError(
    `Cannot iterate labels ${labelIterations} times: the model takes none as inputs, give it labels`,
  );
}

/** What is not rebuilt needs no state that can be. */
function checkState({ state, activations }: ModelOptions): void {
  if (state === "float" || activations === "rebuilt") return;
  throw new RangeError(
    `Cannot use a fixed-point state with ${activations} activations: it is there to be rebuilt, ` +
      "use the state float or the activations rebuilt",
  );
}

/** Equal runs have equal rows: what a gradient does not read must not be given. */
function checkEquilibrium({ equilibrium }: ModelOptions): void {
  const { gradient } = equilibrium ?? {};
  if (equilibrium === null || gradient?.kind !== "unrolled" && gradient?.kind !== "reversible") {
    return;
  }
  if (gradient.kind === "reversible" && gradient.numbers === "fixed" && gradient.damping !== 0.5) {
    throw new RangeError(
      `Cannot undo steps of damping ${gradient.damping} in fixed-point numbers: they are halved, ` +
        "use damping 0.5 or the numbers float",
    );
  }
  const { solver, tolerance } = resolve(EQUILIBRIUM, {});
  if (
    JSON.stringify(equilibrium.solver) === JSON.stringify(solver) &&
    equilibrium.tolerance === tolerance
  ) return;
  throw new RangeError(
    `Cannot choose a solver with the gradient ${gradient.kind}: it takes all of its steps, solving nothing`,
  );
}
