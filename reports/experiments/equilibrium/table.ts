/** Every run of the equilibrium experiment as a table row: how its solves ended beside the rest. */
import type { Experiment } from "../../../experiments/experiment.ts";
import type { Row } from "../../../training/row.ts";
import type { SolveStatistics } from "../../../training/steps/solve_statistics.ts";
import { residual } from "../../findings/format.ts";
import { type MoreColumns, runTable } from "../../figures/run_table.ts";
import { missedCount, SOLVES } from "../../findings/solves.ts";
import type { Summary } from "../../findings/summary.ts";
import { NONE, type Table } from "../../figures/table.ts";

/** A line for each kind of solve there was. */
const COLUMNS: MoreColumns = {
  source: "how the solves ended",
  heads: ["solves in", "mean steps", "mean residual", "worst residual", "missed"],
  cells: ({ solves }: Summary) => {
    const kinds = SOLVES.filter((kind) => solves?.[kind]);
    if (kinds.length === 0) return Array.from({ length: 5 }, () => NONE);
    const column = (text: (statistics: SolveStatistics) => string) =>
      kinds.map((kind) => text(solves![kind]!));
    return [
      kinds,
      column(({ steps }) => steps.toFixed(1)),
      column((statistics) => residual(statistics.residual)),
      column((statistics) => residual(statistics.worstResidual)),
      column((statistics) => `${missedCount(statistics)} of ${statistics.solves}`),
    ];
  },
};

const NOTE =
  "Residuals are relative, ‖f(z) − z‖ / ‖f(z)‖, at the end of a solve. Missed are solves " +
  "that ended above their tolerance. Adjoint is the linear system of the implicit gradient.";

export function equilibriumTable(
  rows: readonly Row[],
  dataset: string,
  experiment: Pick<Experiment, "x" | "paper">,
): Table {
  const table = runTable(rows, dataset, experiment, COLUMNS);
  return { ...table, notes: [NOTE, ...table.notes] };
}
