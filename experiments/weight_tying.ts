/** Figure 3: score, memory and parameters of weight-tied networks against depth. */
import { equilibrium } from "./equilibrium.ts";
import { type Experiment, seriesOf, sweep } from "./experiment.ts";
import { PROTEINS, THREE_SEEDS, WORDNET_BY_PARTS } from "./hyper_parameters.ts";
import { memoryVsDepth } from "./memory_vs_depth.ts";
import { LAYERS } from "./variable.ts";

const shared = {
  experiment: "weight_tying",
  dataset: "wordnet-frames",
  x: LAYERS,
  schedule: "one-cycle",
  learningRate: 2e-2,
  evaluateEvery: 5,
  memoryBudget: null,
} as const;

const residual = { kind: "res-gnn", groups: 1, dropout: 0.1 } as const;
const reversible = { kind: "rev-gnn", groups: 2, dropout: 0.1 } as const;

/** The weights of two layers, repeated: depth without more parameters, activations stored or rebuilt. */
export const weightTying: Experiment = {
  name: "weight_tying",
  title: "Weight tying against depth",
  claim: "Layers that share their weights cost parameters no more than two of them, whatever the " +
    "depth: WT-RevGNN-80 of 112 layers has 51.4K parameters where RevGNN-80 has 2.25M, and takes " +
    "2.08 GB where WT-ResGNN-64 takes 27.4 GB. The price is score: 83.46 against 85.97, which " +
    "grows little beyond 14 layers.",
  reading: "The parameters of tied networks should be flat lines, and so should the memory of " +
    "reversible ones, tied or not: only WT-RevGNN is flat in both. The scores of tied networks " +
    "should stay behind those of RevGNN with weights of its own in each layer.",
  x: LAYERS,
  paper: {
    source: "Figure 3 and Table 6",
    dataset: "ogbn-proteins",
    metric: "ROC-AUC",
    series: [
      seriesOf(equilibrium, "WT-ResGNN-64", ["WT-ResGNN-16", "WT-ResGNN-32", "WT-ResGNN-64"]),
      {
        name: "WT-RevGNN-80",
        kind: "rev-gnn",
        tied: true,
        beside: ["WT-RevGNN-16", "WT-RevGNN-32", "WT-RevGNN-64", "WT-RevGNN-80"],
        points: [
          { x: 3, score: 82.55 },
          { x: 7, score: 83.28 },
          { x: 14, score: 83.53 },
          { x: 28, score: 83.1 },
          { x: 56, score: 83.07 },
          {
            x: 112,
            score: 83.46,
            memory: 2.08,
            parameters: 51.4e3,
            note: "Table 6's; the transcriptions of Figure 3 have no point there",
          },
        ],
      },
      seriesOf(memoryVsDepth, "RevGNN-80", ["RevGNN-16", "RevGNN-32", "RevGNN-64", "RevGNN-80"]),
    ],
  },
  scales: {
    quick: sweep({
      ...shared,
      ...WORDNET_BY_PARTS,
      scale: "quick",
      models: {
        "WT-ResGNN-16": { ...residual, channels: 16, tied: true },
        "WT-RevGNN-16": { ...reversible, channels: 16, tied: true },
        "RevGNN-16": { ...reversible, channels: 16 },
      },
      trained: [3, 7, 14],
      seeds: [0],
    }),
    small: sweep({
      ...shared,
      ...WORDNET_BY_PARTS,
      scale: "small",
      models: {
        "WT-ResGNN-32": { ...residual, channels: 32, tied: true },
        "WT-RevGNN-32": { ...reversible, channels: 32, tied: true },
        "RevGNN-32": { ...reversible, channels: 32 },
      },
      trained: [3, 7, 14],
      seeds: THREE_SEEDS,
    }),
    full: sweep({
      ...shared,
      scale: "full",
      models: {
        "WT-ResGNN-64": { ...residual, channels: 64, tied: true },
        "WT-RevGNN-64": { ...reversible, channels: 64, tied: true },
        "RevGNN-64": { ...reversible, channels: 64 },
      },
      trained: [3, 7, 14, 28, 56, 112],
      epochs: 200,
      parts: 1,
      seeds: [0, 1, 2],
    }),
    paper: sweep({
      ...shared,
      ...PROTEINS,
      scale: "paper",
      models: {
        "WT-ResGNN-64": { ...residual, channels: 64, tied: true },
        "WT-RevGNN-80": { ...reversible, channels: 80, tied: true },
        "RevGNN-80": { ...reversible, channels: 80 },
      },
      trained: [3, 7, 14, 28, 56, 112],
      seeds: [0],
    }),
  },
};
