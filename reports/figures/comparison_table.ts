/** A table of models: ours with their sizes, the paper's beside them, and those that only the paper has. */
// @ts-types="types-d3"
import * as d3 from "d3";
import type { Experiment, PaperPoint, PaperSeries } from "../../experiments/experiment.ts";
import type { Inference } from "../../training/measures/inferred.ts";
import type { Row } from "../../training/row.ts";
import { list, percent, plural } from "../findings/format.ts";
import { convolutionOf } from "../findings/models.ts";
import { type MoreColumns, runTable } from "./run_table.ts";
import { summarise } from "../findings/summary.ts";
import { type Cell, type Columns, NONE, type Table } from "./table.ts";
import { spreadText } from "../findings/spread.ts";

const SIZE: MoreColumns = {
  source: "the model",
  heads: ["channels", "convolution"],
  cells: ({ model }) => [[String(model.channels)], [convolutionOf(model)]],
};

/** One table row for each model of ours, then one for each that has none. */
export function comparisonTable(
  rows: readonly Row[],
  dataset: string,
  { x, paper }: Pick<Experiment, "x" | "paper">,
): Table {
  const table = runTable(rows, dataset, { x, paper }, SIZE);
  const names = summarise(rows, x).map(({ name }) => name);
  const alone = paper.series.filter(({ beside }) => !beside.some((name) => names.includes(name)));
  const more = COLUMNS.filter(({ of }) =>
    paper.series.some(({ points: [point] }) => point && of(point) !== null)
  );
  const [last, ...others] = table.columns.toReversed();
  const columns: Columns[] = [
    ...others.toReversed(),
    { ...last!, heads: [...last!.heads, ...more.map(({ head }) => head)] },
  ];
  const blank = columns.slice(0, -1).flatMap(({ heads }) => heads).length - 1;
  const blanks: Cell[] = Array.from({ length: blank }, () => NONE);
  return {
    ...table,
    columns,
    rows: [
      ...table.rows.map((cells, i) => {
        const beside = paper.series.filter((one) => one.beside.includes(names[i]!));
        return [...cells, ...more.map((column) => cellOf(beside, column))];
      }),
      ...alone.map((one) => [
        [one.name],
        ...blanks,
        ...[SCORE, MEMORY, ...more].map((column) => cellOf([one], column)),
      ]),
    ],
    notes: [...averageSentences(rows), ...table.notes],
  };
}

/** A figure that the paper may give for a model; null where it does not. */
interface PrintedColumn {
  readonly head: string;
  readonly of: (point: PaperPoint) => string | null;
}

const SCORE: PrintedColumn = {
  head: "test",
  of: ({ score, std = null }) =>
    typeof score === "number" ? spreadText({ mean: score, std }, percent) : score,
};
const MEMORY: PrintedColumn = {
  head: "memory",
  of: ({ memory }) => memory === undefined ? null : `${memory.toPrecision(3)} GB`,
};

/** Columns beyond those of a run table, each shown where the paper has it for any model. */
const COLUMNS: readonly PrintedColumn[] = [
  {
    head: "parameters",
    of: ({ parameters }) => parameters === undefined ? null : rounded(parameters),
  },
  { head: "days of training", of: ({ days }) => days === undefined ? null : days.toFixed(1) },
];

/** A line for each model. */
function cellOf(series: readonly PaperSeries[], { of }: PrintedColumn): Cell {
  const lines = series.flatMap(({ name, points: [point] }) => {
    const text = point ? of(point) : null;
    return text === null ? [] : [`${name}: ${text}`];
  });
  return lines.length > 0 ? lines : NONE;
}

/** Rows whose scores are those of their last way of inference, where they were asked for one. */
export function withInference(rows: readonly Row[]): Row[] {
  return rows.map((row) => {
    const scores = row.inferred?.at(-1)?.scores;
    return scores ? { ...row, scores } : row;
  });
}

/** Says in sentences which models `withInference` changed; empty where it changed none. */
export function averageSentences(rows: readonly Row[]): string[] {
  const scored = rows.filter(({ scores }) => scores);
  const averaged = scored.flatMap(({ name, inferred }) => {
    const way = inferred?.at(-1);
    return way ? [{ name, how: wayText(way) }] : [];
  });
  const all = averaged.length === scored.length;
  const ways = d3.groups(averaged, ({ how }) => how);
  return ways.map(([how, models], i) => {
    const whose = all && ways.length === 1
      ? "Scores"
      : `Scores of ${list([...new Set(models.map(({ name }) => name))])}`;
    const others = !all && i === ways.length - 1 ? ", those of the others are by one view" : "";
    return `${whose} are ${how}${others}.`;
  });
}

function wayText({ parts, views }: Inference): string {
  if (parts === 1) return "of the whole graph at once";
  return `averaged over ${plural(views, "view")} of ${parts} random parts of the graph`;
}

/** `96.9K`, `2.10M`, `20.03M`: a number of parameters as the paper prints it. */
function rounded(parameters: number): string {
  const [value, unit] = parameters < 1e6 ? [parameters / 1e3, "K"] : [parameters / 1e6, "M"];
  const three = value.toPrecision(3);
  return `${Number(three) === value ? three : value}${unit}`;
}
