/** An experiment's findings in given rows, and copies of rows over several seeds. */
import type { Experiment } from "../../experiments/experiment.ts";
import { DRAWINGS } from "../../reports/experiments/all.ts";
import type { Finding } from "../../reports/findings/finding.ts";
import type { Row } from "../../training/row.ts";

/** The findings of rows that are one data set's, whatever scale they are of. */
export function findingsOf(experiment: Experiment, rows: readonly Row[]): readonly Finding[] {
  const dataset = rows[0]?.dataset ?? "none";
  return DRAWINGS[experiment.name].findings({ experiment, dataset, rows });
}

/** Each as `claim: verdict`. */
export function verdictsOf(experiment: Experiment, rows: readonly Row[]): string[] {
  return findingsOf(experiment, rows).map(({ claim, verdict }) => `${claim}: ${verdict}`);
}

/** The finding whose claim has these words. */
export function findingOf(
  experiment: Experiment,
  rows: readonly Row[],
  words: string,
): Finding | undefined {
  return findingsOf(experiment, rows).find(({ claim }) => claim.includes(words));
}

/** A tenth of a point from one seed to the next. */
const STEP = 1e-3;

/** Every row once for each seed; scores differ by a tenth of a point, so that half a point is told apart. */
export function overSeeds(rows: readonly Row[], seeds = 3): Row[] {
  return rows.flatMap((row) =>
    Array.from({ length: seeds }, (_, seed): Row => {
      const { scores } = row;
      const shift = STEP * (seed - (seeds - 1) / 2);
      return {
        ...row,
        seed,
        scores: scores && { ...scores, valid: scores.valid + shift, test: scores.test + shift },
      };
    })
  );
}
