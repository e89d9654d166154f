/** Draws the bench's page from its rows: a roofline, and what was timed beside the adapter's ceilings. */
import { writeWhole } from "../../graphs/files/whole_file.ts";
import type { RooflineChart, RooflineMark } from "../charts/chart.ts";
import { lookOf } from "../charts/looks.ts";
import { count } from "../findings/format.ts";
import type { Table } from "../figures/table.ts";
import {
  type BenchRow,
  type Ceilings,
  ratesOf,
  readBenchRows,
  type Timed,
} from "../rows/bench_row.ts";
import { drawFigure } from "./figure_html.ts";
import { newPage, writePage } from "./html.ts";
import { drawFacts, drawTable } from "./sections.ts";

/** The names of so many kernels, those that took longest, stand in the chart. */
const NAMED = 4;

/** Draws `bench.html` of a folder's last row, beside its rows; returns its path. */
export async function writeBenchPage(folder: string): Promise<string> {
  const row = (await readBenchRows(folder)).at(-1);
  if (row === undefined) {
    throw new Error(
      `Cannot draw the bench's page: ${folder} has no row of it, call deno task bench`,
    );
  }
  const path = `${folder}/bench.html`;
  await writeWhole(path, new TextEncoder().encode(benchHtml(row)));
  return path;
}

/** The page of a row as HTML. */
export function benchHtml(row: BenchRow): string {
  const body = newPage("Kernels, layers and steps against the adapter’s ceilings");
  const header = body.append("header");
  header.append("p").attr("class", "where").text(`deno task bench · ${row.adapter}`);
  header.append("h1").text("Kernels, layers and steps against the adapter’s ceilings");
  const main = body.append("main");
  main.append("p").attr("class", "reading").text(
    "A kernel on a roof does all that the adapter was seen to do; one far below it waits for " +
      "something else: loads from caches, too few invocations, or its launch.",
  );
  const figures = main.append<HTMLElement>("div").attr("class", "figures");
  drawFigure(figures, rooflineOf(row));
  const section = main.append<HTMLElement>("section");
  section.append("h2").text("All that was timed");
  drawTable(section, tableOf(row), "table-1");
  const facts = main.append<HTMLElement>("section");
  facts.append("h2").text("What was run");
  drawFacts(facts, factsOf(row));
  return writePage(body);
}

/** Layers and the step among the kernels, by name. */
function timedOf({ kernels, layerTimes, layers, step }: BenchRow): Record<string, Timed> {
  const ofStep = step && { [`training step, ${layers} layers`]: step };
  return { ...kernels, ...layerTimes, ...ofStep };
}

/** Everything that has operations, under the roofs of the same run. */
export function rooflineOf(row: BenchRow): RooflineChart {
  const { copyGBs, cacheGBs, multiplyAddGFLOPs, loadsGFLOPs } = row.ceilings;
  const timed = Object.entries(timedOf(row)).filter(([, { operations }]) => operations > 0);
  const most = timed.filter(([name]) => name in row.kernels)
    .toSorted(([, a], [, b]) => b.milliseconds - a.milliseconds).slice(0, NAMED);
  const named = new Set(most.map(([name]) => name));
  const marks = timed.map(([name, one]) => markOf(name, one, row, named.has(name)));
  return {
    kind: "roofline",
    id: "roofline",
    heading: "Operations a second against operations per byte",
    caption:
      "Circles are kernels, squares layers and the step. Lines: what copying a large buffer, " +
      "and multiplying and adding in registers or with a load each, came to in the same run.",
    description: marks.map(({ title }) => `${title}.`).join(" "),
    height: 400,
    x: { label: "operations per byte, log scale", scale: "decimal", format: short },
    y: { label: "GFLOP/s, log scale", scale: "decimal", format: short },
    roofs: [
      { label: "multiply-adds", slope: Math.max(copyGBs, cacheGBs), most: multiplyAddGFLOPs },
      { label: "from memory, a load each", slope: copyGBs, most: loadsGFLOPs },
    ],
    marks,
  };
}

function markOf(name: string, timed: Timed, row: BenchRow, named: boolean): RooflineMark {
  const { gigaflops, ofCeiling } = ratesOf(timed, row.ceilings);
  const kind = name in row.kernels ? "rev-gnn" : "res-gnn";
  const value = `${name}: ${short(gigaflops)} GFLOP/s`;
  return {
    ...lookOf({ kind }),
    ...{ name, named, value },
    x: timed.operations / timed.bytes,
    y: gigaflops,
    title: `${value}, ${percent(ofCeiling)} of the ceiling`,
  };
}

const HEADS = [
  ...["ms", "launches", "invocations", "MB", "MFLOP", "GB/s", "GFLOP/s"],
  ...["of copy", "of multiply-adds"],
];

function tableOf(row: BenchRow): Table {
  const rows = Object.entries(timedOf(row)).map(([name, timed]) => {
    const { gigabytes, gigaflops, ofCopy, ofMultiplyAdd } = ratesOf(timed, row.ceilings);
    const cells = [
      ...[short(timed.milliseconds), count(timed.launches), count(timed.invocations)],
      ...[timed.bytes / 1e6, timed.operations / 1e6, gigabytes, gigaflops].map(short),
      ...[ofCopy, ofMultiplyAdd].map(percent),
    ];
    return [[name], ...cells.map((cell) => [cell])];
  });
  return {
    caption:
      "Medians. Bytes are of all tensors read and written, each once a launch; invocations " +
      "those of the largest launch.",
    columns: [{ source: "", heads: [""] }, { source: row.adapter, heads: HEADS }],
    rows,
    notes: [],
  };
}

function factsOf(row: BenchRow): [string, string][] {
  const { nodes, degree, channels, ceilings, adapter, commit, date } = row;
  return [
    ["Adapter", adapter],
    [
      "Graph",
      `${count(nodes)} nodes of ${degree} in-edges each; ${channels} channels in two groups`,
    ],
    ...ceilingFacts(ceilings),
    ["Commit", commit],
    ["Date", date.slice(0, 10)],
  ];
}

function ceilingFacts(ceilings: Ceilings): [string, string][] {
  const { copyGBs, cacheGBs, multiplyAddGFLOPs, loadsGFLOPs, launch, pass, submission } = ceilings;
  return [
    ["Copy", `${short(copyGBs)} GB/s, within caches ${short(cacheGBs)}`],
    [
      "Multiply-adds",
      `${short(multiplyAddGFLOPs)} GFLOP/s, with a load each ${short(loadsGFLOPs)}`,
    ],
    ["An empty launch", `${short(1000 * launch)} µs`],
    ["In a pass of its own", `${short(1000 * pass)} µs`],
    ["In a submission of its own", `${short(1000 * submission)} µs`],
  ];
}

function short(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString("en-GB", { maximumSignificantDigits: 3 });
}

function percent(share: number): string {
  return `${short(100 * share)} %`;
}
