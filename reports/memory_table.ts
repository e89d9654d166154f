/** Every run of the memory experiment as a table row, the paper's figures in the same row. */
import type { PaperFigures, PaperPoint, PaperSeries } from "../experiments/experiment.ts";
import type { Row } from "../training/row.ts";
import { bytes, count, plural, score, seconds, spreadText } from "./format.ts";
import { type Spread, summarise, type Summary } from "./summary.ts";
import type { Cell, Table } from "./table.ts";

const NONE: Cell = ["–"];

const HEADS = [
  "model",
  "layers",
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

/** One table row for each model and depth. */
export function memoryTable(rows: readonly Row[], dataset: string, paper: PaperFigures): Table {
  const summaries = summarise(rows);
  return {
    caption: "Memory and activations are peaks of device memory; scores are ROC-AUC in per cent.",
    columns: [
      { source: `measured here, on ${dataset}`, heads: HEADS },
      { source: `the paper, on ${paper.dataset}`, heads: ["test", "memory"] },
    ],
    rows: summaries.map((summary) => [...measured(summary), ...printed(summary, paper)]),
    notes: paper.series.flatMap(({ name, points }) =>
      points.flatMap(({ layers, note }) => note ? [`* ${name}, ${layers} layers: ${note}.`] : [])
    ),
  };
}

function measured(summary: Summary): Cell[] {
  const { name, layers, scores } = summary;
  const refused = summary.status === "does not fit";
  return [
    [name],
    [String(layers)],
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

/** A line for each of the paper's models that stands beside this one at this depth. */
function printed({ name, layers }: Summary, paper: PaperFigures): Cell[] {
  const beside = paper.series.filter((series) => series.beside === name);
  const column = (value: (point: PaperPoint) => string | null) => {
    const lines = beside.flatMap((series) => line(series, layers, value));
    return lines.length > 0 ? lines : NONE;
  };
  return [
    column(({ rocAuc, note }) =>
      typeof rocAuc === "number" ? rocAuc.toFixed(2) + (note ? "*" : "") : rocAuc
    ),
    column(({ memory }) => memory === undefined ? null : `${memory.toPrecision(3)} GB`),
  ];
}

function line(
  series: PaperSeries,
  layers: number,
  value: (point: PaperPoint) => string | null,
): string[] {
  const point = series.points.find((point) => point.layers === layers);
  const text = point ? value(point) : null;
  return text === null ? [] : [`${series.name}: ${text}`];
}
