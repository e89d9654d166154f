/** The cost of rounding: rebuilt activations and their gradients against stored ones, by depth. */
import { type Experiment, sweep, withoutFigures } from "./experiment.ts";
import { LAYERS } from "./variable.ts";

const shared = {
  experiment: "drift",
  dataset: "planted",
  x: LAYERS,
  learningRate: 1e-2,
  schedule: "one-cycle",
  parts: 1,
  evaluateEvery: 10,
  memoryBudget: null,
  drift: true,
} as const;

const reversible = { kind: "rev-gnn", groups: 2, dropout: 0.1 } as const;

/** Both norms of one width; `suffix` tells trained models from those that took one step. */
function norms(channels: number, suffix: string) {
  return {
    [`RevGNN-${channels}, layer norms${suffix}`]: { ...reversible, channels },
    [`RevGNN-${channels}, batch norms${suffix}`]: { ...reversible, channels, norm: "batch" },
  } as const;
}

/** On two CPU cores: a drift needs no seeds, so that quick scale has all that small has. */
function narrowRuns(scale: "quick" | "small") {
  const narrow = { ...shared, scale, planted: { nodes: 1000, degree: 5 }, seeds: [0] } as const;
  const fresh = { ...narrow, models: norms(16, ", fresh"), epochs: 0 };
  const trained = { ...narrow, models: norms(16, ", trained"), epochs: 20 };
  return [
    ...sweep({ ...fresh, trained: [7, 28, 112, 448] }),
    ...sweep({ ...trained, trained: [7, 28, 112] }),
  ];
}

const large = { ...shared, planted: { nodes: 10_000, degree: 10 }, seeds: [0, 1, 2] } as const;
const deep = [7, 28, 112, 448, 1001];

function runs(scale: "full" | "paper", channels: number) {
  const fresh = { ...large, scale, models: norms(channels, ", fresh"), epochs: 0 };
  const trained = { ...large, scale, models: norms(channels, ", trained"), epochs: 50 };
  return [
    ...sweep({ ...fresh, trained: deep }),
    ...sweep({ ...trained, trained: deep.slice(0, -1) }),
  ];
}

/** Reversible in real numbers, nearly so in float32. */
export const drift: Experiment = {
  name: "drift",
  title: "What rebuilding activations costs in accuracy",
  claim:
    "The inverse of a grouped reversible layer, Xᵢ = X'ᵢ − f(X'ᵢ₋₁), gives back its inputs, so " +
    "that RevGNN keeps none of them and trains 1001 layers by what it rebuilds.",
  reading:
    "In real numbers the inverse is exact; in float32 every layer adds its rounding, and what " +
    "is rebuilt drifts from what was there. Lines may rise with depth; gradients stay of use as long " +
    "as they are far below 1, which would be an error as large as the largest gradient.",
  x: LAYERS,
  paper: withoutFigures("The reversible layers"),
  scales: {
    quick: narrowRuns("quick"),
    small: narrowRuns("small"),
    full: runs("full", 64),
    paper: runs("paper", 80),
  },
};
