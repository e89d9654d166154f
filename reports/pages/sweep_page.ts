/** The page of a sweep: the best settings by validation and the call that repeats them, and all others. */
import { curveCharts } from "../figures/curve_charts.ts";
import { sweepChart } from "../figures/sweep_chart.ts";
import { type Cell, NONE, type Table } from "../figures/table.ts";
import { plural, score, seconds } from "../findings/format.ts";
import { type Ranked, ranked } from "../findings/ranked.ts";
import { spreadText } from "../findings/spread.ts";
import { metricOfRows } from "../findings/summary.ts";
import type { Row } from "../../training/row.ts";
import { commandOf } from "./command.ts";
import { type Body, newPage, PAPER, REFRESH, writePage } from "./html.ts";
import { ownFacts } from "./run_facts.ts";
import { type Differing, differing, optionsText } from "./runs_tables.ts";
import { drawFacts, drawFigures, drawTable, section } from "./sections.ts";

/** Curves of more settings than these would hide one another. */
const MOST_CURVES = 5;

/** What a sweep's page is told besides its rows. */
export interface SweepPageOptions {
  /** How many runs the sweep has. */
  readonly of: number;
  /** Whether runs go on: the page says so, and loads itself again. */
  readonly going: boolean;
}

/** The page as HTML. */
export function sweepHtml(rows: readonly Row[], { of, going }: SweepPageOptions): string {
  const [first] = rows;
  const title = first ? `Sweep of ${first.name} on ${first.dataset}` : "A sweep";
  const body = newPage(title, going ? REFRESH : undefined);
  const header = body.append("header");
  header.append("p").attr("class", "where").text(`Measured with the models of “${PAPER}”`);
  header.append("h1").text(title);
  if (rows.length < of) {
    const done = `${rows.length} of ${plural(of, "run")} done`;
    header.append("p").attr("class", "missing").text(
      going ? `${done}. This page loads itself again every ${REFRESH} seconds.` : `${done}.`,
    );
  }
  const options = differing(rows);
  const best = ranked(rows);
  if (best[0] === undefined) return writePage(body);
  drawBest(header, best[0], options);
  const main = body.append("main");
  drawFigures(main, [sweepChart(best, options)]);
  drawTable(section(main, "All settings, the best first"), tableOf(best, options), "table-1");
  const shown = best.slice(0, MOST_CURVES).flatMap(({ rows }) => rows);
  const curves = section(main, `Curves of the best ${Math.min(best.length, MOST_CURVES)}`);
  drawFigures(curves, curveCharts(shown, (row) => optionsText(row, options) || row.name));
  drawFacts(section(main, "What was run"), ownFacts(rows));
  return writePage(body);
}

/** The best settings in words, and their call. */
function drawBest(header: Body, best: Ranked, options: readonly Differing[]): void {
  const { rows, valid, test } = best;
  const metric = metricOfRows(rows);
  header.append("p").attr("class", "reading").text(
    `Best by validation: ${optionsText(rows[0]!, options) || rows[0]!.name}, with ` +
      `${spreadText(valid, score)} % ${metric} on the validation part and ` +
      `${spreadText(test, score)} % on the test part, over ${plural(rows.length, "seed")}.`,
  );
  const command = commandOf(rows[0]!);
  if (command !== undefined) header.append("pre").append("code").text(command);
}

const HEADS = ["seeds", "valid", "test", "best epoch", "epochs", "s/epoch"];

function tableOf(all: readonly Ranked[], options: readonly Differing[]): Table {
  const own = options.map(({ name }) => name);
  return {
    caption: "Scores are in per cent, at each run's best epoch by validation; " +
      "± is the sample standard deviation over seeds.",
    columns: [
      { source: "settings", heads: ["rank", ...own] },
      { source: "measured", heads: HEADS },
    ],
    rows: all.map(({ rows, valid, test }, i) => [
      [String(i + 1)],
      ...options.map(({ of }): Cell => [of(rows[0]!)]),
      [String(rows.length)],
      [spreadText(valid, score)],
      [spreadText(test, score)],
      rows.map(({ bestEpoch }) => String(bestEpoch ?? "–")),
      rows.map(({ losses }) => String(losses.length)),
      timeOf(rows),
    ]),
    notes: [],
  };
}

function timeOf(rows: readonly Row[]): Cell {
  const times = rows.flatMap(({ secondsPerEpoch }) => secondsPerEpoch ?? []);
  return times.length === 0 ? NONE : [seconds(Math.min(...times))];
}
