/** The main table on ogbn-arxiv: RevGCN-Deep, RevGAT-Wide, and RevGAT with a teacher of its own kind. */
import { baselines, NO_DEPTH } from "./baselines.ts";
import { type Experiment, tableRuns } from "./experiment.ts";
import { ARXIV, SEEDS, THREE_SEEDS } from "./hyper_parameters.ts";
import { LAYERS } from "./variable.ts";

const shared = { experiment: "arxiv", parts: 1, memoryBudget: null } as const;
const revGcn = { kind: "rev-gnn", groups: 2, convolution: "gcn" } as const;
const revGat = {
  kind: "rev-gat",
  layers: 5,
  groups: 2,
  dropout: 0.75,
  inputDropout: 0.25,
  labels: true,
  convolution: { kind: "gat", heads: 3, symmetricNorm: true, residual: true, edgeDropout: 0.3 },
} as const;

/** How every RevGAT is trained, at any scale; below full scale, every model. */
const asRevGat = {
  optimiser: "rmsprop",
  clip: 0,
  loss: "log-epsilon",
  schedule: "warm-up",
} as const;

/**
 * Everybody's recipe is RevGAT's. Of the rates 0.005, 0.01 and 0.02 that of 0.005 serves all best, by the
 * validation part's accuracy of seed 0, in per cent: GCN 66.8, 67.3, 66.5; GraphSAGE 66.8, 65.5, 64.8;
 * GAT 67.8, 67.0, 66.3; RevGCN-Deep 68.3, 67.8, 64.3; RevGAT 69.5, 69.8, 67.5.
 */
const brief = {
  ...shared,
  ...asRevGat,
  dataset: "planted",
  planted: { nodes: 2000, degree: 8, features: 32, edgeFeatures: 0, tasks: 12, classes: true },
  learningRate: 5e-3,
  schedule: { kind: "warm-up", epochs: 10 },
  epochs: 50,
  evaluateEvery: 5,
} as const;
const narrowGat = { ...revGat, channels: 48, dropout: 0.3, inputDropout: 0.1 } as const;
const narrow = {
  ...baselines({ channels: 72, dropout: 0.3 }),
  "RevGCN-Deep": { model: { ...revGcn, layers: 14, channels: 32, dropout: 0.3 } },
  "RevGAT": { model: narrowGat },
  "RevGAT-Wide": { model: { ...narrowGat, channels: 72 } },
  "RevGAT-SelfKD": { model: narrowGat, teacher: "RevGAT" },
} as const;

const full = {
  ...shared,
  scale: "full",
  dataset: "wordnet-lexnames",
  schedule: "one-cycle",
  learningRate: 1e-2,
  epochs: 300,
  evaluateEvery: 5,
  seeds: [0, 1, 2],
} as const;
const fullGat = { ...asRevGat, learningRate: 2e-3, epochs: 500 } as const;
const middleGat = { ...revGat, channels: 192, dropout: 0.5 } as const;

/** The paper gives no command for RevGCN-Deep: it is trained as the baselines are. */
const paper = {
  ...shared,
  scale: "paper",
  dataset: ARXIV.dataset,
  schedule: "constant",
  learningRate: 1e-2,
  epochs: 500,
  evaluateEvery: 1,
  seeds: SEEDS,
} as const;

