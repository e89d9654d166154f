/** The flags that describe a model, and the model they describe. */
import {
  type AggregationOptions,
  AGGREGATIONS,
  aggregatorOf,
} from "../layers/aggregation_options.ts";
import type { AttentionOptions } from "../layers/gat_convolution.ts";
import { type EquilibriumOptions, GRADIENTS, METHODS } from "../layers/equilibrium_options.ts";
import { NORMS } from "../layers/norm.ts";
import { type ConvolutionName, CONVOLUTIONS } from "../models/convolutions.ts";
import { checkModelOptions, type ModelOptions } from "../models/model.ts";
import { type Preset, type PresetName, PRESETS } from "../models/presets.ts";
import { type Flag, UsageError, type Values } from "./flags.ts";

/** What GEN's aggregation is told. */
const AGGREGATION_FLAGS = {
  aggregation: { type: "choice", choices: AGGREGATIONS, help: "GEN's, of messages; default max" },
  t: { type: "number", help: "softmax's inverse temperature; default 1" },
  learnT: { type: "boolean", open: true, help: "learn t" },
  p: { type: "number", help: "power's exponent; default 1" },
  learnP: { type: "boolean", open: true, help: "learn p" },
  y: { type: "number", help: "of softmax_sum and power_sum; default 0" },
  learnY: { type: "boolean", open: true, help: "learn y" },
  messageNorm: { type: "boolean", open: true, help: "give messages the length of their target" },
  learnMessageScale: { type: "boolean", open: true, help: "learn a factor on that" },
} as const satisfies Record<string, Flag>;

/** What attention is told. */
const ATTENTION_FLAGS = {
  heads: { type: "integer", minimum: 1, help: "of attention; default 1, or the model's" },
  attnDst: { type: "boolean", open: true, help: "score targets as well as sources" },
  symmetricNorm: { type: "boolean", open: true, help: "scale attention by degrees' roots" },
  attnResidual: { type: "boolean", open: true, help: "add a linear map of attention's input" },
  edgeDropout: { type: "number", minimum: 0, below: 1, help: "share of edges dropped; default 0" },
} as const satisfies Record<string, Flag>;

/** What the solver of an equilibrium is told. */
const EQUILIBRIUM_FLAGS = {
  solver: { type: "choice", choices: METHODS, help: "of deq-gnn; default anderson" },
  solverMemory: { type: "integer", minimum: 1, help: "steps anderson, broyden keep; default 5" },
  solverDamping: {
    type: "number",
    above: 0,
    maximum: 1,
    help: "of anderson's, fixed-point's steps; default 1",
  },
  maxSteps: { type: "integer", minimum: 1, help: "of a solve, or all unrolled ones; default 40" },
  tolerance: { type: "number", minimum: 0, help: "relative residual to reach; default 1e-3" },
  gradient: { type: "choice", choices: GRADIENTS, help: "of an equilibrium; default implicit" },
  adjointSteps: { type: "integer", minimum: 1, help: "implicit's at most; default max-steps" },
  adjointTolerance: { type: "number", minimum: 0, help: "implicit's; default tolerance" },
  phantomSteps: { type: "integer", minimum: 1, help: "that phantom passes; default 5" },
  phantomDamping: { type: "number", above: 0, maximum: 1, help: "of these; default 0.5" },
  jacobianWeight: { type: "number", minimum: 0, help: "of implicit's term ‖∂f/∂z‖²; default 0" },
} as const satisfies Record<string, Flag>;

