/** Statistics of a run's equilibrium solves: how many steps they took, and whether they converged. */
import type { SolveReport } from "../../layers/pass.ts";

/** The part of a solve's report that is counted. */
export type SolveEnd = Pick<SolveReport, "of" | "status" | "steps" | "residual">;

/** Statistics over all solves of one kind. */
export interface SolveStatistics {
  /** How many solves there were. */
  readonly solves: number;
  /** Mean number of steps. */
  readonly steps: number;
  /** Mean relative residual at the end of a solve; null if one was infinite. */
  readonly residual: number | null;
  /** The largest relative residual at the end of a solve; null if one was infinite. */
  readonly worstResidual: number | null;
  /** Share of the solves that did not reach their tolerance. */
  readonly missed: number;
}

/** Statistics by kind: forward passes in training and in evaluation, and adjoint systems. */
export type SolvesOfRun = { readonly [of in SolveReport["of"]]?: SolveStatistics };

const KINDS = ["training", "adjoint", "evaluation"] as const;

/** Summarises reports by kind; undefined if nothing was solved. */
export function solveStatistics(reports: readonly SolveEnd[]): SolvesOfRun | undefined {
  if (reports.length === 0) return undefined;
  const of = (kind: SolveReport["of"]) => reports.filter((report) => report.of === kind);
  return Object.fromEntries(
    KINDS.filter((kind) => of(kind).length > 0).map((kind) => [kind, statistics(of(kind))]),
  );
}

/** A row is JSON, which knows no infinity. */
function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function statistics(reports: readonly SolveEnd[]): SolveStatistics {
  const mean = (value: (report: SolveEnd) => number) =>
    reports.reduce((sum, report) => sum + value(report), 0) / reports.length;
  return {
    solves: reports.length,
    steps: mean(({ steps }) => steps),
    residual: finite(mean(({ residual }) => residual)),
    worstResidual: finite(reports.reduce((most, { residual }) => Math.max(most, residual), 0)),
    missed: mean(({ status }) => status === "converged" ? 0 : 1),
  };
}
