/** What the rows say of inference by parts and views, in words; every word of it is computed. */
// @ts-types="types-d3"
import * as d3 from "d3";
import type { PaperFigures } from "../experiments/experiment.ts";
import { PROTEINS_INFERENCE } from "../experiments/hyper_parameters.ts";
import type { Row } from "../training/row.ts";
import { pointsText } from "./comparison.ts";
import { bytes, list, plural, score, spreadText } from "./format.ts";
import { metricOf, refusedText } from "./summary.ts";
import { gainOver, gainText, gainThan, type Way, waysOf } from "./ways.ts";

/** A sentence for each claim that there are rows for, model by model. */
export function inferenceVerdict(rows: readonly Row[], paper: PaperFigures): string {
  const models = d3.groups(waysOf(rows), ({ name }) => name);
  if (rows.length === 0) return "Nothing has been measured yet.";
  if (models.length === 0) return `No model has been scored by views yet${refusedText(rows)}.`;
  return models.flatMap(([name, ways]) => {
    const own = rows.filter((row) => row.name === name);
    return [viewsSentence(own, ways), wholeSentence(own, ways), paperSentence(own, paper)];
  }).filter((sentence) => sentence !== "").join("\n");
}

/** The most views of the fewest parts against one view, then of other numbers of parts. */
function viewsSentence(rows: readonly Row[], ways: readonly Way[]): string {
  const byParts = d3.groups(ways.filter(({ gain }) => gain !== null), ({ parts }) => parts);
  const most = byParts.map(([, ways]) => ways.at(-1)!);
  const [first, ...others] = most;
  const { name, parts, dataset } = rows[0]!;
  if (!first) {
    const values = ways.map(({ parts, views, test }) =>
      `${spreadText(test, score)} % by ${wayText({ parts, views })}`
    );
    return `On ${dataset} ${name} has a test ${metricOf(rows)} of ${list(values)}.`;
  }
  const trained = parts > 1 ? `, trained by ${parts} random parts,` : "";
  const rest = others.map((way) =>
    `by ${plural(way.parts, "part")} ${gainText(way.gain!, way.seeds)}`
  );
  return `On ${dataset} ${name}${trained} has a test ${metricOf(rows)} of ` +
    `${spreadText(first.test, score)} % averaged over ${wayText(first)}, ` +
    gainThan(first.gain!, first.seeds, "by one view") +
    `${rest.length > 0 ? `; ${rest.join(", ")}` : ""}.`;
}

/** What parts save of memory, and what they cost in score. */
function wholeSentence(rows: readonly Row[], ways: readonly Way[]): string {
  const whole = ways.find(({ parts }) => parts === 1);
  const best = d3.greatest(ways.filter(({ parts }) => parts > 1), ({ test }) => test.mean);
  if (!whole || !best) return "";
  const cost = gainOver(rows, best, whole)!;
  return `The whole graph at once takes ${bytes(whole.peakBytes)} and scores ` +
    `${spreadText(whole.test, score)} %, ${
      gainThan(cost, whole.seeds, `the best way by parts, ${wayText(best)}`)
    }, which takes ${bytes(best.peakBytes)}.`;
}

/** From the paper's single way to its averaged one, here and there. */
function paperSentence(rows: readonly Row[], { series }: PaperFigures): string {
  const [single, averaged] = PROTEINS_INFERENCE;
  const gain = gainOver(rows, single, averaged);
  if (!gain) return "";
  const beside = series.filter((one) => one.beside.includes(rows[0]!.name));
  const theirs = beside.flatMap(({ name, points }) => {
    const [from, to] = [single, averaged].map(({ views }) =>
      points.find(({ x }) => x === views)?.score
    );
    return typeof from === "number" && typeof to === "number"
      ? [`${name} ${pointsText(Number((to - from).toFixed(2)))}`]
      : [];
  });
  const seeds = rows.filter(({ inferred }) => inferred).length;
  return `By ${wayText(averaged)} ${rows[0]!.name} scores ` +
    `${gainThan(gain, seeds, `by ${wayText(single)}`)}${
      theirs.length > 0 ? `; in the paper ${list(theirs)}` : ""
    }.`;
}

/** `10 views of 3 parts`, `the whole graph`. */
export function wayText({ parts, views }: Pick<Way, "parts" | "views">): string {
  return parts === 1 ? "the whole graph" : `${plural(views, "view")} of ${plural(parts, "part")}`;
}
