/** The page of any runs, whatever experiment they are of: what differs between them, their curves, a table. */
// @ts-types="types-d3"
import * as d3 from "d3";
import type { Row } from "../../training/row.ts";
import type { RunSettings } from "../../training/settings.ts";
import { curveCharts } from "../figures/curve_charts.ts";
import { plural } from "../findings/format.ts";
import { metricOfRows } from "../findings/summary.ts";
import { newPage, PAPER, writePage } from "./html.ts";
import { drawCommands, drawFacts, drawFigures, drawTable, section } from "./sections.ts";
import { ownFacts } from "./run_facts.ts";
import { type Differing, differing, groupName, seedsTable, tableOf } from "./runs_tables.ts";

/** Seconds after which a page that is still being written is loaded again. */
const REFRESH = 10;

/** What a page of runs is told besides its rows. */
export interface RunsPageOptions {
  /** The run that goes on: the page says so, and loads itself again. */
  readonly going?: RunSettings;
  /** How many runs, one after another, it is of; default 1. */
  readonly runs?: number;
  /** Whether the run that goes on has been stopped, or has failed. */
  readonly stopped?: boolean;
  /** When it is written; default now. A page that goes on says so, as no page can tell of a run that is killed. */
  readonly at?: Date;
}

/** The page as HTML; without a row it is that of a run whose first epoch has not ended. */
export function runsHtml(
  rows: readonly Row[],
  { going, runs = 1, stopped = false, at = new Date() }: RunsPageOptions = {},
): string {
  const title = titleOf(rows.length > 0 ? rows : [going!]);
  const body = newPage(title, going && !stopped ? REFRESH : undefined);
  const header = body.append("header");
  header.append("p").attr("class", "where").text(`Measured with the models of “${PAPER}”`);
  header.append("h1").text(title);
  if (going) {
    const done = doneText(going, rows, runs);
    header.append("p").attr("class", "missing").text(
      stopped ? `Stopped: ${done}.` : `Still being written: ${done}. Written at ${timeText(at)}, ` +
        `this page loads itself again every ${REFRESH} seconds; if that time stands still for far ` +
        "longer than an epoch takes, the run was killed.",
    );
  }
  if (rows.length === 0) return writePage(body);
  const main = body.append("main");
  const options = differing(rows);
  for (const charts of chartsOf(rows, options)) drawFigures(main, charts);
  const seeds = seedsTable(rows, options);
  if (seeds) drawTable(section(main, "Over seeds"), seeds, "table-seeds");
  drawTable(section(main, plural(rows.length, "run")), tableOf(rows, options), "table-1");
  drawFacts(section(main, "What was run"), ownFacts(rows));
  drawCommands(section(main, "Run it again"), rows);
  return writePage(body);
}

function titleOf(rows: readonly RunSettings[]): string {
  const [first, ...others] = new Set(rows.map(({ name, dataset }) => `${name} on ${dataset}`));
  return others.length === 0 ? first! : `${plural(rows.length, "run")} compared`;
}

function doneText(going: RunSettings, rows: readonly Row[], runs: number): string {
  const { seed, epochs } = going;
  const row = rows.find((row) => row.seed === seed);
  const before = rows.length - (row ? 1 : 0);
  const place = runs > 1 ? `run ${before + 1} of ${runs}, seed ${seed}, ` : "";
  return `${place}${row?.losses.length ?? 0} of ${plural(epochs, "epoch")} done`;
}

/** `2026-01-02 03:04:05 UTC` */
function timeText(time: Date): string {
  return time.toISOString().replace("T", " ").replace(/\..*/, " UTC");
}

/** Curves by metric and data set, as scores of two of them have no common axis. */
function chartsOf(rows: readonly Row[], options: readonly Differing[]) {
  const datasets = d3.groups(rows, (row) => `${row.dataset} ${metricOfRows([row])}`);
  return datasets.map(([, same], i) => {
    const charts = curveCharts(same, (row) => groupName(row, options));
    if (datasets.length === 1) return charts;
    const { dataset } = same[0]!;
    return charts.map((chart) => ({
      ...chart,
      id: `${chart.id}-${i + 1}`,
      heading: `${chart.heading}, on ${dataset}`,
    }));
  });
}
