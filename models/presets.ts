/**
 * Models by the names of the paper's tables. The baselines are configurations of ResGNN: their layers
 * have the residual connections and pre-activations of all models here, which the published ones lack.
 */
import type { ModelGiven } from "./options.ts";

/** A model's options unless told otherwise, and its name in a legend. */
export type Preset = ModelGiven & { readonly title: string };

const BASELINE = { kind: "res-gnn", layers: 3, channels: 256, dropout: 0.5 } as const;

/**
 * The paper's models by name, as its tables give them. Those that it has at many depths are shallow ones
 * here, which wordnet-frames trains best in two minutes: see docs/defaults.md.
 */
export const PRESETS = {
  "rev-gnn": {
    title: "RevGNN",
    kind: "rev-gnn",
    layers: 4,
    channels: 64,
    groups: 2,
    dropout: 0.1,
  },
  "res-gnn": {
    title: "ResGNN",
    kind: "res-gnn",
    layers: 4,
    channels: 64,
    dropout: 0.1,
  },
  "rev-gat": {
    title: "RevGAT",
    kind: "rev-gat",
    layers: 5,
    channels: 96,
    groups: 2,
    dropout: 0.1,
    convolution: { kind: "gat", heads: 3, symmetricNorm: true, residual: true },
  },
  "deq-gnn": {
    title: "DEQ-GNN",
    kind: "deq-gnn",
    channels: 64,
    dropout: 0.1,
  },
  "gcn": { title: "GCN", ...BASELINE, convolution: "gcn" },
  "graphsage": { title: "GraphSAGE", ...BASELINE, convolution: "sage" },
  "gat": { title: "GAT", ...BASELINE, convolution: { kind: "gat", heads: 4 } },
  "mlp": { title: "MLP", ...BASELINE, convolution: "linear" },
} as const satisfies Record<string, Preset>;

/** The name of one of the paper's models. */
export type PresetName = keyof typeof PRESETS;
