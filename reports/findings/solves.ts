/** Merges the solve statistics of several runs, as of an equilibrium model over its seeds. */
// @ts-types="types-d3"
import * as d3 from "d3";
import type { Row } from "../../training/row.ts";
import type { SolvesOfRun, SolveStatistics } from "../../training/steps/solve_statistics.ts";

/** In the order of an epoch: `adjoint` is the backward pass's linear system. */
export const SOLVES = ["training", "adjoint", "evaluation"] as const;
type SolvesOf = typeof SOLVES[number];

/** Means over all solves of all rows; null where nothing was solved. */
export function solvesOf(rows: readonly Row[]): SolvesOfRun | null {
  const kinds = SOLVES.flatMap((kind) => {
    const found = rows.flatMap(({ solves }) => solves?.[kind] ?? []);
    return found.length > 0 ? [[kind, merge(found)]] : [];
  });
  return kinds.length > 0 ? Object.fromEntries(kinds) : null;
}

/** An infinite residual makes mean and worst infinite: null. */
function merge(runs: readonly SolveStatistics[]): SolveStatistics {
  const solves = d3.sum(runs, (run) => run.solves);
  const mean = (value: (run: SolveStatistics) => number) =>
    d3.sum(runs, (run) => run.solves * value(run)) / solves;
  const finite = runs.every((run) => run.worstResidual !== null && run.residual !== null);
  return {
    solves,
    steps: mean((run) => run.steps),
    residual: finite ? mean((run) => run.residual!) : null,
    worstResidual: finite ? d3.max(runs, (run) => run.worstResidual!)! : null,
    missed: mean((run) => run.missed),
  };
}

/** How many solves did not reach their tolerance. */
export function missedCount({ solves, missed }: SolveStatistics): number {
  return Math.round(solves * missed);
}