export const MODEL_FLAGS = {
  model: {
    type: "choice",
    choices: Object.keys(PRESETS) as PresetName[],
    default: "rev-gnn",
    help: "the network; the flags below change its defaults",
  },
  convolution: {
    type: "choice",
    choices: CONVOLUTIONS,
    help: "of every block; default the model's",
  },
  layers: { type: "integer", minimum: 1, help: "graph layers; default the model's, 14 of rev-gnn" },
  channels: {
    type: "integer",
    minimum: 1,
    help: "hidden width; default the model's, 64 of rev-gnn",
  },
  groups: { type: "integer", minimum: 1, help: "of channels, where reversible; default 2" },
  dropout: {
    type: "number",
    minimum: 0,
    below: 1,
    help: "rate of the shared mask; default the model's",
  },
  tied: { type: "boolean", help: "repeat two layers' weights over the depth" },
  norm: { type: "choice", choices: NORMS, help: "of rows or of batches; default the model's" },
  ...AGGREGATION_FLAGS,
  encodeEdges: { type: "boolean", default: true, help: "leave edge features out of GEN" },
  ...ATTENTION_FLAGS,
  inputDropout: { type: "number", minimum: 0, below: 1, help: "of rev-gat's input; default 0" },
  labels: { type: "boolean", help: "give rev-gat half of the labels as inputs" },
  ...EQUILIBRIUM_FLAGS,
} as const satisfies Record<string, Flag>;

type ModelValues = Values<typeof MODEL_FLAGS>;

/** The model of a call and its name in a legend. Options that describe no network are a wrong call. */
export function modelOf(values: ModelValues): { name: string; model: ModelOptions } {
  const { title, ...preset }: Preset = PRESETS[values.model];
  const reversible = preset.kind.startsWith("rev-");
  const { layers, channels, groups, dropout, tied, norm } = values;
  const convolution = convolutionOf(values, preset);
  const aggregation = aggregationOf(values, convolution);
  const attention = attentionOf(values, preset, convolution);
  const equilibrium = equilibriumOf(values, preset.kind);
  const model: ModelOptions = {
    kind: preset.kind,
    layers: layers ?? preset.layers,
    channels: channels ?? preset.channels,
    dropout: dropout ?? preset.dropout,
    groups: groups ?? preset.groups,
    // Defaults are left out: a row of before these options is the same run.
    ...tied && { tied },
    ...convolution !== "gen" && preset.kind !== "rev-gat" && { convolution },
    ...norm !== undefined && norm !== DEFAULT_NORM[preset.kind] && { norm },
    ...aggregation && { aggregation },
    ...!values.encodeEdges && { encodeEdges: false },
    ...attention && { attention },
    ...values.inputDropout && { inputDropout: values.inputDropout },
    ...values.labels && { labels: true },
    ...equilibrium && { equilibrium },
  };
  if (reversible !== model.groups > 1) {
    throw new UsageError(
      reversible
        ? `Cannot use --groups ${groups}: a reversible network needs at least 2`
        : `Cannot use --groups ${groups}: a residual network has no groups`,
    );
  }
  checkOnly(values, preset.kind);
  try {
    checkModelOptions(model);
  } catch (error) {
    throw error instanceof RangeError ? new UsageError(error.message) : error;
  }
  const infix = convolution === (preset.convolution ?? "gen") || preset.kind === "rev-gat"
    ? ""
    : `-${convolution.toUpperCase()}`;
  const of = `${tied ? "WT-" : ""}${title}${infix}${model.norm === "batch" ? "-BN" : ""}`;
  return { name: `${of}-${model.channels}`, model };
}

const DEFAULT_NORM = {
  "rev-gnn": "layer",
  "res-gnn": "layer",
  "rev-gat": "batch",
  "deq-gnn": "layer",
} as const;

function convolutionOf(
  { convolution, model }: ModelValues,
  preset: Preset | Omit<Preset, "title">,
) {
  if (preset.kind !== "rev-gat") return convolution ?? preset.convolution ?? "gen";
  if (convolution === undefined || convolution === "gat") return "gat";
  throw new UsageError(`Cannot use --convolution ${convolution} with ${model}: it is made of gat`);
}

