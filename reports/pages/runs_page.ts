/** The page of any runs, whatever experiment they are of: what differs between them, their curves, a table. */
// @ts-types="types-d3"
import * as d3 from "d3";
import { differences } from "../../settings/differences.ts";
import { isRecord } from "../../settings/record.ts";
import type { Row } from "../../training/row.ts";
import { RUN, type RunSettings } from "../../training/settings.ts";
import { curveCharts } from "../figures/curve_charts.ts";
import { type Cell, NONE, type Table } from "../figures/table.ts";
import { bytes, count, plural, score, seconds } from "../findings/format.ts";
import { metricOfRows } from "../findings/summary.ts";
import { newPage, PAPER, writePage } from "./html.ts";
import { drawCommands, drawFacts, drawFigures, drawTable, section } from "./sections.ts";
import { runFacts, valueText } from "./run_facts.ts";

/** Seconds after which a page that is still being written is loaded again. */
const REFRESH = 10;

/** What a page of runs is told besides its rows. */
export interface RunsPageOptions {
  /** The run that goes on: the page says so, and loads itself again. */
  readonly going?: RunSettings;
}

/** The page as HTML; without a row it is that of a run whose first epoch has not ended. */
export function runsHtml(rows: readonly Row[], { going }: RunsPageOptions = {}): string {
  const title = titleOf(rows.length > 0 ? rows : [going!]);
  const body = newPage(title, going && REFRESH);
  const header = body.append("header");
  header.append("p").attr("class", "where").text(`Measured with the models of “${PAPER}”`);
  header.append("h1").text(title);
  if (going) header.append("p").attr("class", "missing").text(goingText(going, rows.at(-1)));
  if (rows.length === 0) return writePage(body);
  const main = body.append("main");
  const options = differing(rows);
  for (const charts of chartsOf(rows, options)) drawFigures(main, charts);
  drawTable(section(main, plural(rows.length, "run")), tableOf(rows, options), "table-1");
  const facts = runFacts({ rows, missing: [], others: 0 }, rows[0]!.scale);
  drawFacts(
    section(main, "What was run"),
    facts.filter(([term]) => !["runs", "scale"].includes(term)),
  );
  drawCommands(section(main, "Run it again"), rows);
  return writePage(body);
}

function titleOf(rows: readonly RunSettings[]): string {
  const [first, ...others] = new Set(rows.map(({ name, dataset }) => `${name} on ${dataset}`));
  return others.length === 0 ? first! : `${plural(rows.length, "run")} compared`;
}

function goingText({ epochs }: RunSettings, row?: Row): string {
  const done = `${row?.losses.length ?? 0} of ${plural(epochs, "epoch")} done`;
  return `Still being written: ${done}. This page loads itself again every ${REFRESH} seconds.`;
}

/** An option that the runs do not have in common, and what each of them has. */
interface Differing {
  readonly name: string;
  readonly of: (row: Row) => string;
}

/** Options that need no column of their own: names, which are no options, and seeds, whose runs belong together. */
const APART = ["experiment", "scale", "name", "seed", "memoryBudget"];

/** Every option that not all of the runs have alike. */
function differing(rows: readonly Row[]): Differing[] {
  const all = rows.flatMap((row) => differences(RUN, row).map(({ path }) => path.join(".")));
  return [...new Set(all)].flatMap((name) => {
    const of = (row: Row) => optionText(row, name.split("."));
    if (APART.includes(name) || new Set(rows.map(of)).size < 2) return [];
    return [{ name: name.replace(/^model\./, ""), of }];
  });
}

/** An option as a table has it; of one of several kinds its kind. */
function optionText(row: Row, path: readonly string[]): string {
  const value = path.reduce<unknown>((at, key) => isRecord(at) ? at[key] : undefined, row);
  if (value === undefined || value === null) return "–";
  return isRecord(value) ? String(value.kind ?? JSON.stringify(value)) : valueText(value);
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

/** `RevGNN-64, layers 14, dropout 0.2`: what a run's seeds have in common, as far as it differs. */
function groupName(row: Row, options: readonly Differing[]): string {
  const own = options.filter(({ name }) => name !== "dataset" && name !== "kind");
  return [row.name, ...own.map(({ name, of }) => `${name} ${of(row)}`)].join(", ");
}

const HEADS = [
  ...["seed", "outcome", "parameters", "memory", "s/epoch", "epochs", "best epoch"],
  ...["train", "valid", "test"],
];

function tableOf(rows: readonly Row[], options: readonly Differing[]): Table {
  const own = options.map(({ name }) => name);
  return {
    caption: options.length === 0
      ? `Scores are ${metricOfRows(rows)} in per cent.`
      : `What differs between the runs, and what they measured; scores are in per cent.`,
    columns: [
      { source: "run", heads: ["model"] },
      ...own.length > 0 ? [{ source: "options that differ", heads: own }] : [],
      { source: "measured", heads: HEADS },
    ],
    rows: rows.map((row) => [
      [row.name],
      ...options.map(({ of }): Cell => [of(row)]),
      ...measuredCells(row),
    ]),
    notes: [],
  };
}

function measuredCells(row: Row): Cell[] {
  const { seed, status, parameters, peakBytes, secondsPerEpoch, losses, bestEpoch, scores } = row;
  return [
    [String(seed)],
    [status],
    [count(parameters)],
    [bytes(peakBytes)],
    secondsPerEpoch === null ? NONE : [seconds(secondsPerEpoch)],
    [String(losses.length)],
    bestEpoch === null ? NONE : [String(bestEpoch)],
    ...(["train", "valid", "test"] as const).map((part): Cell =>
      scores ? [score(scores[part])] : NONE
    ),
  ];
}
