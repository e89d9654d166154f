/** The roads to less memory beside one another, on one network: rebuilt, recomputed, stored, in few bits. */
import { ACTIVATIONS, type Activations } from "../models/stacks.ts";
import { type Experiment, type Scale, sweep, withoutFigures } from "./experiment.ts";
import { PROTEINS, THREE_SEEDS, WORDNET_BY_PARTS } from "./hyper_parameters.ts";
import { LAYERS } from "./variable.ts";

const shared = { experiment: "memory_methods", x: LAYERS, memoryBudget: null } as const;

const NAMES: Readonly<Record<Activations, string>> = {
  rebuilt: "Rebuilding",
  recomputed: "Recomputing",
  stored: "Storing",
  "8-bit": "8 bits",
  "2-bit": "2 bits",
};

/** One network by every way. */
function models(channels: number) {
  const model = { kind: "rev-gnn", groups: 2, dropout: 0.1, channels } as const;
  return Object.fromEntries(
    ACTIVATIONS.map((activations) => [NAMES[activations], { ...model, activations }] as const),
  );
}

/** One step, its memory, time and gradients, by depth; what is trained is trained as in other tables. */
function onWordnet(scale: Scale, channels: number, seeds: readonly number[], deepest: number) {
  const all = { ...shared, ...WORDNET_BY_PARTS, scale, models: models(channels), seeds };
  const step = { parts: 1, epochs: 0, timedSteps: 2, drift: true, seeds: [0] };
  const depths = [14, 28, 56, 112].filter((depth) => depth <= deepest);
  return [...sweep({ ...all, ...step, trained: depths }), ...sweep({ ...all, trained: [7] })];
}

function onProteins(scale: "full" | "paper", channels: number, seeds: readonly number[]) {
  const dataset = scale === "paper" ? PROTEINS.dataset : "wordnet-lexnames";
  const all = { ...shared, ...PROTEINS, dataset, scale, models: models(channels), seeds };
  const step = { epochs: 0, timedSteps: 2, drift: true, seeds: [0] };
  return [
    ...sweep({ ...all, ...step, trained: [14, 28, 56, 112] }),
    ...sweep({ ...all, epochs: scale === "paper" ? 2000 : 200, trained: [7] }),
  ];
}

/** What each way to a network's gradients costs: memory, time, accuracy, score. */
export const memoryMethods: Experiment = {
  name: "memory_methods",
  title: "Rebuilt, recomputed, stored, or kept in few bits",
  claim:
    "Rebuilding activations takes O(ND) memory. Others compute them again from √L checkpoints, " +
    "O(√L ND) (Chen et al. 2016), or keep them in few bits, O(LND) of small numbers (EXACT, Liu et al. " +
    "2022).",
  reading:
    "All lines are one network with one loss; what differs is how its activations are there again on the " +
    "way back. Stored and recomputed ones give the same gradients to the bit, rebuilt ones those of " +
    "rounding, few bits those of coarse rounding. Rebuilding and recomputing evaluate every layer twice.",
  x: LAYERS,
  paper: withoutFigures("The complexity table"),
  scales: {
    quick: onWordnet("quick", 16, [0], 28),
    small: onWordnet("small", 32, THREE_SEEDS, 56),
    full: onProteins("full", 64, [0, 1, 2]),
    paper: onProteins("paper", 80, [0]),
  },
};
