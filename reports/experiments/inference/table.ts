/** Every way of inference as a table row, the paper's two beside it. */
// @ts-types="types-d3"
import * as d3 from "d3";
import type { Experiment, PaperFigures } from "../../../experiments/experiment.ts";
import { PROTEINS_INFERENCE } from "../../../experiments/hyper_parameters.ts";
import { DEPTH } from "../../../experiments/variable.ts";
import type { Row } from "../../../training/row.ts";
import { bytes, list, percent, score, seconds } from "../../findings/format.ts";
import { runTable } from "../../figures/run_table.ts";
import { metricOfRows } from "../../findings/summary.ts";
import { type Cell, NONE, type Table } from "../../figures/table.ts";
import { type Way, waysOf } from "./ways.ts";
import { spreadText } from "../../findings/spread.ts";

const HEADS = ["model", "parts", "views", "seeds", "valid", "test", "over one view", "memory", "s"];

/** One row for each model, number of parts and number of views. */
export function inferenceTable(
  rows: readonly Row[],
  dataset: string,
  { paper }: Pick<Experiment, "paper">,
): Table {
  return {
    caption: `On ${dataset}: the best epoch's weights scored by parts and views; ` +
      `${
        metricOfRows(rows)
      } in per cent, points more than by one view of as many parts, peak memory ` +
      "and seconds of the evaluation.",
    columns: [
      { source: `measured here, on ${dataset}`, heads: HEADS },
      { source: `the paper, on ${paper.dataset}`, heads: ["test"] },
    ],
    rows: waysOf(rows).map((way) => [
      [way.name],
      [way.parts === 1 ? "1 (whole)" : String(way.parts)],
      [String(way.views)],
      [String(way.seeds)],
      [spreadText(way.valid, score)],
      [spreadText(way.test, score)],
      gainCell(way),
      [bytes(way.peakBytes)],
      [spreadText(way.seconds, seconds)],
      printed(way, paper),
    ]),
    notes: [],
  };
}

/** The runs as they were trained; the paper's scores, which are by other ways, stand in `inferenceTable` alone. */
export function singleViewTable(
  rows: readonly Row[],
  dataset: string,
  paper: PaperFigures,
): Table {
  const table = runTable(rows, dataset, { x: DEPTH, paper: { ...paper, series: [] } });
  const scored = rows.filter(({ scores }) => scores).map(({ evaluateParts }) => evaluateParts);
  const parts = [...new Set(scored)].map((n) => n === 1 ? "the whole graph" : `${n} random parts`);
  const note = `Scores are those of training's own evaluations, by one view of ${list(parts)}.`;
  return parts.length > 0 ? { ...table, notes: [...table.notes, note] } : table;
}

function gainCell({ gain }: Way): Cell {
  if (!gain) return NONE;
  const mean = d3.format("+.2f")(100 * gain.mean);
  return [gain.std === null ? mean : `${mean} ± ${score(gain.std)}`];
}

/** Only two ways have scores in the paper. */
function printed({ name, parts, views }: Way, { series }: PaperFigures): Cell {
  if (!PROTEINS_INFERENCE.some((way) => way.parts === parts && way.views === views)) return NONE;
  const lines = series.filter(({ beside }) => beside.includes(name)).flatMap((one) => {
    const point = one.points.find(({ x }) => x === views);
    if (typeof point?.score !== "number") return [];
    return [`${one.name}: ${spreadText({ mean: point.score, std: point.std ?? null }, percent)}`];
  });
  return lines.length > 0 ? lines : NONE;
}
