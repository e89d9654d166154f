/** The setting that an experiment varies, which is the horizontal axis of its charts. */
import type { ModelOptions } from "../models/options.ts";
import type { RunSettings } from "../training/settings.ts";
import type { PaperSeries } from "./experiment.ts";

export interface Variable {
  /** As the axis says it: `layers`. */
  readonly name: string;
  /** One of it, of a kind of model: `layer`. */
  readonly unit: (kind: PaperSeries["kind"]) => string;
  readonly of: (run: RunSettings) => number;
  /** The same run at another value. */
  readonly set: (run: RunSettings, value: number) => RunSettings;
}

export const LAYERS: Variable = {
  name: "layers",
  unit: () => "layer",
  of: ({ model }) => model.layers,
  set: (run, layers) => withModel(run, { layers }),
};

/** How often f is applied: layers, or the most steps that an equilibrium model's solver takes. */
export const DEPTH: Variable = {
  name: "layers or solver steps",
  unit: (kind) => kind === "deq-gnn" ? "solver step" : LAYERS.unit(kind),
  of: (run) => {
    const { equilibrium } = run.model;
    return equilibrium === null ? LAYERS.of(run) : equilibrium.maxSteps;
  },
  set: (run, depth) => {
    const { equilibrium } = run.model;
    if (equilibrium === null) return LAYERS.set(run, depth);
    return withModel(run, { equilibrium: { ...equilibrium, maxSteps: depth } });
  },
};

/** Hidden channels D. */
export const CHANNELS: Variable = {
  name: "channels",
  unit: () => "channel",
  of: ({ model }) => model.channels,
  set: (run, channels) => withModel(run, { channels }),
};

/** Groups C that a reversible model's channels are split into. */
export const GROUPS: Variable = {
  name: "groups",
  unit: () => "group",
  of: ({ model }) => model.groups,
  set: (run, groups) => withModel(run, { groups }),
};

/** Nodes N of a planted graph. */
export const NODES: Variable = {
  name: "nodes",
  unit: () => "node",
  of: ({ planted }) => planted!.nodes,
  set: (run, nodes) => ({ ...run, planted: { ...run.planted!, nodes } }),
};

/** Nodes B of a batch: those of the largest of a planted graph's random parts. */
export const BATCH: Variable = {
  name: "nodes of a batch",
  unit: () => "node",
  of: (run) => Math.ceil(NODES.of(run) / run.parts),
  set: (run, batch) => {
    const parts = Math.ceil(NODES.of(run) / batch);
    return { ...run, parts, evaluateParts: parts };
  },
};

/** Nodes n of a chain. */
export const LENGTH: Variable = {
  name: "nodes of a chain",
  unit: () => "node",
  of: ({ chains }) => chains!.length,
  set: (run, length) => ({ ...run, chains: { ...run.chains!, length } }),
};

/** Views that predictions are averaged over: the most that a run is scored by. */
export const VIEWS: Variable = {
  name: "views",
  unit: () => "view",
  of: ({ inference }) => Math.max(1, ...inference.map(({ views }) => views)),
  set: (run, views) => ({
    ...run,
    inference: run.inference.map((way) => ({ ...way, views })),
  }),
};

/** The run with other options of its model. */
function withModel(run: RunSettings, options: Partial<ModelOptions>): RunSettings {
  return { ...run, model: { ...run.model, ...options } as ModelOptions };
}
