/**
 * What depth is for: chains whose class one end alone shows, against their length. No figure of the paper,
 * but the one by which papers on implicit networks show how far these see.
 */
import type { ModelGiven } from "../models/options.ts";
import { type Experiment, type Scale, tableRuns, withoutFigures } from "./experiment.ts";
import { SEEDS, THREE_SEEDS } from "./hyper_parameters.ts";
import { LENGTH } from "./variable.ts";

/**
 * Chains of a class are alike, as their features have no noise: four of each are one to choose by, one to
 * judge by, and two to learn from.
 */
const shared = {
  experiment: "chains",
  dataset: "chains",
  schedule: "one-cycle",
  learningRate: 1e-2,
  evaluateEvery: 5,
  memoryBudget: null,
} as const;

const CHAINS = { classes: 2, perClass: 4, features: 2 } as const;

/**
 * Networks of each of these depths, deep weight-tied ones, and an equilibrium. A reversible network is twice
 * as wide as the others, as each of its two groups is a layer's input.
 */
function models(channels: number, depths: readonly number[], steps: number) {
  const deepest = Math.max(...depths);
  const entries = (name: string, model: Omit<ModelGiven, "layers">, own = depths) =>
    own.map((layers) =>
      [`${name}-${layers}`, { model: { ...model, layers } as ModelGiven }] as const
    );
  const residual = { kind: "res-gnn", channels } as const;
  const reversible = { kind: "rev-gnn", channels: 2 * channels, groups: 2 } as const;
  return Object.fromEntries([
    ...entries("GCN", { ...residual, convolution: "gcn" }),
    ...entries("ResGNN", residual),
    ...entries("RevGNN", reversible),
    ...entries("WT-RevGNN", { ...reversible, tied: true }, [deepest]),
    ["DEQ-GNN", { model: { kind: "deq-gnn", channels, equilibrium: solvedIn(steps) } }],
  ] as [string, { model: ModelGiven }][]);
}

/**
 * Plain steps: along a chain they settle node by node. Anderson's mix the nodes of all chains, and training
 * by them falls back from what it has learned (chains of 16: solved at epoch 12 of 60, lost at the end).
 */
function solvedIn(maxSteps: number) {
  return { maxSteps, solver: { kind: "fixed-point" } } as const;
}

interface Size {
  readonly scale: Scale;
  readonly lengths: readonly number[];
  readonly channels: number;
  readonly depths: readonly number[];
  readonly steps: number;
  readonly epochs: number;
  readonly seeds: readonly number[];
}

/** Short chains first: whoever stops early has all models at some lengths. */
function runs({ lengths, channels, depths, steps, ...size }: Size) {
  return lengths.flatMap((length) =>
    tableRuns({
      ...shared,
      ...size,
      chains: { ...CHAINS, length },
      models: models(channels, depths, steps),
    })
  );
}

/** Accuracy against the length of chains, for networks of growing depth and for an equilibrium. */
export const chainLengths: Experiment = {
  name: "chains",
  title: "What depth is for: chains of growing length",
  whose: "Gu et al. (IGNN, 2020) and Liu et al. (EIGNN, 2021)",
  claim:
    "A class that only one end of a chain shows is told at the other by whoever sees that far: a " +
    "network of L layers along L edges, an implicit one, which solves for an equilibrium, along all " +
    "of them.",
  reading:
    "The number in a name is of layers here. No line can rise above the ceiling of its hops, the dashed line: nodes that see their chain's " +
    "first node are told, of the others, which look alike in both classes, half. A layer is one hop, " +
    "a reversible layer of two groups two, as the second group hears what the first has just heard; a " +
    "step of DEQ-GNN is two as well, for its two convolutions, but its weights are the same at any " +
    "length. Where a line stays below its ceiling, training did not find what the network could say. " +
    "All are trained alike.",
  x: LENGTH,
  paper: withoutFigures("none"),
  scales: {
    quick: runs({
      ...{ scale: "quick", seeds: [0], epochs: 40 },
      ...{ lengths: [8, 16], channels: 16, depths: [2, 8], steps: 12 },
    }),
    small: runs({
      ...{ scale: "small", seeds: THREE_SEEDS, epochs: 80 },
      ...{ lengths: [4, 8, 16, 32], channels: 16, depths: [2, 8], steps: 20 },
    }),
    full: runs({
      ...{ scale: "full", seeds: THREE_SEEDS, epochs: 400 },
      ...{ lengths: [8, 16, 32, 64, 128], channels: 32, depths: [4, 16, 64], steps: 80 },
    }),
    paper: runs({
      ...{ scale: "paper", seeds: SEEDS, epochs: 1000 },
      ...{ lengths: [10, 20, 50, 100, 200], channels: 64, depths: [4, 28, 112], steps: 120 },
    }),
  },
};
