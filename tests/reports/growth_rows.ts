/** Rows of the complexity table that no machine measured: powers exactly as the paper has them. */
import { complexity, methodOf, type Powers } from "../../experiments/complexity.ts";
import { sizeOf } from "../../reports/experiments/complexity/growth.ts";
import type { Row, RunSettings } from "../../training/row.ts";
import { fixtureRow } from "./fixture_rows.ts";

/** A row for every run of the quick scale. */
export function growthRows(): Row[] {
  return complexity.scales.quick.map(growthRow);
}

/** 64 bytes and 10 values for each power's unit, a microsecond for each layer, node and channel. */
function growthRow(run: RunSettings): Row {
  const row = fixtureRow(run);
  const { activations, parameters } = methodOf(run)!.measured!;
  const activationBytes = 64 * product(row, activations);
  return {
    ...row,
    status: "measured",
    parameters: 10 * product(row, parameters),
    activationBytes,
    peakBytes: activationBytes + 160 * product(row, parameters),
    secondsPerStep: 1e-6 * product(row, { L: 1, N: 1, D: 1 }),
  };
}

function product(row: Row, powers: Powers): number {
  return (["L", "N", "B", "D"] as const)
    .reduce((all, size) => all * sizeOf(row, size) ** (powers[size] ?? 0), 1);
}
