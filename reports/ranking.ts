/** The models of a table from best to worst, here and in the paper, in words. */
// @ts-types="types-d3"
import * as d3 from "d3";
import type { PaperFigures } from "../experiments/experiment.ts";
import { type Pair, paperOrder, pointsBetween, scoreClause, withinSpread } from "./comparison.ts";
import { list, plural, score, spreadText } from "./format.ts";
import type { Metric, Summary } from "./summary.ts";
import { sizeText } from "./table_dots.ts";

/** Trained models, best first; of two that read equal the earlier one. */
export function ranked(summaries: readonly Summary[]): Summary[] {
  const trained = summaries.filter(({ scores }) => scores !== null);
  return d3.sort(trained, ({ scores }) => -Number(score(scores!.test.mean)));
}

/** Whether a model rebuilds its activations. */
export function isReversible({ model }: Pick<Summary, "model">): boolean {
  return model.kind === "rev-gnn" || model.kind === "rev-gat";
}

/** By less than this share models of one shape differ in parameters, on graphs of other features and tasks. */
const SAME_SIZE = 0.05;

/** What was scored and on what. */
export interface Scored {
  readonly metric: Metric;
  readonly dataset: string;
  readonly paper: PaperFigures;
}

/**
 * Who scores highest, by how much more than the best of the other sort, reversible or not, and whether
 * that is so in the paper; empty where nothing was trained.
 */
export function bestSentence(
  summaries: readonly Summary[],
  { metric, dataset, paper }: Scored,
): string {
  const trained = ranked(summaries);
  const best = trained[0];
  if (!best) return "";
  const value = `${spreadText(best.scores!.test, score)} % test ${metric}`;
  const graph = graphName(dataset);
  if (trained.length === 1) {
    return `${sizedName(best, paper)}, the only model trained so far, has ${value} on ${graph}.`;
  }
  const level = trained.filter((one) => pointsBetween([one, best]) === 0).length - 1;
  const highest = `${value}, the highest of ${trained.length} models` +
    (level > 0 ? `, level with ${plural(level, "other")}` : "");
  const others = trained.filter((one) => isReversible(one) !== isReversible(best));
  const [other] = others;
  if (!other) return `On ${graph} ${sizedName(best, paper)} has ${highest}.`;
  const clause = `On ${graph} ${
    scoreClause([best, other], paper, (one) => sizedName(one, paper))
  }: ${highest}`;
  if (others.length === 1) return `${clause}.`;
  const sort = isReversible(other) ? "reversible" : "not reversible";
  return `${clause}; ${other.name} leads the ${others.length} that are ${sort}.`;
}

/** `RevGNN-Wide of 3 layers × 64 channels`; the name alone where it has as many parameters as the paper's. */
function sizedName(model: Summary, { series }: PaperFigures): string {
  const { parameters } = series.find(({ name }) => name === model.name)?.points[0] ?? {};
  const same = parameters !== undefined &&
    Math.abs(model.parameters / parameters - 1) < SAME_SIZE;
  return same ? model.name : `${model.name} of ${sizeText(model)}`;
}

/** As a sentence has it: a data set's own name, or what it is. */
export function graphName(dataset: string): string {
  return dataset === "planted" ? "a planted graph" : dataset;
}

/** In how many pairs the better model is the better one of the paper too; empty where that says little. */
export function orderSentence(
  summaries: readonly Summary[],
  { paper }: Pick<Scored, "paper">,
): string {
  const signs = pairsOf(ranked(summaries)).flatMap((pair) => {
    const order = paperOrder(pair, paper);
    if (order === null || order === 0) return [];
    return [withinSpread(pair) ? 0 : Math.sign(pointsBetween(pair)) * order];
  });
  if (signs.length < 2) return "";
  const count = (sign: number) => signs.filter((one) => one === sign).length;
  const apart = Math.max(...summaries.map(({ seeds }) => seeds)) > 1;
  const level = apart ? "no further apart than their seeds" : "level here";
  const clauses = [
    `${count(1)} ${count(1) === 1 ? "stands" : "stand"} in the paper's order`,
    ...count(0) > 0 ? [`${count(0)} ${level}`] : [],
    ...count(-1) > 0 ? [`${count(-1)} the other way round`] : [],
  ];
  return `Of ${plural(signs.length, "pair")} of models that the paper tells apart, ` +
    `${list(clauses)}.`;
}

function pairsOf(models: readonly Summary[]): Pair[] {
  return models.flatMap((model, i) => models.slice(i + 1).map((other): Pair => [model, other]));
}
