/** A table of models: ours with their sizes, the paper's beside them, and those that only the paper has. */
import type { Experiment, PaperFigures, PaperSeries } from "../experiments/experiment.ts";
import type { Row } from "../training/row.ts";
import { percent, spreadText } from "./format.ts";
import { type MoreColumns, runTable } from "./run_table.ts";
import { summarise, type Summary } from "./summary.ts";
import { type Cell, type Columns, NONE, type Table } from "./table.ts";

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
  const [last, ...others] = table.columns.toReversed();
  const columns: Columns[] = [
    ...others.toReversed(),
    { ...last!, heads: [...last!.heads, "parameters"] },
  ];
  const blank = columns.slice(0, -1).flatMap(({ heads }) => heads).length - 1;
  return {
    ...table,
    columns,
    rows: [
      ...table.rows.map((cells, i) => [...cells, paperParameters(names[i]!, paper)]),
      ...alone.map((one) => [[one.name], ...Array(blank).fill(NONE), ...alonePoint(one)]),
    ],
    notes: [...averageNotes(rows), ...table.notes],
  };
}

/** Rows whose scores are those of their last way of inference, where they were asked for one. */
export function withInference(rows: readonly Row[]): Row[] {
  return rows.map((row) => {
    const scores = row.inferred?.at(-1)?.scores;
    return scores ? { ...row, scores } : row;
  });
}

/** What `withInference` did. */
function averageNotes(rows: readonly Row[]): string[] {
  const { parts, views } = rows.find(({ inferred }) => inferred)?.inferred?.at(-1) ?? {};
  if (parts === undefined) return [];
  return [`Scores are averaged over ${views} views of ${parts} random parts of the graph.`];
}

function convolutionOf({ kind, convolution = "gen" }: Summary["model"]): string {
  const name = kind === "rev-gat" ? "gat" : convolution;
  return name === "sage" ? "SAGE" : name.toUpperCase();
}

function paperParameters(name: string, { series }: PaperFigures): Cell {
  const lines = series.filter(({ beside }) => beside.includes(name)).flatMap((one) => {
    const { parameters } = one.points[0]!;
    return parameters === undefined ? [] : [`${one.name}: ${rounded(parameters)}`];
  });
  return lines.length > 0 ? lines : NONE;
}

function alonePoint({ name, points: [point] }: PaperSeries): Cell[] {
  const { score: value, std = null, memory, parameters } = point!;
  return [
    [`${name}: ${typeof value === "number" ? spreadText({ mean: value, std }, percent) : value}`],
    memory === undefined ? NONE : [`${name}: ${memory.toPrecision(3)} GB`],
    parameters === undefined ? NONE : [`${name}: ${rounded(parameters)}`],
  ];
}

/** `96.9K`, `2.10M`, `20.03M`: a number of parameters as the paper prints it. */
function rounded(parameters: number): string {
  const [value, unit] = parameters < 1e6 ? [parameters / 1e3, "K"] : [parameters / 1e6, "M"];
  const three = value.toPrecision(3);
  return `${Number(three) === value ? three : value}${unit}`;
}
