/** An experiment: one figure or table of the paper as values, and the runs that measure it again. */
import type { ModelGiven, ModelKind } from "../models/options.ts";
import { type RunGiven, type RunSettings, runSettings } from "../training/settings.ts";
import type { ExperimentName } from "./names.ts";
import type { Variable } from "./variable.ts";

/**
 * How much is run: `quick` within six minutes on two CPU cores, each score by one seed; `small` within 45
 * minutes on them, each score by three; `full` in an afternoon on one GPU; `paper` with the paper's data
 * sets, hyper-parameters and seeds.
 */
export const SCALES = ["quick", "small", "full", "paper"] as const;
export type Scale = typeof SCALES[number];

/** One model of the paper at one value of the variable, as the paper prints it. */
export interface PaperPoint {
  readonly x: number;
  /** On the test part, in per cent. */
  readonly score: number | "out of memory";
  /** Sample standard deviation over the paper's seeds. */
  readonly std?: number;
  /** Peak device memory in GB, where the paper gives it. */
  readonly memory?: number;
  readonly parameters?: number;
  /** Days of training on one GPU, where the paper gives them. */
  readonly days?: number;
  /** Where transcriptions disagree: how; where a figure is not of this very run: of which. */
  readonly note?: string;
}

/** One line of the paper's figure, or one model of its table. */
export interface PaperSeries {
  readonly name: string;
  /** `other`: a model that only the paper has figures of. */
  readonly kind: ModelKind | "other";
  /** Whether its weights are tied. */
  readonly tied?: true;
  /** The models of ours that it is shown beside; none where ours has no such model. */
  readonly beside: readonly string[];
  readonly points: readonly PaperPoint[];
}

/** A line of another experiment's figure, told once and shown beside models of this one. */
export function seriesOf(
  { paper }: Pick<Experiment, "paper">,
  name: string,
  beside: readonly string[],
): PaperSeries {
  const series = paper.series.find((one) => one.name === name);
  if (!series) throw new RangeError(`Cannot show the paper's ${name}: no such series`);
  return { ...series, beside };
}

/** What the paper measured, and on what. */
export interface PaperFigures {
  /** As `Figure 2 and Table 6`. */
  readonly source: string;
  readonly dataset: string;
  readonly metric: "ROC-AUC" | "accuracy";
  readonly series: readonly PaperSeries[];
  /** A table: each model has one point, which stands beside ours of any depth. */
  readonly table?: true;
}

/** Of what the paper says in words or symbols: no scores of it stand beside ours. */
export function withoutFigures(source: string): PaperFigures {
  return { source, dataset: "none", metric: "ROC-AUC", series: [] };
}

/** One figure or table of the paper, and its runs at every scale. */
export interface Experiment {
  /** The experiment's file name; rows and page are called so too. */
  readonly name: ExperimentName;
  readonly title: string;
  /** Whose figure it is, and claim, where it is none of the paper's. */
  readonly whose?: string;
  /** What the paper says, or whoever else. */
  readonly claim: string;
  /** What to look for in the charts; never what was found. */
  readonly reading: string;
  /** What the runs differ in, and the charts' horizontal axis. */
  readonly x: Variable;
  readonly paper: PaperFigures;
  readonly scales: Readonly<Record<Scale, readonly RunSettings[]>>;
  /** Experiments whose rows are shown too; a figure over the same models needs no runs of its own. */
  readonly rowsOf?: readonly Experiment[];
}

/** Every run whose row an experiment shows. */
export function runsOf({ scales, rowsOf = [] }: Experiment, scale: Scale): readonly RunSettings[] {
  return [...scales[scale], ...rowsOf.flatMap((other) => runsOf(other, scale))];
}

/** Sorts runs by value, smallest first: whoever stops early has all models at some values. */
export function smallFirst(x: Variable, runs: readonly RunSettings[]): readonly RunSettings[] {
  return runs.toSorted((a, b) => x.of(a) - x.of(b));
}

/** Settings that a table's models share, and for each model its own. */
export interface TableRuns extends Omit<RunGiven, "name" | "model" | "seed"> {
  readonly scale: Scale;
  readonly models: Readonly<Record<string, Partial<RunGiven> & { readonly model: ModelGiven }>>;
  readonly seeds: readonly number[];
}

/** Every model of a table with every seed: whoever stops early has all models with the first ones. */
export function tableRuns({ models, seeds, ...shared }: TableRuns): readonly RunSettings[] {
  return seeds.flatMap((seed) =>
    Object.entries(models).map(([name, own]) => runSettings({ ...shared, ...own, name, seed }))
  );
}

/** Models and values to combine: `trained` for all epochs and seeds, `measured` for one step. */
export interface Sweep extends Omit<RunGiven, "scale" | "name" | "model" | "seed"> {
  readonly x: Variable;
  readonly scale: Scale;
  readonly models: Readonly<Record<string, Omit<ModelGiven, "layers">>>;
  readonly epochs: number;
  readonly trained: readonly number[];
  readonly measured?: readonly number[];
  readonly seeds: readonly number[];
}

/** Every run of a sweep, small values first: whoever stops early has all models at some values. */
export function sweep(options: Sweep): readonly RunSettings[] {
  const { x, models, trained, measured = [], seeds, ...shared } = options;
  const runs = (value: number, epochs: number, seeds: readonly number[]): RunSettings[] =>
    Object.entries(models).flatMap(([name, model]) =>
      seeds.map((seed) =>
        x.set(runSettings({ ...shared, name, model: shallow(model), epochs, seed }), value)
      )
    );
  return [
    ...trained.flatMap((value) => runs(value, shared.epochs, seeds)),
    ...measured.flatMap((value) => runs(value, 0, seeds.slice(0, 1))),
  ];
}

/** A model of one layer, whose depth is yet to be set. */
function shallow(model: Omit<ModelGiven, "layers">): ModelGiven {
  return { layers: 1, ...model } as ModelGiven;
}
