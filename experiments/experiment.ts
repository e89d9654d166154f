/** An experiment: one figure or table of the paper as values, and the runs that measure it again. */
import type { ModelOptions } from "../models/model.ts";
import type { RunSettings } from "../training/row.ts";

/** How much is run: `quick` in minutes on two CPU cores, `full` in an afternoon on one GPU. */
export const SCALES = ["quick", "full"] as const;
export type Scale = typeof SCALES[number];

/** One model of the paper at one depth, as the paper prints it. */
export interface PaperPoint {
  readonly layers: number;
  /** Test ROC-AUC in per cent. */
  readonly rocAuc: number | "out of memory";
  /** Peak device memory in GB, where the paper gives it. */
  readonly memory?: number;
  /** Where transcriptions disagree: how. */
  readonly note?: string;
}

/** One line of the paper's figure. */
export interface PaperSeries {
  readonly name: string;
  readonly kind: ModelOptions["kind"];
  /** The model of ours that it is shown beside. */
  readonly beside: string;
  readonly points: readonly PaperPoint[];
}

/** What the paper measured, and on what. */
export interface PaperFigures {
  /** As `Figure 2 and Table 6`. */
  readonly source: string;
  readonly dataset: string;
  readonly series: readonly PaperSeries[];
}

/** One figure or table of the paper, and its runs at every scale. */
export interface Experiment {
  /** The experiment's file name; rows and page are called so too. */
  readonly name: string;
  readonly title: string;
  /** What the paper says. */
  readonly claim: string;
  /** What to look for in the charts; never what was found. */
  readonly reading: string;
  readonly paper: PaperFigures;
  readonly scales: Readonly<Record<Scale, readonly RunSettings[]>>;
}

/** Models and depths to combine: `trained` for all epochs and seeds, `measured` for one step. */
export interface Sweep
  extends Omit<RunSettings, "scale" | "name" | "model" | "seed" | "memoryBudget"> {
  readonly scale: Scale;
  readonly models: Readonly<Record<string, Omit<ModelOptions, "layers">>>;
  readonly trained: readonly number[];
  readonly measured: readonly number[];
  readonly seeds: readonly number[];
  readonly memoryBudget: number | null;
}

/** Every run of a sweep, shallow ones first: whoever stops early has all models at some depths. */
export function sweep(options: Sweep): readonly RunSettings[] {
  const { models, trained, measured, seeds, ...shared } = options;
  const runs = (layers: number, epochs: number, seeds: readonly number[]): RunSettings[] =>
    Object.entries(models).flatMap(([name, model]) =>
      seeds.map((seed) => ({ ...shared, name, model: { ...model, layers }, epochs, seed }))
    );
  return [
    ...trained.flatMap((layers) => runs(layers, shared.epochs, seeds)),
    ...measured.flatMap((layers) => runs(layers, 0, seeds.slice(0, 1))),
  ];
}
