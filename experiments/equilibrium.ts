/**
 * Figure 4: weight-tied networks by depth beside equilibrium models by their solver's steps, with the
 * implicit gradient, as in the paper, and with the reversible one.
 */
import { type Experiment, smallFirst, sweep } from "./experiment.ts";
import { PROTEINS, THREE_SEEDS, WORDNET_BY_PARTS } from "./hyper_parameters.ts";
import { DEPTH } from "./variable.ts";

const shared = {
  experiment: "equilibrium",
  dataset: "wordnet-frames",
  x: DEPTH,
  schedule: "one-cycle",
  evaluateEvery: 5,
  memoryBudget: null,
} as const;

const tied = { kind: "res-gnn", groups: 1, dropout: 0.1, tied: true } as const;
const solved = { kind: "deq-gnn", groups: 1, dropout: 0.1 } as const;

/** Equilibria that are solved for, by the implicit gradient. */
function implicit(channels: number) {
  return { [`DEQ-GNN-${channels}`]: { ...solved, channels } };
}

/** The same, and those by steps that are undone. */
function equilibria(channels: number) {
  const equilibrium = { gradient: { kind: "reversible" } } as const;
  return {
    ...implicit(channels),
    [`DEQ-GNN-${channels}, reversible`]: { ...solved, channels, equilibrium },
  };
}

const quick = { ...shared, ...WORDNET_BY_PARTS, scale: "quick", seeds: [0] } as const;
const tied16 = { "WT-ResGNN-16": { ...tied, channels: 16 } };

const small = { ...shared, ...WORDNET_BY_PARTS, scale: "small", seeds: THREE_SEEDS } as const;
const tied32 = { "WT-ResGNN-32": { ...tied, channels: 32 } };

const full = {
  ...shared,
  scale: "full",
  epochs: 200,
  parts: 1,
  learningRate: 2e-2,
  seeds: [0, 1, 2],
} as const;
const tied64 = { "WT-ResGNN-64": { ...tied, channels: 64 } };

const paper = { ...shared, ...PROTEINS, scale: "paper", seeds: [0] } as const;

/** Layers cost memory, a solver's steps do not; and do the solves converge? */
export const equilibrium: Experiment = {
  name: "equilibrium",
  title: "Equilibrium models against solver steps",
  claim:
    "A weight-tied network's layers are steps towards a fixed point; a DEQ-GNN solves for it " +
    "and differentiates it implicitly, so that its memory does not depend on the solver's steps: " +
    "DEQ-GNN-64 takes 2.22 GB where WT-ResGNN-64 of 112 layers takes 27.4 GB, at a like score.",
  reading:
    "The memory of DEQ-GNN's activations should be a flat line, WT-ResGNN's should grow by " +
    "the same for every layer. The score of DEQ-GNN should rise until its solver has steps enough " +
    "to converge, and stay; it is trained as WT-ResGNN is. Residuals should fall below the " +
    "tolerance within those steps. What is injected into DEQ-GNN is normalised here, which the " +
    "paper leaves open. The reversible DEQ-GNN, which the paper does not have, takes all of its " +
    "steps and is differentiated by undoing them in fixed-point numbers: the gradient of what was " +
    "computed, converged or not, whose memory grows by a bit of each number with a step.",
  x: DEPTH,
  paper: {
    source: "Figure 4 and Table 6",
    dataset: "ogbn-proteins",
    metric: "ROC-AUC",
    series: [
      {
        name: "WT-ResGNN-64",
        kind: "res-gnn",
        tied: true,
        beside: ["WT-ResGNN-16", "WT-ResGNN-32", "WT-ResGNN-64"],
        points: [
          { x: 3, score: 82.76 },
          { x: 7, score: 83.41 },
          { x: 14, score: 83.67 },
          { x: 28, score: 83.35 },
          { x: 56, score: 82.91 },
          { x: 112, score: 83.3, memory: 27.4 },
        ],
      },
      {
        name: "DEQ-GNN-64",
        kind: "deq-gnn",
        beside: ["DEQ-GNN-16", "DEQ-GNN-32", "DEQ-GNN-64"],
        points: [
          { x: 3, score: 79.04 },
          { x: 7, score: 82.82 },
          { x: 14, score: 82.88 },
          {
            x: 56,
            score: 83.17,
            memory: 2.22,
            note: "the memory is Table 6's, which has this score among models of 112 layers",
          },
        ],
      },
    ],
  },
  scales: {
    quick: smallFirst(DEPTH, [
      ...sweep({ ...quick, models: tied16, trained: [3, 7, 14], measured: [28] }),
      ...sweep({ ...quick, models: equilibria(16), trained: [3, 14] }),
      ...sweep({ ...quick, models: implicit(16), trained: [28], residualSteps: 30 }),
    ]),
    small: smallFirst(DEPTH, [
      ...sweep({ ...small, models: tied32, trained: [3, 7, 14], measured: [28] }),
      ...sweep({ ...small, models: equilibria(32), trained: [3, 7, 14] }),
      ...sweep({ ...small, models: implicit(32), trained: [28], residualSteps: 30 }),
    ]),
    full: smallFirst(DEPTH, [
      ...sweep({ ...full, models: tied64, trained: [3, 7, 14, 28, 56, 112] }),
      ...sweep({ ...full, models: equilibria(64), trained: [3, 7, 14, 28, 56] }),
      ...sweep({ ...full, models: implicit(64), trained: [112], residualSteps: 30 }),
    ]),
    paper: smallFirst(DEPTH, [
      ...sweep({ ...paper, models: tied64, trained: [3, 7, 14, 28, 56, 112] }),
      ...sweep({ ...paper, models: implicit(64), trained: [3, 7, 14, 28, 56] }),
    ]),
  },
};
