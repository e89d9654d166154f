import type { SolveReport } from "../../../layers/pass.ts";
import { solveStatistics } from "../../../training/steps/solve_statistics.ts";
import { assertEquals } from "../../assert.ts";

const report = (
  of: SolveReport["of"],
  status: SolveReport["status"],
  steps: number,
  residual: number,
): SolveReport => ({ of, status, steps, residual, residuals: [1, residual] });

Deno.test("solveStatistics() of no solve is nothing", () => {
  assertEquals(solveStatistics([]), undefined);
});

Deno.test("solveStatistics() averages each kind, and counts what did not converge", () => {
  const statistics = solveStatistics([
    report("training", "converged", 4, 0.25),
    report("evaluation", "converged", 2, 0.125),
    report("training", "max_steps", 8, 0.75),
    report("training", "diverged", 3, 2),
    report("training", "converged", 5, 0),
  ]);
  assertEquals(statistics, {
    training: { solves: 4, steps: 5, residual: 0.75, worstResidual: 2, missed: 0.5 },
    evaluation: { solves: 1, steps: 2, residual: 0.125, worstResidual: 0.125, missed: 0 },
  });
});

Deno.test("solveStatistics() has no infinite figure, which a row could not hold", () => {
  const statistics = solveStatistics([report("adjoint", "diverged", 1, Infinity)]);
  const { residual, worstResidual } = statistics!.adjoint!;
  assertEquals([residual, worstResidual], [null, null]);
});
