/** What identifies a training run: everything that its bits depend on, as text to compare. */
import type { Matrix } from "../../graphs/graph.ts";
import type { PartedGraph } from "../../graphs/parts/stored_graph.ts";
import type { Model } from "../../models/model.ts";
import { canonical, identityOf } from "../../settings/key.ts";
import { shown } from "../../settings/shown.ts";
import { dataDigest, digest } from "../files/digest.ts";
import type { RunGround } from "./provenance.ts";
import { TRAINING_SETTINGS, type TrainingSettings } from "../settings.ts";

/** One text for each option, by the option's name. */
export type RunIdentity = Readonly<Record<string, string>>;

/** The data that a run learns from and starts from, besides its graph. */
export interface RunData {
  readonly teacher?: Matrix | undefined;
  readonly initial?: Float32Array | undefined;
}

/** Returns a run's identity; two runs of the same identity have the same bits. */
export function runIdentityOf(
  { options: model }: Model,
  graph: PartedGraph,
  training: TrainingSettings,
  { teacher, initial }: RunData,
  ground: RunGround,
): RunIdentity {
  const options = identityOf(TRAINING_SETTINGS, training);
  const all = { ...options, model, teacher, initial, data: dataDigest(graph), ...ground };
  return Object.fromEntries(
    Object.entries(all).flatMap(([name, value]) => {
      const text = canonical(value, (held) => ArrayBuffer.isView(held) ? digest(held) : held);
      return text === undefined ? [] : [[name, text]];
    }),
  );
}

/** Letters of an option's text that a difference shows: a model's are some 350. */
const LETTERS = 400;

/** Says where two identities differ, as a clause; undefined where they are the same. */
export function differenceOf(theirs: RunIdentity, ours: RunIdentity): string | undefined {
  const names = Object.keys({ ...ours, ...theirs });
  const of = (run: RunIdentity, name: string) => Object.hasOwn(run, name) ? run[name] : undefined;
  const name = names.find((name) => of(theirs, name) !== of(ours, name));
  if (name === undefined) return undefined;
  const [found, expected] = [theirs, ours].map((run) => shown(of(run, name) ?? "not set", LETTERS));
  return `its ${shown(name)} is ${found}, this run's ${expected}`;
}
