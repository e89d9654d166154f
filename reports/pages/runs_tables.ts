/** The tables of any runs: what differs between them, what each measured, and their means over seeds. */
// @ts-types="types-d3"
import * as d3 from "d3";
import { differences } from "../../settings/differences.ts";
import { isRecord } from "../../settings/record.ts";
import type { Row } from "../../training/row.ts";
import { RUN } from "../../training/settings.ts";
import { type Cell, NONE, type Table } from "../figures/table.ts";
import { bytes, count, score, seconds } from "../findings/format.ts";
import { spread, spreadText } from "../findings/spread.ts";
import { metricOfRows } from "../findings/summary.ts";
import { valueText } from "./run_facts.ts";

/** An option that the runs do not have in common, and what each of them has. */
export interface Differing {
  readonly name: string;
  readonly of: (row: Row) => string;
}

/** Options that need no column of their own: names, which are no options, and seeds, whose runs belong together. */
const APART = ["experiment", "scale", "name", "seed", "memoryBudget"];

/** Every option that not all of the runs have alike. */
export function differing(rows: readonly Row[]): Differing[] {
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

/** `layers 14, dropout 0.2`: what a run's seeds have in common, as far as it differs. */
export function optionsText(row: Row, options: readonly Differing[]): string {
  const own = options.filter(({ name }) => name !== "dataset" && name !== "kind");
  return own.map(({ name, of }) => `${name} ${of(row)}`).join(", ");
}

/** `RevGNN-64, layers 14, dropout 0.2`. */
export function groupName(row: Row, options: readonly Differing[]): string {
  return [row.name, optionsText(row, options)].filter((text) => text !== "").join(", ");
}

const PARTS = ["train", "valid", "test"] as const;
const HEADS = [
  ...["seed", "outcome", "parameters", "memory", "s/epoch", "epochs", "best epoch"],
  ...PARTS,
];

/** A line for each run: its options that differ, and what it measured. */
export function tableOf(rows: readonly Row[], options: readonly Differing[]): Table {
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
    ...PARTS.map((part): Cell => scores ? [score(scores[part])] : NONE),
  ];
}

/** A line for each group of runs that differ in their seeds alone; undefined where there is no such group. */
export function seedsTable(
  rows: readonly Row[],
  options: readonly Differing[],
): Table | undefined {
  const scored = rows.filter(({ scores }) => scores !== null);
  const groups = d3.groups(scored, (row) => [row.dataset, groupName(row, options)].join(" "))
    // A seed that stands there twice counts once.
    .map(([, group]) => [...new Map(group.map((row) => [row.seed, row])).values()])
    .filter(({ length }) => length > 1);
  if (groups.length === 0) return undefined;
  const own = options.map(({ name }) => name);
  return {
    caption: `Mean ± sample deviation over seeds; scores are ${metricsText(groups)} in per cent.`,
    columns: [
      { source: "runs", heads: ["model", ...own, "seeds"] },
      { source: "mean ± deviation", heads: ["best epoch", ...PARTS] },
    ],
    rows: groups.map((group) => [
      [group[0]!.name],
      ...options.map(({ of }): Cell => [of(group[0]!)]),
      [String(group.length)],
      spreadCell(group.map(({ bestEpoch }) => bestEpoch), (epoch) => epoch.toFixed(1)),
      ...PARTS.map((part) => spreadCell(group.map(({ scores }) => scores![part]), score)),
    ]),
    notes: [],
  };
}

function metricsText(groups: readonly Row[][]): string {
  return [...new Set(groups.map(metricOfRows))].join(" or ");
}

function spreadCell(
  values: readonly (number | null)[],
  format: (value: number) => string,
): Cell {
  const found = spread(values);
  return found === null ? NONE : [spreadText(found, format)];
}
