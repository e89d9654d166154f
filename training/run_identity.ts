/** What makes a training run the run it is: what its bits depend on, as text to compare. */
import type { Graph } from "../graphs/graph.ts";
import type { Model } from "../models/model.ts";
import { dataDigest, digest } from "./digest.ts";
import type { Provenance } from "./row.ts";
import type { TrainOptions } from "./train_options.ts";

/** One text for each option, by its name. */
export type RunIdentity = Readonly<Record<string, string>>;

/** What `run` passes on of its settings, or training is told, that no weight depends on. */
const WITHOUT_EFFECT = [
  ...["experiment", "name", "scale", "memoryBudget"],
  "dataset", // it may have moved: the data themselves are compared
  ...["worker", "keepWeights", "resume", "sizes"],
  ...["residualSteps", "inference", "drift", "timedSteps"],
];

/** On what a run goes through its bits: other code, or the same on another device, may round otherwise. */
export type RunGround = Pick<Provenance, "adapter" | "version" | "commit">;

/** Two runs of one identity go through the same bits. */
export function identityOf(
  { options: model }: Model,
  graph: Graph,
  options: TrainOptions,
  ground: RunGround,
): RunIdentity {
  const all = { ...options, model, data: dataDigest(graph), ...ground };
  const entries = Object.entries(all).flatMap(([name, value]) => {
    // Functions only watch.
    const text = typeof value === "function" ? undefined : textOf(value);
    return text === undefined || WITHOUT_EFFECT.includes(name) ? [] : [[name, text] as const];
  });
  return Object.fromEntries(entries);
}

/** Where two differ, as a clause; undefined where they are the same. */
export function differenceOf(theirs: RunIdentity, ours: RunIdentity): string | undefined {
  const names = Object.keys({ ...ours, ...theirs });
  const name = names.find((name) => theirs[name] !== ours[name]);
  if (name === undefined) return undefined;
  return `its ${name} is ${theirs[name] ?? "not set"}, this run's ${ours[name] ?? "not set"}`;
}

/** JSON of the same text whatever the order of keys; arrays of numbers as their digest. */
function textOf(value: unknown): string | undefined {
  return JSON.stringify(value, (_, held) => {
    if (ArrayBuffer.isView(held)) return digest(held);
    if (typeof held !== "object" || held === null || Array.isArray(held)) return held;
    return Object.fromEntries(Object.entries(held).sort(([a], [b]) => a < b ? -1 : 1));
  });
}
