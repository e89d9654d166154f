/** What an experiment varies: the horizontal axis of its charts, read from and written into settings. */
import { withPlantedDefaults } from "../graphs/planted.ts";
import { withDefaults } from "../layers/equilibrium_options.ts";
import type { RunSettings } from "../training/row.ts";
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
  set: (run, layers) => ({ ...run, model: { ...run.model, layers } }),
};

/** How often f is applied: layers, or the steps that an equilibrium model's solver may take. */
export const DEPTH: Variable = {
  name: "layers or solver steps",
  unit: (kind) => kind === "deq-gnn" ? "solver step" : LAYERS.unit(kind),
  of: (run) => {
    const { kind, equilibrium = {} } = run.model;
    return kind === "deq-gnn" ? withDefaults(equilibrium).maxSteps : LAYERS.of(run);
  },
  set: (run, depth) => {
    const { model } = run;
    if (model.kind !== "deq-gnn") return LAYERS.set(run, depth);
    return { ...run, model: { ...model, equilibrium: { ...model.equilibrium, maxSteps: depth } } };
  },
};

/** Hidden channels D. */
export const CHANNELS: Variable = {
  name: "channels",
  unit: () => "channel",
  of: ({ model }) => model.channels,
  set: (run, channels) => ({ ...run, model: { ...run.model, channels } }),
};

/** Groups C that a reversible model's channels are split into. */
export const GROUPS: Variable = {
  name: "groups",
  unit: () => "group",
  of: ({ model }) => model.groups,
  set: (run, groups) => ({ ...run, model: { ...run.model, groups } }),
};

/** Nodes N of a planted graph. */
export const NODES: Variable = {
  name: "nodes",
  unit: () => "node",
  of: ({ planted = {} }) => withPlantedDefaults(planted).nodes,
  set: (run, nodes) => ({ ...run, planted: { ...run.planted, nodes } }),
};

/** Nodes B of a batch: those of the largest of a planted graph's random parts. */
export const BATCH: Variable = {
  name: "nodes of a batch",
  unit: () => "node",
  of: (run) => Math.ceil(NODES.of(run) / run.parts),
  set: ({ evaluateParts: _, ...run }, batch) => {
    const parts = Math.ceil(NODES.of(run) / batch);
    return { ...run, parts, ...parts > 1 && { evaluateParts: parts } };
  },
};

/** Views that predictions are averaged over: the most that a run is scored by. */
export const VIEWS: Variable = {
  name: "views",
  unit: () => "view",
  of: ({ inference = [] }) => Math.max(1, ...inference.map(({ views }) => views)),
  set: (run, views) => ({
    ...run,
    inference: (run.inference ?? []).map((way) => ({ ...way, views })),
  }),
};
