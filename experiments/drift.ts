/**
 * The cost of rounding: rebuilt activations and their gradients against stored ones, by depth, where the
 * state is of floats and where it is of fixed-point numbers.
 */
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
function norms(channels: number, suffix: string, state: "float" | "fixed" = "float") {
  const model = { ...reversible, channels, state } as const;
  const of = `RevGNN-${channels}, ${state === "fixed" ? "fixed point, " : ""}`;
  return {
    [`${of}layer norms${suffix}`]: model,
    [`${of}batch norms${suffix}`]: { ...model, norm: "batch" },
  } as const;
}

/** Both norms in both states. */
function states(channels: number, suffix: string) {
  return { ...norms(channels, suffix), ...norms(channels, suffix, "fixed") };
}

/** Ten times the paper's depth. */
const RECORD = 10_001;

/** On two CPU cores: a drift needs no seeds, but a thousand layers and ten thousand their minutes. */
function narrowRuns(scale: "quick" | "small" | "full" | "paper") {
  const narrow = { ...shared, scale, planted: { nodes: 1000, degree: 5 }, seeds: [0] } as const;
  const fresh = { ...narrow, models: states(16, ", fresh"), epochs: 0 };
  const trained = { ...narrow, models: states(16, ", trained"), epochs: 20 };
  return {
    ofMinutes: [
      ...sweep({ ...fresh, trained: [3, 28, 112, 448] }),
      ...sweep({ ...trained, trained: [7, 28, 112] }),
    ],
    deep: [
      ...sweep({ ...fresh, trained: [1001] }),
      ...sweep({ ...fresh, models: layerNorms(16), trained: [RECORD] }),
    ],
  };
}

/** Both states by layer norms, fresh. */
function layerNorms(channels: number) {
  const all = Object.entries(states(channels, ", fresh"));
  return Object.fromEntries(all.filter(([name]) => name.includes("layer norms")));
}

const large = { ...shared, planted: { nodes: 10_000, degree: 10 }, seeds: [0, 1, 2] } as const;
const deep = [3, 28, 112, 448, 1001];

function runs(scale: "full" | "paper", channels: number) {
  const fresh = { ...large, scale, models: states(channels, ", fresh"), epochs: 0 };
  const trained = { ...large, scale, models: states(channels, ", trained"), epochs: 50 };
  return [
    ...sweep({ ...fresh, trained: deep }),
    ...sweep({ ...trained, trained: deep.slice(0, -1) }),
    ...narrowRuns(scale).deep.filter(({ model }) => model.layers === RECORD),
  ];
}

/** Reversible in real numbers, nearly so in float32, exactly so in fixed point. */
export const drift: Experiment = {
  name: "drift",
  title: "What rebuilding activations costs in accuracy",
  claim:
    "The inverse of a grouped reversible layer, Xᵢ = X'ᵢ − f(X'ᵢ₋₁), gives back its inputs, so " +
    "that RevGNN keeps none of them and trains 1001 layers by what it rebuilds.",
  reading:
    "In real numbers the inverse is exact; in float32 every layer adds its rounding, and what " +
    "is rebuilt drifts from what was there. Lines may rise with depth; gradients stay of use as long " +
    "as they are far below 1, which would be an error as large as the largest gradient. A state of " +
    "fixed-point numbers is added to in whole steps, which can be taken back without a rounding: " +
    "what is rebuilt is to be what was there, to the bit, at any depth.",
  x: LAYERS,
  paper: withoutFigures("The reversible layers"),
  scales: {
    quick: narrowRuns("quick").ofMinutes,
    small: Object.values(narrowRuns("small")).flat(),
    full: runs("full", 64),
    paper: runs("paper", 80),
  },
};
