/** Findings about scores: of two models, of the best of many, of their order. All go by their seeds. */
// @ts-types="types-d3"
import * as d3 from "d3";
import type { PaperFigures } from "../../experiments/experiment.ts";
import { compare, judge, SIGNIFICANT } from "./compare.ts";
import { type Finding, SEEDS_NEEDED } from "./finding.ts";
import { list, percent, plural, score } from "./format.ts";
import { paperOrder, paperPair, toldPairText, toldScores, toldText } from "./paper_figures.ts";
import type { Summary } from "./summary.ts";
import { spreadText } from "./spread.ts";

/** A summary that has scores. */
export type Trained = Summary & { readonly scores: NonNullable<Summary["scores"]> };

export function isTrained(summary: Summary | undefined): summary is Trained {
  return summary !== undefined && summary.scores !== null;
}

/** `81.72 ± 0.20`. */
export function scoreText({ scores }: Pick<Trained, "scores">): string {
  return spreadText(scores.test, score);
}

/** Who scores higher in the paper beside who does here; nothing where either lacks one of the two. */
export function scoreFinding(
  pair: readonly [Summary | undefined, Summary | undefined],
  paper: PaperFigures,
): Finding[] {
  const [a, b] = pair;
  if (!isTrained(a) || !isTrained(b)) return [];
  const theirs = paperPair([a, b], paper);
  if (!theirs) return [];
  const order = paperOrder(theirs);
  if (order < 0) return scoreFinding([b, a], paper);
  const [high, low] = a.name === b.name ? [a.at, String(b.x)] : [a.name, b.name];
  const at = !paper.table && a.name !== b.name && a.x === b.x ? `, with ${placeText(a, b)}` : "";
  const claim = order === 0
    ? `${high} and ${low} score alike${at}`
    : a.name === b.name
    ? `${a.name} scores higher with ${high} than with ${low}`
    : `${high} scores higher than ${low}${at}`;
  const judged = judge(compare(a, b));
  return [{
    claim,
    ours: `${scoreText(a)} against ${scoreText(b)} %`,
    paper: toldPairText(theirs),
    ...order === 0
      ? { ...judged, verdict: "cannot tell", test: "the paper’s own seeds do not tell" }
      : judged,
  }];
}

/** `14 layers`, `14 layers and solver steps`. */
function placeText(a: Summary, b: Summary): string {
  return a.unit === b.unit ? a.at : `${a.at} and ${b.unit}s`;
}

/** One model at its most against its least: whether its score grows with what is varied. */
export function deeperFinding(runs: readonly Summary[], paper: PaperFigures): Finding[] {
  const trained = runs.filter((one) => isTrained(one) && toldScores(one, paper).length > 0);
  const [least, most] = [trained[0], trained.at(-1)];
  return least === most ? [] : scoreFinding([most, least], paper);
}

/** A model at the value that the paper has it best at, against its best at others. */
export function bestFinding(runs: readonly Summary[], paper: PaperFigures): Finding[] {
  const name = runs[0]?.name ?? "";
  const series = paper.series.find(({ beside, points }) =>
    points.length > 1 && beside.includes(name)
  );
  const points = series?.points.flatMap(({ x, score }) => {
    const ours = runs.find((one) => one.x === x && isTrained(one));
    return ours && typeof score === "number" ? [{ ours, score }] : [];
  }) ?? [];
  const best = d3.greatest(points, ({ score }) => score);
  const text = best ? `${series!.name} ${percent(best.score)} with ${best.ours.x}` : "";
  return choiceFinding(runs, best?.ours, text);
}

/** What the paper chooses against the best of the rest, which validation chooses and the test part judges. */
export function choiceFinding(
  runs: readonly Summary[],
  choice: Summary | undefined,
  paper: string,
): Finding[] {
  const trained = runs.filter(isTrained);
  const other = bestByValidation(trained.filter((one) => one !== choice));
  if (!isTrained(choice) || !other) return [];
  const ours = bestByValidation(trained)!;
  return [{
    claim: `${choice.name} scores best with ${choice.at}`,
    ours: `by validation with ${ours.at}: ${scoreText(ours)} %`,
    paper,
    ...judge(compare(choice, other)),
  }];
}

/** The model that the paper has highest against the best of the others here, chosen by validation. */
export function topFinding(summaries: readonly Summary[], paper: PaperFigures): Finding[] {
  const known = summaries.filter(isTrained).flatMap((ours) => {
    const [theirs] = toldScores(ours, paper);
    return theirs ? [{ ours, theirs }] : [];
  });
  const [top, next] = d3.sort(known, ({ theirs }) => -theirs.score);
  if (!top || !next) return [];
  const rival = bestByValidation(known.map(({ ours }) => ours).filter((one) => one !== top.ours))!;
  return [{
    claim: `${top.ours.name} scores highest of ${plural(known.length, "model")}`,
    ours: `${scoreText(top.ours)}, next ${rival.name} ${scoreText(rival)} %`,
    paper: `${toldText(top.theirs)}, next ${toldText(next.theirs)}`,
    ...judge(compare(top.ours, rival)),
  }];
}

/** More reversed pairs than this are counted only. */
const MOST_NAMED = 2;

/** How many of the pairs that the paper tells apart stand as there; the level is shared among them. */
export function orderFinding(summaries: readonly Summary[], paper: PaperFigures): Finding[] {
  const trained = summaries.filter(isTrained);
  const pairs = trained.flatMap((a, i) =>
    trained.slice(i + 1).flatMap((b) => {
      const theirs = paperPair([a, b], paper);
      const order = theirs ? paperOrder(theirs) : 0;
      return order === 0 ? [] : [order > 0 ? [a, b] as const : [b, a] as const];
    })
  );
  if (pairs.length < 2) return [];
  const orders = pairs.map(([a, b]) => compare(a, b, SIGNIFICANT / pairs.length).order);
  const alike = orders.filter((order) => order === 1).length;
  const reversed = pairs.filter((_, i) => orders[i] === -1);
  const names = reversed.map(([a, b]) => `${b.name} above ${a.name}`);
  const seeds = d3.min(trained, (one) => one.seeds)!;
  return [{
    claim: "Models rank as in the paper’s table",
    ours: `${alike} of ${plural(pairs.length, "pair")} as there, ${reversed.length} reversed` +
      (reversed.length > 0 && reversed.length <= MOST_NAMED ? ` (${list(names)})` : "") +
      `, ${pairs.length - alike - reversed.length} not told apart`,
    paper: `${plural(pairs.length, "pair")} told apart`,
    verdict: reversed.length > 0 ? "differs" : alike > 0 ? "agrees" : "cannot tell",
    seeds,
    test: seeds < SEEDS_NEEDED
      ? `a test takes ${SEEDS_NEEDED}`
      : `Welch, 5 % over all ${pairs.length}`,
  }];
}

/** The first of equals as they are printed. */
function bestByValidation(trained: readonly Trained[]): Trained | undefined {
  return d3.greatest(trained, ({ scores }) => Number(score(scores.valid.mean)));
}
