/** How far each model of a row sees, and the most that it could tell of its chains. */
import type { Variable } from "../../../experiments/variable.ts";
import { chainsCeiling } from "../../../graphs/planted/chains.ts";
import { hopsOf } from "../../../models/hops.ts";
import type { Row } from "../../../training/row.ts";
import { isTrained, type Trained } from "../../findings/scores.ts";
import { summarise, type Summary } from "../../findings/summary.ts";

/** A trained model on chains of one length. */
export interface Seeing {
  readonly summary: Trained;
  readonly hops: number;
  /** The most that so many hops show of these chains, or any number of them. */
  readonly most: (hops: number) => number;
}

/** Every trained model at every length. */
export function seeingOf(rows: readonly Row[], x: Variable): Seeing[] {
  const classes = classesOf(rows);
  return summarise(rows, x).filter(isTrained).map((summary) => ({
    summary,
    hops: hopsOf(summary.model),
    most: (hops) => chainsCeiling({ length: summary.x, classes }, hops),
  }));
}

/** The most that a model's own hops show of chains of its summary's length. */
export function ceilingOf({ model, x }: Summary, rows: readonly Row[]): number {
  return chainsCeiling({ length: x, classes: classesOf(rows) }, hopsOf(model));
}

/** Classes of the chains, of which all rows have as many. */
export function classesOf([row]: readonly Row[]): number {
  return row?.chains?.classes ?? 1;
}
