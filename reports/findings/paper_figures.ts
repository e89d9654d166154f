/** Finds the paper's figures that belong to two of our models, and which of the two the paper has ahead. */
import type { PaperFigures, PaperPoint, PaperSeries } from "../../experiments/experiment.ts";
import { SEEDS } from "../../experiments/hyper_parameters.ts";
import { SIGNIFICANT } from "./compare.ts";
import { percent } from "./format.ts";
import type { Summary } from "./summary.ts";
import { welch } from "./welch.ts";
import { spreadText } from "./spread.ts";

/** One of the paper's models at one value. */
export interface Told {
  readonly name: string;
  readonly point: PaperPoint;
}

/** One of the paper's models with its score, in per cent. */
export interface ToldScore {
  readonly name: string;
  readonly score: number;
  readonly std: number | null;
}

/** Returns what the paper has for a model: at its value of the variable, or in its table. */
export function told(
  { name, x }: Pick<Summary, "name" | "x">,
  { series, table }: PaperFigures,
): Told[] {
  const besides = series.filter((one) => one.beside.includes(name));
  return besides.flatMap((one) => {
    const point = pointAt(one, table ? one.points[0]!.x : x);
    return point ? [{ name: one.name, point }] : [];
  });
}

/** The same, with only the figures that have scores. */
export function toldScores(
  model: Pick<Summary, "name" | "x">,
  paper: PaperFigures,
): ToldScore[] {
  return told(model, paper).flatMap(({ name, point: { score, std = null } }) =>
    typeof score === "number" ? [{ name, score, std }] : []
  );
}

/** Both models' scores, of one line of the paper where it has both there; null where it lacks one. */
export function paperPair(
  pair: readonly [Summary, Summary],
  paper: PaperFigures,
): readonly [ToldScore, ToldScore] | null {
  const [firsts, seconds] = pair.map((model) => toldScores(model, paper));
  if (pair[0].name === pair[1].name) {
    const first = firsts!.find(({ name }) => seconds!.some((other) => other.name === name));
    const second = seconds!.find(({ name }) => name === first?.name);
    return first && second ? [first, second] : null;
  }
  const [[first] = [], [second] = []] = [firsts, seconds];
  return first && second ? [first, second] : null;
}

/**
 * 1 where the paper has the first ahead, -1 where behind, 0 where its own seeds do not tell: by Welch's
 * test over its ten where it prints both deviations, by the one it prints, else as the scores stand.
 */
export function paperOrder([a, b]: readonly [ToldScore, ToldScore]): -1 | 0 | 1 {
  const gap = Number((a.score - b.score).toFixed(2));
  const order = Math.sign(gap) as -1 | 0 | 1;
  if (a.std === null || b.std === null) {
    const spread = a.std ?? b.std;
    return spread !== null && Math.abs(gap) <= spread ? 0 : order;
  }
  const [first, second] = [a, b].map(({ score, std }) => ({
    size: SEEDS.length,
    mean: score,
    std,
  }));
  const p = welch(first!, second!);
  return p !== null && p > SIGNIFICANT ? 0 : order;
}

/** `RevGNN-Wide 88.24 ± 0.15`. */
export function toldText(one: ToldScore): string {
  return `${one.name} ${scoreOf(one)}`;
}

/** `RevGNN-80 85.31 against 84.71`, or each by its name. */
export function toldPairText([a, b]: readonly [ToldScore, ToldScore]): string {
  return `${toldText(a)} against ${a.name === b.name ? scoreOf(b) : toldText(b)}`;
}

function scoreOf({ score, std }: ToldScore): string {
  return spreadText({ mean: score, std }, percent);
}

function pointAt({ points }: PaperSeries, x: number): PaperPoint | undefined {
  return points.find((point) => point.x === x);
}
