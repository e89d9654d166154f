/** The finding of whether an equilibrium model's solves reach their tolerance. */
import type { Finding } from "./finding.ts";
import { missedCount, SOLVES } from "./solves.ts";
import type { Summary } from "./summary.ts";

/** Nothing of a model that solves for nothing. */
export function convergenceFinding(summary: Summary | undefined): Finding[] {
  const kinds = SOLVES.flatMap((kind) => {
    const solves = summary?.solves?.[kind];
    return solves ? [{ kind, all: solves.solves, missed: missedCount(solves) }] : [];
  });
  if (!summary || kinds.length === 0) return [];
  const texts = kinds.map(({ kind, all, missed }) => `${kind} ${all - missed} of ${all}`);
  return [{
    claim: `${summary.name}’s solves reach their tolerance within ${summary.at}`,
    ours: texts.join(", "),
    paper: "solved to an equilibrium",
    verdict: kinds.every(({ missed }) => missed === 0) ? "agrees" : "differs",
    seeds: null,
    test: "all solves counted",
  }];
}