function aggregationOf(
  values: ModelValues,
  convolution: ConvolutionName,
): AggregationOptions | undefined {
  const { aggregation: kind = "max", t, p, y } = values;
  const { learnT, learnP, learnY, messageNorm, learnMessageScale } = values;
  if (convolution !== "gen") {
    refuseGiven(values, [...keysOf(AGGREGATION_FLAGS)], `${convolution}: only gen takes it`);
    if (!values.encodeEdges) {
      throw new UsageError(`Cannot use --no-encode-edges with ${convolution}: only gen takes it`);
    }
    return undefined;
  }
  const { exponent, scaled } = aggregatorOf({ kind });
  const without = [
    ...exponent === "t" ? [] : ["t" as const],
    ...exponent === "p" ? [] : ["p" as const],
    ...scaled ? [] : ["y" as const],
  ];
  refuseGiven(values, without, `--aggregation ${kind}: it has none`);
  const options = {
    kind,
    ...t !== undefined && { t },
    ...learnT && { learnT },
    ...p !== undefined && { p },
    ...learnP && { learnP },
    ...y !== undefined && { y },
    ...learnY && { learnY },
    ...messageNorm && { messageNorm },
    ...learnMessageScale && { learnMessageScale },
  };
  return Object.keys(options).length === 1 && kind === "max" ? undefined : options;
}

function attentionOf(
  values: ModelValues,
  preset: Omit<Preset, "title">,
  convolution: ConvolutionName,
): AttentionOptions | undefined {
  if (convolution !== "gat") {
    refuseGiven(values, [...keysOf(ATTENTION_FLAGS)], `${convolution}: only gat takes it`);
    return undefined;
  }
  const { heads, attnDst, symmetricNorm, attnResidual, edgeDropout } = values;
  const given = {
    ...heads !== undefined && { heads },
    ...attnDst !== undefined && { destination: attnDst },
    ...symmetricNorm !== undefined && { symmetric: symmetricNorm },
    ...attnResidual !== undefined && { residual: attnResidual },
    ...edgeDropout !== undefined && { edgeDropout },
  };
  return { ...preset.attention, ...given };
}

/** The solver's options as rows name them. */
function equilibriumOf(
  values: ModelValues,
  kind: ModelOptions["kind"],
): EquilibriumOptions | undefined {
  if (kind !== "deq-gnn") {
    refuseGiven(values, [...keysOf(EQUILIBRIUM_FLAGS)], `${values.model}: only deq-gnn takes it`);
    return undefined;
  }
  const { solver: method, solverMemory: memory, solverDamping: damping, ...others } = values;
  const { maxSteps, tolerance, adjointSteps, adjointTolerance } = others;
  const { gradient, phantomSteps, phantomDamping, jacobianWeight } = others;
  const options = {
    ...method !== undefined && { method },
    ...memory !== undefined && { memory },
    ...damping !== undefined && { damping },
    ...maxSteps !== undefined && { maxSteps },
    ...tolerance !== undefined && { tolerance },
    ...adjointSteps !== undefined && { adjointSteps },
    ...adjointTolerance !== undefined && { adjointTolerance },
    ...gradient !== undefined && { gradient },
    ...phantomSteps !== undefined && { phantomSteps },
    ...phantomDamping !== undefined && { phantomDamping },
    ...jacobianWeight !== undefined && { jacobianWeight },
  };
  return Object.keys(options).length === 0 ? undefined : options;
}

/** Flags of one kind of model given to another. */
function checkOnly(values: ModelValues, kind: ModelOptions["kind"]): void {
  if (kind === "rev-gat") return refuseGiven(values, ["tied"], "rev-gat: its layers differ");
  if (kind === "deq-gnn") {
    refuseGiven(values, ["tied", "layers"], "deq-gnn: it has one cell and no depth");
    refuseGiven(values, ["norm"], "deq-gnn: a batch's statistics would change with every step");
  }
  refuseGiven(values, ["labels", "inputDropout"], `${values.model}: only rev-gat takes it`);
}

function refuseGiven(values: ModelValues, names: (keyof ModelValues)[], why: string): void {
  const name = names.find((name) => values[name] !== undefined && values[name] !== false);
  if (name === undefined) return;
  const flag = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw new UsageError(`Cannot use --${flag} with ${why}`);
}

function keysOf<T extends object>(flags: T): (keyof T)[] {
  return Object.keys(flags) as (keyof T)[];
}
