/** A table's models as dots: ours, and the paper's of the same row on an axis of its own. */
// @ts-types="types-d3"
import * as d3 from "d3";
import type { Experiment, PaperPoint, PaperSeries } from "../../experiments/experiment.ts";
import type { Row } from "../../training/row.ts";
import type { Dot, DotChart, DotPanel, DotRow, ValueAxis } from "../charts/chart.ts";
import { bytes, percent, score, seedsText } from "../findings/format.ts";
import { lookOf } from "../charts/looks.ts";
import { convolutionOf, sizeText } from "../findings/models.ts";
import { seedDots, seedScores } from "./score_charts.ts";
import { type Metric, metricOfRows, summarise, type Summary } from "../findings/summary.ts";
import { type SpreadOfValues, spreadText } from "../findings/spread.ts";

/** One row of a table: a model of ours, of the paper, or of both. */
interface Model {
  readonly ours?: Summary;
  readonly theirs?: PaperSeries;
}

/** What is drawn of each. */
interface Drawn {
  readonly ours: (summary: Summary) => Dot | null;
  readonly theirs: (point: PaperPoint, name: string) => Dot | null;
}

/** Test scores of the models that were to be trained to the end. */
export function scoreDots(
  rows: readonly Row[],
  dataset: string,
  experiment: Pick<Experiment, "x" | "paper">,
): DotChart {
  const { paper } = experiment;
  const axis = (metric: Metric): ValueAxis => ({
    label: metric === "accuracy" ? "accuracy, %" : "mean ROC-AUC, %",
    scale: "linear",
    format: String,
  });
  const models = modelsOf(rows.filter(({ epochs }) => epochs > 0), experiment);
  return {
    kind: "dots",
    id: "scores",
    heading: "Test scores, here and in the paper",
    caption: `At the best epoch by validation score, ${scoresText(models)}. Other data, axes of ` +
      "their own: compare the order, not the values.",
    panels: panels(dataset, experiment, [axis(metricOfRows(rows)), axis(paper.metric)]),
    ...drawn(models, { ours: scoreDot, theirs: paperScoreDot }),
  };
}

/** Peak device memory of the same models. */
export function memoryDots(
  rows: readonly Row[],
  dataset: string,
  experiment: Pick<Experiment, "x" | "paper">,
): DotChart {
  return {
    kind: "dots",
    id: "memory",
    heading: "Peak device memory, here and in the paper",
    caption: "Weights, optimiser and activations of training and evaluation; logarithmic axes.",
    panels: panels(dataset, experiment, [
      { label: "peak memory, log scale", scale: "binary", format: bytes },
      { label: "peak memory, GB, log scale", scale: "binary", format: String },
    ]),
    ...drawn(modelsOf(rows, experiment), { ours: memoryDot, theirs: paperMemoryDot }),
  };
}

/** A chart's own values in the order of the rows, under a heading for each operator. */
export function byOperator(chart: DotChart, rows: readonly Row[], heading: string): DotChart {
  const models = new Map(rows.map(({ name, model }) => [name, model]));
  const names = [...models.keys()];
  const grouped = chart.rows.flatMap((row): DotRow[] => {
    const model = models.get(row.name);
    if (!model) return [];
    const detail = sizeText({ model, at: "" });
    return [{ ...row, detail, group: convolutionOf(model), dots: row.dots.slice(0, 1) }];
  });
  const seeds = d3.groups(rows, ({ name }) => name).map(([, own]) => ({ seeds: own.length }));
  return {
    ...chart,
    heading,
    caption: "Each operator with stored activations, ResGNN, and with rebuilt ones, RevGNN" +
      (seeds.length > 0 ? `, ${seedsText(seeds, "")}.` : "."),
    panels: chart.panels.slice(0, 1),
    rows: d3.sort(grouped, ({ name }) => names.indexOf(name)),
  };
}