/** Reversible operators other than GEN, without edge features; and what a teacher adds. */
export const arxiv: Experiment = {
  name: "arxiv",
  title: "Reversible GCN and GAT, and self-distillation",
  claim:
    "Any operator can be reversible: on ogbn-arxiv RevGCN-Deep scores 73.01 % with 262K parameters " +
    "and RevGAT 74.02 %; wider, 74.05 %; and learning from a teacher of its own kind, 74.26 %, more " +
    "than all others.",
  reading: "RevGAT should score highest, and RevGAT-SelfKD, which learns from the predictions of " +
    "RevGAT of the same seed, higher than that. Depths and widths are this scale's own and stand " +
    "beside each name; only at the paper's scale are they the paper's. GCN, GraphSAGE and GAT are " +
    "ResGNN of three layers with another convolution, at smaller scales as wide as RevGAT-Wide. At " +
    "quick and small scale all are trained as RevGAT is, and the graph is planted: a node's class " +
    "follows from what is two hops away, which its noisy features only hint at.",
  x: LAYERS,
  paper: {
    source: "The ogbn-arxiv table",
    dataset: "ogbn-arxiv",
    metric: "accuracy",
    table: true,
    series: [
      {
        name: "GraphSAGE",
        kind: "other",
        beside: ["GraphSAGE"],
        points: [{ x: NO_DEPTH, score: 71.49, parameters: 219e3 }],
      },
      {
        name: "GCN",
        kind: "other",
        beside: ["GCN"],
        points: [{ x: NO_DEPTH, score: 71.74, parameters: 143e3 }],
      },
      {
        name: "DAGNN",
        kind: "other",
        beside: [],
        points: [{ x: NO_DEPTH, score: 72.09, parameters: 43.9e3 }],
      },
      {
        name: "DeeperGCN",
        kind: "other",
        beside: [],
        points: [{ x: NO_DEPTH, score: 72.32, parameters: 491e3 }],
      },
      {
        name: "GCNII",
        kind: "other",
        beside: [],
        points: [{ x: NO_DEPTH, score: 72.74, parameters: 2.15e6 }],
      },
      {
        name: "GAT",
        kind: "other",
        beside: ["GAT"],
        points: [{ x: NO_DEPTH, score: 73.91, parameters: 1.44e6 }],
      },
      {
        name: "UniMP",
        kind: "other",
        beside: [],
        points: [{ x: NO_DEPTH, score: 73.97, parameters: 687e3 }],
      },
      {
        name: "RevGCN-Deep",
        kind: "rev-gnn",
        beside: ["RevGCN-Deep"],
        points: [{ x: 28, score: 73.01, std: 0.31, memory: 1.84, parameters: 262e3 }],
      },
      {
        name: "RevGAT",
        kind: "rev-gat",
        beside: ["RevGAT"],
        points: [{ x: 5, score: 74.02, std: 0.18, parameters: 2.1e6 }],
      },
      {
        name: "RevGAT-Wide",
        kind: "rev-gat",
        beside: ["RevGAT-Wide"],
        points: [{ x: 5, score: 74.05, std: 0.11, memory: 8.49, parameters: 3.88e6 }],
      },
      {
        name: "RevGAT-SelfKD",
        kind: "rev-gat",
        beside: ["RevGAT-SelfKD"],
        points: [{ x: 5, score: 74.26, std: 0.17, memory: 6.6, parameters: 2.1e6 }],
      },
    ],
  },
  scales: {
    quick: tableRuns({ ...brief, scale: "quick", models: narrow, seeds: [0] }),
    small: tableRuns({ ...brief, scale: "small", models: narrow, seeds: THREE_SEEDS }),
    full: tableRuns({
      ...full,
      models: {
        ...baselines({ channels: 264, dropout: 0.3 }),
        "RevGCN-Deep": { model: { ...revGcn, layers: 28, channels: 128, dropout: 0.3 } },
        "RevGAT": { ...fullGat, model: middleGat },
        "RevGAT-Wide": { ...fullGat, model: { ...middleGat, channels: 264 } },
        "RevGAT-SelfKD": { ...fullGat, model: middleGat, teacher: "RevGAT" },
      },
    }),
    paper: tableRuns({
      ...paper,
      models: {
        ...baselines({ channels: 256, dropout: 0.5 }),
        "RevGCN-Deep": { model: { ...revGcn, layers: 28, channels: 128, dropout: 0.5 } },
        "RevGAT": { ...ARXIV, model: { ...revGat, channels: 768 } },
        "RevGAT-Wide": { ...ARXIV, model: { ...revGat, channels: 1068 } },
        "RevGAT-SelfKD": { ...ARXIV, model: { ...revGat, channels: 768 }, teacher: "RevGAT" },
      },
    }),
  },
};
