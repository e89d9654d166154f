/** The README's results, in Markdown: memory and score by depth, and every experiment's findings. */
// @ts-types="types-d3"
import * as d3 from "d3";
import { memoryVsDepth } from "../../experiments/memory_vs_depth.ts";
import type { PaperSeries } from "../../experiments/experiment.ts";
import type { Row } from "../../training/row.ts";
import { briefText, type Verdict, WHAT_SEEDS_SHARE } from "../findings/finding.ts";
import { count, duration, list, percent, plural, score } from "../findings/format.ts";
import { machineOf } from "../findings/machine.ts";
import type { Page } from "./page.ts";
import { workKey } from "../rows/keys.ts";
import { metricOfRows, summarise, type Summary } from "../findings/summary.ts";
import { spreadText } from "../findings/spread.ts";

/** What stands between is written by `deno task readme`, and left alone by `deno fmt`. */
const BEGIN = "<!-- deno-fmt-ignore-start -->";
const END = "<!-- deno-fmt-ignore-end -->";

/** Depths of the table: those that the paper gives ResGNN a score or a failure for, every other dropped. */
const DEPTHS = [3, 7, 14, 28, 56, 112, 1001];

/** The README with its results replaced by those of these pages; throws where it has no place for them. */
export function withResults(readme: string, pages: readonly Page[], figures: string): string {
  const [begin, end] = [readme.indexOf(BEGIN), readme.indexOf(END)];
  if (begin < 0 || end < begin) {
    throw new SyntaxError(
      `Cannot write results into the README: expected the lines "${BEGIN}" and "${END}" in it`,
    );
  }
  return readme.slice(0, begin + BEGIN.length) + `\n${resultsText(pages, figures)}\n` +
    readme.slice(end);
}

/** Memory by depth, the time, and what the experiments found; `figures`: their folder. */
function resultsText(pages: readonly Page[], figures: string): string {
  const measured = pages.filter(({ selection }) => selection.rows.length > 0);
  const depths = measured.find(({ experiment }) => experiment.name === memoryVsDepth.name);
  const found = measured.some(({ findings }) => findings.length > 0);
  return [
    ...depths ? [depthTable(depths.selection.rows)] : [],
    timeLine(measured),
    ...found ? [findingsTable(measured, figures), sumLine(measured)] : [],
  ].join("\n\n");
}

/**
 * Of each experiment the finding that it is about; its page has all. Cells are as wide as their text:
 * padded, the lines would be three screens long.
 */
function findingsTable(pages: readonly Page[], figures: string): string {
  const heads = ["experiment", "claim", "the paper", "here", "verdict"];
  const rows = pages.flatMap(({ experiment: { title, name }, findings }) =>
    findings.slice(0, 1).map((finding) => [
      `[${title}](${figures}/${name}.svg)`,
      finding.claim,
      finding.paper,
      finding.ours,
      briefText(finding),
    ])
  );
  return [heads, heads.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");
}

/** Counts the verdicts of all findings, and says what they rest on. */
function sumLine(pages: readonly Page[]): string {
  const all = pages.flatMap(({ findings }) => findings);
  const ends = (verdict: Verdict) => all.filter((one) => one.verdict === verdict).length;
  return `Of ${plural(all.length, "finding")} on the pages ${ends("agrees")} agree, ` +
    `${ends("differs")} differ and ${ends("cannot tell")} cannot tell. ${WHAT_SEEDS_SHARE}`;
}

/** Activations, then scores, then the paper's, by depth. */
function depthTable(rows: readonly Row[]): string {
  const { x, paper } = memoryVsDepth;
  const models = d3.groups(summarise(rows, x), ({ name }) => name);
  const epochs = list([
    ...new Set(rows.filter(({ scores }) => scores).map((row) => plural(row.epochs, "epoch"))),
  ]);
  const scored = models.filter(([, runs]) => runs.some(({ scores }) => scores));
  const curves = paper.series.filter(({ points }) => points.length > 1);
  return markdownTable([
    ["layers", ...DEPTHS.map(String)],
    ...models.map(([name, runs]) => [`${name}: activations, MiB`, ...atDepths(runs, activations)]),
    ...scored.map(([name, runs]) => [
      `${name}: test ${metricOfRows(rows)}, %, ${epochs}`,
      ...atDepths(runs, ({ scores }) => scores ? spreadText(scores.test, score) : ""),
    ]),
    ...curves.map((series) => [
      `the paper's ${series.name}, ${paper.dataset}, %`,
      ...DEPTHS.map((depth) => paperScore(series, depth)),
    ]),
  ]);
}

function atDepths(runs: readonly Summary[], text: (summary: Summary) => string): string[] {
  return DEPTHS.map((depth) => {
    const found = runs.find(({ x }) => x === depth);
    return found ? text(found) : "";
  });
}

function activations({ activationBytes, status }: Summary): string {
  const mebibytes = activationBytes / 2 ** 20;
  const text = mebibytes < 1000 ? mebibytes.toPrecision(3) : count(Math.round(mebibytes));
  return status === "does not fit" ? `${text}, does not fit` : text;
}

function paperScore({ points }: PaperSeries, depth: number): string {
  const found = points.find(({ x }) => x === depth);
  if (!found) return "";
  return typeof found.score === "number" ? percent(found.score) : found.score;
}

/** How many runs there are, where and how long they took. */
function timeLine(pages: readonly Page[]): string {
  // A page may show the rows of another experiment, and two experiments may share a run.
  const shown = pages.flatMap(({ selection }) => selection.rows);
  const rows = [...new Map(shown.map((row) => [workKey(row), row])).values()];
  if (rows.length === 0) return "Nothing has been measured yet.";
  const seconds = d3.sum(rows, (row) => (row.secondsPerEpoch ?? 0) * row.losses.length);
  const machines = list([...new Set(rows.map(machineOf))]);
  return `${plural(rows.length, "run")} on ${machines}, ${duration(seconds)} of epochs.`;
}

/** Cells as wide as their column's widest. */
function markdownTable(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, col) => Math.max(3, ...rows.map((row) => row[col]!.length)));
  const line = (cells: readonly string[], fill = " ") =>
    `| ${cells.map((cell, col) => cell.padEnd(widths[col]!, fill)).join(" | ")} |`;
  const [head, ...body] = rows;
  return [line(head!), line(head!.map(() => ""), "-"), ...body.map((cells) => line(cells))]
    .join("\n");
}