/** In the paper's order; then what it lacks. */
function modelsOf(
  rows: readonly Row[],
  { x, paper }: Pick<Experiment, "x" | "paper">,
): readonly Model[] {
  const summaries = summarise(rows, x);
  const beside = ({ name }: Summary) => paper.series.find((one) => one.beside.includes(name));
  return [
    ...paper.series.flatMap((theirs): Model[] => {
      const ours = summaries.filter((summary) => beside(summary) === theirs);
      return ours.length > 0 ? ours.map((ours) => ({ ours, theirs })) : [{ theirs }];
    }),
    ...summaries.filter((summary) => !beside(summary)).map((ours) => ({ ours })),
  ];
}

function panels(
  dataset: string,
  { paper }: Pick<Experiment, "paper">,
  [ours, theirs]: readonly [ValueAxis, ValueAxis],
): DotPanel[] {
  return [
    { label: ["measured here", `on ${dataset}`], x: ours, limit: null },
    { label: ["the paper", `on ${paper.dataset}`], x: theirs, limit: null },
  ];
}

function drawn(models: readonly Model[], { ours, theirs }: Drawn) {
  const rows = models.map((model): DotRow => {
    const summary = model.ours;
    const point = model.theirs?.points[0];
    const kind = model.theirs?.kind === "other" ? model.theirs : summary?.model ?? model.theirs!;
    return {
      ...lookOf(kind),
      name: summary?.name ?? model.theirs!.name,
      detail: detailOf(model),
      group: "",
      dots: [
        listOf(summary ? ours(summary) : null),
        listOf(point ? theirs(point, model.theirs!.name) : null),
      ],
    };
  });
  const titles = rows.flatMap(({ dots }) => dots.flat().map(({ title }) => title));
  return { rows, description: titles.length > 0 ? `${titles.join(". ")}.` : "No value yet." };
}

/** Our size; where the paper's model has another name, that one's beside our depth. */
function detailOf({ ours, theirs }: Model): string {
  if (!ours) return "";
  if (!theirs || theirs.name === ours.name) return sizeText(ours);
  return `${ours.at}, the paper's ${theirs.name}`;
}

function scoreDot(summary: Summary): Dot | null {
  const { name, scores, status } = summary;
  if (scores) return spreadDot(scores.test, `${name} here`);
  return status === "does not fit" ? refused(`${name} here`) : null;
}

function paperScoreDot({ score: value, std }: PaperPoint, name: string): Dot {
  if (value === "out of memory") return refused(`${name} in the paper`, value);
  const text = spreadText({ mean: value, std: std ?? null }, percent);
  const title = `${name} in the paper: ${text} %`;
  return { x: value, std: std ?? null, mark: "hollow", text, value: text, title };
}

function memoryDot({ name, status, peakBytes }: Summary): Dot {
  const size = bytes(peakBytes);
  if (status === "does not fit") {
    return { ...refused(`${name} here`, `needs ${size}`), x: peakBytes };
  }
  const title = `${name} here: ${size}`;
  return { x: peakBytes, std: null, mark: "filled", text: size, value: size, title };
}

function paperMemoryDot({ memory }: PaperPoint, name: string): Dot | null {
  if (memory === undefined) return null;
  const text = `${memory.toPrecision(3)} GB`;
  const title = `${name} in the paper: ${text}`;
  return { x: memory, std: null, mark: "hollow", text, value: text, title };
}

function spreadDot(test: SpreadOfValues, name: string): Dot {
  const text = spreadText(test, score);
  return {
    x: 100 * test.mean,
    std: test.std === null ? null : 100 * test.std,
    ...seedDots(test),
    mark: "filled",
    text,
    value: text,
    title: `${name}: ${text} %${seedScores(test)}`,
  };
}

function refused(name: string, text = "does not fit"): Dot {
  return { x: null, std: null, mark: "cross", text, value: text, title: `${name}: ${text}` };
}

function listOf(dot: Dot | null): readonly Dot[] {
  return dot ? [dot] : [];
}

function scoresText(models: readonly Model[]): string {
  const scored = models.flatMap(({ ours }) => ours?.scores ? [ours] : []);
  if (scored.length === 0) return "once there is one";
  const bars = scored.every(({ seeds }) => seeds === 1)
    ? ""
    : " with bars of one sample standard deviation either way and a dot for each seed";
  return `${seedsText(scored)}${bars}`;
}
