/** How the paper trains on the Open Graph Benchmark (its appendix's table of hyper-parameters). */
import type { RunSettings } from "../training/row.ts";

type Shared = Omit<RunSettings, "experiment" | "name" | "scale" | "model" | "seed">;

/** The paper's ten seeds. */
export const SEEDS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] as const;

/** ogbn-proteins: ten random parts redrawn every epoch, scored by five. */
export const PROTEINS = {
  dataset: "ogbn-proteins",
  epochs: 2000,
  learningRate: 1e-3,
  schedule: "constant",
  parts: 10,
  evaluateParts: 5,
  evaluateEvery: 50,
  memoryBudget: null,
} as const satisfies Shared;

/** ogbn-arxiv: the whole graph in one batch. */
export const ARXIV = {
  dataset: "ogbn-arxiv",
  epochs: 2000,
  learningRate: 2e-3,
  schedule: "warm-up",
  optimiser: "rmsprop",
  clip: 0,
  loss: "log-epsilon",
  parts: 1,
  evaluateEvery: 1,
  memoryBudget: null,
} as const satisfies Shared;

/** ogbn-products: ten random parts. */
export const PRODUCTS = {
  dataset: "ogbn-products",
  epochs: 1000,
  learningRate: 3e-3,
  schedule: "constant",
  parts: 10,
  evaluateParts: 10,
  evaluateEvery: 20,
  memoryBudget: null,
} as const satisfies Shared;

/** Single and multi-view inference on ogbn-proteins (§4.1); the main results are the latter's. */
export const PROTEINS_INFERENCE = [{ parts: 5, views: 1 }, { parts: 3, views: 10 }] as const;
