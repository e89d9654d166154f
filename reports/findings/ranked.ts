/** Runs by how they did on the validation part: seeds of the same settings together, the best settings first. */
// @ts-types="types-d3"
import * as d3 from "d3";
import type { Row } from "../../training/row.ts";
import { settingsKey } from "../rows/keys.ts";
import { type Spread, spread } from "./spread.ts";

/** Runs of the same settings but for their seeds, and their scores at their best epochs. */
export interface Ranked {
  readonly rows: readonly Row[];
  readonly valid: Spread;
  readonly test: Spread;
}

/** All settings with a score, by their mean validation score; runs that did not train are left out. */
export function ranked(rows: readonly Row[]): Ranked[] {
  const groups = d3.groups(rows, (row) => settingsKey({ ...row, seed: 0 }));
  const scored = groups.flatMap(([, rows]): Ranked[] => {
    const of = (part: "valid" | "test") => spread(rows.map(({ scores }) => scores?.[part] ?? null));
    const [valid, test] = [of("valid"), of("test")];
    return valid && test ? [{ rows, valid, test }] : [];
  });
  return d3.sort(scored, ({ valid }) => -valid.mean);
}
