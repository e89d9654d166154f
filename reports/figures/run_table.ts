/** Every run of an experiment as a table row, the paper's figures in the same row. */
import type {
  Experiment,
  PaperFigures,
  PaperPoint,
  PaperSeries,
} from "../../experiments/experiment.ts";
import type { Row } from "../../training/row.ts";
import { amount, bytes, count, percent, plural, score, seconds } from "../findings/format.ts";
import { metricOfRows, summarise, type Summary, timedOn } from "../findings/summary.ts";
import { type Cell, type Columns, NONE, type Table } from "./table.ts";
import { type Spread, spreadText } from "../findings/spread.ts";

const HEADS = [
  "outcome",
  "parameters",
  "memory",
  "activations",
  "s/epoch",
  "best epoch",
  "train",
  "valid",
  "test",
];

/** Columns of an experiment's own, between ours and the paper's. */
export interface MoreColumns extends Columns {
  readonly cells: (summary: Summary) => readonly Cell[];
}

/** One table row for each model and value of the variable; the paper's columns where it has any figures. */
export function runTable(
  rows: readonly Row[],
  dataset: string,
  { x, paper }: Pick<Experiment, "x" | "paper">,
  more?: MoreColumns,
): Table {
  const compared = paper.series.length > 0;
  const timed = timedOn(rows);
  return {
    caption: `On ${dataset}: memory and activations are peaks of device memory; scores are ` +
      `${metricOfRows(rows)} in per cent.`,
    columns: [
      { source: `measured here, on ${dataset}`, heads: ["model", x.name, ...HEADS] },
      ...more ? [more] : [],
      ...compared ? [{ source: `the paper, on ${paper.dataset}`, heads: ["test", "memory"] }] : [],
    ],
    rows: summarise(rows, x).map((summary) => [
      ...measured(summary),
      ...more?.cells(summary) ?? [],
      ...compared ? printed(summary, paper) : [],
    ]),
    notes: [
      ...timed.several ? [`Times are those on ${timed.machine}.`] : [],
      ...paper.series.flatMap(({ name, kind, points }) =>
        points.flatMap(({ x: value, note }) =>
          note ? [`* ${name}, ${amount(value, x.unit(kind))}: ${note}.`] : []
        )
      ),
    ],
  };
}

function measured(summary: Summary): Cell[] {
  const { name, x, scores } = summary;
  const refused = summary.status === "does not fit";
  return [
    [name],
    [String(x)],
    [outcome(summary)],
    [count(summary.parameters)],
    [refused ? `needs ${bytes(summary.peakBytes)}` : bytes(summary.peakBytes)],
    [bytes(summary.activationBytes)],
    cell(summary.secondsPerEpoch, seconds),
    cell(summary.bestEpoch, (epoch) => String(Math.round(epoch))),
    cell(scores?.train ?? null, score),
    cell(scores?.valid ?? null, score),
    cell(scores?.test ?? null, score),
  ];
}

function outcome({ status, seeds }: Summary): string {
  if (status === "does not fit") return status;
  if (status === "measured") return "one step";
  return seeds === 1 ? "trained" : `trained, ${plural(seeds, "seed")}`;
}

function cell(spread: Spread | null, format: (value: number) => string): Cell {
  return spread ? [spreadText(spread, format)] : NONE;
}

/** A line for each of the paper's models that stands beside this one at this value. */
function printed({ name, x }: Summary, { series, table }: PaperFigures): Cell[] {
  const beside = series.filter((one) => one.beside.includes(name));
  const column = (value: (point: PaperPoint) => string | null) => {
    const lines = beside.flatMap((one) => line(one, table ? one.points[0]!.x : x, value));
    return lines.length > 0 ? lines : NONE;
  };
  return [
    column(({ score, std = null, note }) =>
      typeof score === "number"
        ? spreadText({ mean: score, std }, percent) + (note ? "*" : "")
        : score
    ),
    column(({ memory }) => memory === undefined ? null : `${memory.toPrecision(3)} GB`),
  ];
}

function line(
  series: PaperSeries,
  x: number,
  value: (point: PaperPoint) => string | null,
): string[] {
  const point = series.points.find((point) => point.x === x);
  const text = point ? value(point) : null;
  return text === null ? [] : [`${series.name}: ${text}`];
}
