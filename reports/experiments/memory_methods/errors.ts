/** Errors of gradients against those of stored activations. */
// @ts-types="types-d3"
import * as d3 from "d3";
import type { Row } from "../../../training/row.ts";
import type { Finding } from "../../findings/finding.ts";
import { amount, residual } from "../../findings/format.ts";

/** A gradient is said to hold up to here: one per cent of the largest value. */
const MUCH = 1e-2;

/** The error of a row's gradients, of the largest value; undefined where none was measured. */
export function errorOf({ drifted }: Row): number | null | undefined {
  return drifted && drifted.gradients;
}

/** `0, exact`, `9.9e-6`, `no number`. */
export function errorText(error: number | null): string {
  return error === null ? "no number" : error === 0 ? "0, exact" : residual(error);
}

/** The claim that gradients of one way hold, at its deepest. */
export function errorFinding(
  rows: readonly Row[],
  way: Row["model"]["activations"],
): Finding[] {
  const measured = rows.filter((row) =>
    row.model.activations === way && errorOf(row) !== undefined
  );
  const deepest = d3.greatest(measured, ({ model }) => model.layers);
  if (!deepest) return [];
  const error = errorOf(deepest)!;
  return [{
    claim: `${deepest.name}: gradients are those of stored activations`,
    ours: `${errorText(error)}${error ? " of the largest off" : ""} after ` +
      amount(deepest.model.layers, "layer"),
    paper: way === "rebuilt" ? "trains 1001 layers by them" : "has none",
    verdict: error !== null && error <= MUCH ? "agrees" : "differs",
    seeds: null,
    test: `at most ${100 * MUCH} % off`,
  }];
}
