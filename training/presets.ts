/**
 * Settings of whole runs by name: what a call has that gives none of its own. docs/recipes.md says on which
 * graphs each was found, and what it reached there.
 */
import type { ModelGiven } from "../models/options.ts";
import type { RunGiven } from "./settings.ts";

/** Any of a run's settings, and any of a model's. */
export type RunPreset =
  & Partial<Omit<RunGiven, "experiment" | "name" | "scale" | "dataset" | "model">>
  & { readonly model: Partial<Omit<ModelGiven, "kind">> };

/** The presets that a call chooses by `--preset`. */
export const RUN_PRESETS = {
  /** For graphs like ogbn-proteins, where neighbours' labels tell more than features do. */
  "known-labels": {
    standardise: true,
    model: {
      layers: 3,
      channels: 64,
      dropout: 0.2,
      labels: true,
      labelHops: 2,
      labelIterations: 0,
      convolution: { kind: "gen", aggregation: "mean" },
    },
    epochs: 200,
    learningRate: 0.03,
    evaluateEvery: 5,
  },
} as const satisfies Record<string, RunPreset>;

/** The name of such a preset. */
export type RunPresetName = keyof typeof RUN_PRESETS;
