/** A warning of an equilibrium's solves that did not converge. */
import { adjointOf } from "../../layers/equilibrium_options.ts";
import type { Row } from "../../training/row.ts";

/** Runs that miss more of their solves than this are not to be trusted unread. */
const MISSED = 0.05;

/** What to say of solves that did not converge, and what to try; undefined where all is well. */
export function missedSolves({ solves = {}, model }: Row): string | undefined {
  const { equilibrium } = model;
  const adjoint = equilibrium && adjointOf(equilibrium);
  const kinds = (["training", "adjoint", "evaluation"] as const).flatMap((kind) => {
    const { solves: count = 0, missed = 0, worstResidual } = solves[kind] ?? {};
    if (!(missed > MISSED)) return [];
    return `${(missed * 100).toFixed(0)} % of ${count} ${kind} solves missed the tolerance of ` +
      `${(kind === "adjoint" ? adjoint : equilibrium)?.tolerance} (worst residual ` +
      `${worstResidual?.toPrecision(2) ?? "infinite"})`;
  });
  if (kinds.length === 0) return undefined;
  return `warning: ${kinds.join("; ")}: try more --max-steps, another --solver, a lower --lr, a ` +
    "--jacobian-weight, or a --tolerance that fits";
}
