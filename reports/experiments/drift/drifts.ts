/** Drift over seeds: the worst of each model at each depth. */
// @ts-types="types-d3"
import * as d3 from "d3";
import type { Row } from "../../../training/row.ts";
import { residual } from "../../findings/format.ts";
import { type Spread, spread } from "../../findings/spread.ts";

export const DRIFTS = ["firstState", "gradients"] as const;
export type Drifting = typeof DRIFTS[number];

/** One model at one depth. */
export interface DriftAt {
  readonly name: string;
  /** As `layer norms`. */
  readonly norms: string;
  /** 0 for fresh weights, which have taken one step. */
  readonly epochs: number;
  readonly layers: number;
  readonly seeds: number;
  /** The worst of any seed, relative to the largest value; null where one is no number. */
  readonly worst: Readonly<Record<Drifting, number | null>>;
  readonly test: Spread | null;
  readonly model: Row["model"];
}

/** Models in the order of the rows, depths ascending; runs that were refused are left out. */
export function driftsOf(rows: readonly Row[]): DriftAt[] {
  const names = [...new Set(rows.map(({ name }) => name))];
  const measured = rows.filter(({ drifted }) => drifted);
  const groups = d3.groups(measured, ({ name, model }) => `${model.layers} ${name}`);
  const found = groups.map(([, same]): DriftAt => {
    const { name, epochs, model } = same[0]!;
    return {
      ...{ name, epochs, model, layers: model.layers, seeds: same.length },
      norms: `${model.norm} norms`,
      worst: {
        firstState: worst(same, "firstState"),
        gradients: worst(same, "gradients"),
      },
      test: spread(same.map(({ scores }) => scores?.test ?? null)),
    };
  });
  return d3.sort(found, ({ name }) => names.indexOf(name), ({ layers }) => layers);
}

function worst(rows: readonly Row[], of: Drifting): number | null {
  const values = rows.map(({ drifted }) => drifted![of]);
  return values.includes(null) ? null : d3.max(values, (value) => value!)!;
}

/** `8.8e-5`, `0.14`; `0` where every bit was right; `no number` where it was not finite. */
export function driftText(value: number | null): string {
  return value === null ? "no number" : value === 0 ? "0" : residual(value);
}

/** `layer norms`, or `layer norms, fixed point`. */
export function partsText({ norms, model }: Pick<DriftAt, "norms" | "model">): string {
  return model.state === "fixed" ? `${norms}, fixed point` : norms;
}

/** `fresh` or `20 epochs`. */
export function weightsText({ epochs }: Pick<DriftAt, "epochs">): string {
  return epochs === 0 ? "fresh" : `after ${epochs} epochs`;
}
