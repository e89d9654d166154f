/** The front: models that no other one beats in score and memory both. */
// @ts-types="types-d3"
import * as d3 from "d3";
import type { PaperFigures, PaperSeries } from "../../../experiments/experiment.ts";
import type { Variable } from "../../../experiments/variable.ts";
import type { Row } from "../../../training/row.ts";
import { percent, score } from "../../findings/format.ts";
import { isReversible } from "../../findings/models.ts";
import { summarise, type Summary } from "../../findings/summary.ts";

/** A model with both numbers. */
export interface Standing {
  readonly name: string;
  /** In per cent, as it is printed, so that what reads equal is equal. */
  readonly score: number;
  /** Bytes here, GB in the paper. */
  readonly memory: number;
  readonly parameters: number;
  readonly reversible: boolean;
}

/** Our models, each with its summary. */
export interface OwnStanding extends Standing {
  readonly summary: Summary & { readonly scores: NonNullable<Summary["scores"]> };
}

/** The paper's models, each with its series. */
export interface PaperStanding extends Standing {
  readonly series: PaperSeries;
  readonly std: number | null;
}

/** The standings of the trained models. */
export function ownStandings(rows: readonly Row[], x: Variable): OwnStanding[] {
  return summarise(rows, x).flatMap((summary): OwnStanding[] => {
    const { name, scores, peakBytes, parameters } = summary;
    if (!scores) return [];
    return [{
      ...{ name, parameters, memory: peakBytes },
      score: Number(score(scores.test.mean)),
      reversible: isReversible(summary),
      summary: { ...summary, scores },
    }];
  });
}

/** The standings of the paper's models that have all three numbers. */
export function paperStandings({ series }: PaperFigures): PaperStanding[] {
  return series.flatMap((one): PaperStanding[] => {
    const { score, std = null, memory, parameters } = one.points[0]!;
    if (typeof score !== "number" || memory === undefined || parameters === undefined) return [];
    const reversible = one.kind === "rev-gnn" || one.kind === "rev-gat";
    return [{
      ...{ name: one.name, series: one, std, memory, parameters, reversible },
      score: Number(percent(score)),
    }];
  });
}

/** Least memory first; of two with the same two numbers, both. */
export function frontOf<T extends Standing>(standings: readonly T[]): T[] {
  const beats = (a: T, b: T) =>
    a.score >= b.score && a.memory <= b.memory && (a.score > b.score || a.memory < b.memory);
  const front = standings.filter((one) => !standings.some((other) => beats(other, one)));
  return d3.sort(front, ({ memory }) => memory);
}
