/**
 * The cost of rounding: rebuilt activations and their gradients against stored ones, by depth, where the
 * state is of floats and where it is of fixed-point numbers.
 */
import { type NormName, NORMS } from "../layers/norm.ts";
import { type Experiment, type Scale, sweep, withoutFigures } from "./experiment.ts";
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

/** Both states by each of these norms; trained models are told from those that took one step. */
function models(
  channels: number,
  weights: "fresh" | "trained",
  norms: readonly NormName[] = NORMS,
) {
  const all = (["float", "fixed"] as const).flatMap((state) =>
    norms.map((norm) => {
      const of = state === "fixed" ? "fixed point, " : "";
      const name = `RevGNN-${channels}, ${of}${norm} norms, ${weights}`;
      return [name, { ...reversible, channels, norm, state }] as const;
    })
  );
  return Object.fromEntries(all);
}

const narrow = { ...shared, planted: { nodes: 1000, degree: 5 }, seeds: [0] } as const;

/** Within minutes on two CPU cores. A drift needs no seeds. */
function shallow(scale: Scale) {
  const fresh = { ...narrow, scale, models: models(16, "fresh"), epochs: 0 };
  const trained = { ...narrow, scale, models: models(16, "trained"), epochs: 20 };
  return [
    ...sweep({ ...fresh, trained: [3, 28, 112, 448] }),
    ...sweep({ ...trained, trained: [7, 28, 112] }),
  ];
}

/** The paper's depth, on as narrow a network. */
function thousand(scale: Scale) {
  return sweep({ ...narrow, scale, models: models(16, "fresh"), epochs: 0, trained: [1001] });
}

/** Ten times the paper's depth. */
function record(scale: Scale) {
  const layerNorms = models(16, "fresh", ["layer"]);
  return sweep({ ...narrow, scale, models: layerNorms, epochs: 0, trained: [10_001] });
}

const large = { ...shared, planted: { nodes: 10_000, degree: 10 }, seeds: [0, 1, 2] } as const;
const deep = [3, 28, 112, 448, 1001];

function wide(scale: Scale, channels: number) {
  const fresh = { ...large, scale, models: models(channels, "fresh"), epochs: 0 };
  const trained = { ...large, scale, models: models(channels, "trained"), epochs: 50 };
  return [
    ...sweep({ ...fresh, trained: deep }),
    ...sweep({ ...trained, trained: deep.slice(0, -1) }),
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
    quick: shallow("quick"),
    small: [...shallow("small"), ...thousand("small"), ...record("small")],
    full: [...wide("full", 64), ...record("full")],
    paper: [...wide("paper", 80), ...record("paper")],
  },
};
