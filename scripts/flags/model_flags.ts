/** Flags that describe a model: a preset, and a flag for each of its options. */
import { type ModelGiven, type ModelOptions, modelOptions } from "../../models/options.ts";
import { type PresetName, PRESETS } from "../../models/presets.ts";
import { RUN_PRESETS, type RunPreset, type RunPresetName } from "../../training/presets.ts";
import { RUN } from "../../training/settings.ts";
import { isRecord } from "../../settings/record.ts";
import type { Flag } from "./flags.ts";
import { type SettingFlag, settingFlags } from "./settings_flags.ts";

/** The flag that chooses a preset, whose options the other flags change. */
export const PRESET_FLAG = {
  model: {
    type: "choice",
    choices: Object.keys(PRESETS) as PresetName[],
    default: "rev-gnn",
    help: "the network; other flags change its options",
  },
} as const satisfies Record<string, Flag>;

/** A flag for each option that any kind of model has. */
export const MODEL_FLAGS: readonly SettingFlag[] = settingFlags(
  { model: RUN.entries.model },
  [],
  usualOf,
).filter(({ name }) => name !== "model");

/**
 * A preset's options, replaced by those of the run's preset and then by those that are given. The convolution
 * of a run's preset is for models that have one of its kind: of a GCN it would make another network.
 */
export function modelGiven(
  preset: PresetName,
  given: unknown,
  { convolution, ...ofRun }: RunPreset["model"] = {},
): ModelGiven {
  const { title: _, ...model } = PRESETS[preset];
  const suits = convolution !== undefined && kindOf(convolution) === convolutionOf(preset);
  const usual = merged(model, { ...ofRun, ...suits && { convolution } });
  return merged(usual, isRecord(given) ? given : {}) as ModelGiven;
}

/** The flag that chooses settings of a whole run, which all other flags change. */
export const RUN_PRESET_FLAG = {
  preset: {
    type: "choice",
    choices: Object.keys(RUN_PRESETS) as RunPresetName[],
    help:
      "settings of the whole run that suit a kind of graph (docs/recipes.md); other flags change them",
  },
} as const satisfies Record<string, Flag>;

/** A model's name as in a legend: `WT-RevGNN-SAGE-64`. */
export function nameOf(
  preset: PresetName,
  { tied, norm, convolution, kind, channels }: ModelOptions,
) {
  const { title } = PRESETS[preset];
  const infix = convolution.kind === convolutionOf(preset) || kind === "rev-gat"
    ? ""
    : `-${convolution.kind.toUpperCase()}`;
  const batch = norm === "batch" && kind !== "rev-gat" ? "-BN" : "";
  return `${tied ? "WT-" : ""}${title}${infix}${batch}-${channels}`;
}

/** The kind of a model's convolution, unless it is told of another. */
function convolutionOf(preset: PresetName): unknown {
  const own = PRESETS[preset];
  return kindOf("convolution" in own ? own.convolution : "gen");
}

/** An option's default as `--help` shows it, where presets have their own. */
function usualOf([, ...path]: readonly string[], fallback: unknown): unknown {
  const of = (preset: PresetName) => {
    const options: unknown = modelOptions(modelGiven(preset, {}));
    return kindOf(path.reduce((at, name) => isRecord(at) ? at[name] : undefined, options));
  };
  const values = PRESET_FLAG.model.choices.map(of);
  const own = of(PRESET_FLAG.model.default);
  if (values.every((value) => value === undefined || value === null || value === fallback)) {
    return fallback;
  }
  if (own === undefined || own === null) return `${shown(fallback)} or the model's`;
  return `the model's, ${shown(own)} of ${PRESET_FLAG.model.default}`;
}

function shown(value: unknown): unknown {
  return typeof value === "boolean" ? value ? "on" : "off" : value;
}

/** Merges options; those of another kind of a tagged union replace all of the union's. */
function merged(usual: Record<string, unknown>, given: Record<string, unknown>) {
  const all: Record<string, unknown> = { ...usual };
  for (const [name, value] of Object.entries(given)) {
    const before = typeof all[name] === "string" && isRecord(value)
      ? { kind: all[name] }
      : all[name];
    const other = isRecord(value) && value.kind !== undefined && value.kind !== kindOf(before);
    all[name] = isRecord(before) && isRecord(value) && !other ? merged(before, value) : value;
  }
  return all;
}

function kindOf(value: unknown): unknown {
  return isRecord(value) ? value.kind : value;
}
