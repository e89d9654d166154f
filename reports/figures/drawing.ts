/** What the page of an experiment shows: its findings, figures and tables. */
import type { Experiment } from "../../experiments/experiment.ts";
import type { Row } from "../../training/row.ts";
import type { Chart } from "../charts/chart.ts";
import type { Finding } from "../findings/finding.ts";
import type { Table } from "./table.ts";

/** An experiment's rows on one data set. */
export interface Part {
  readonly experiment: Experiment;
  readonly dataset: string;
  readonly rows: readonly Row[];
}

/** Findings, figures and tables; all but `paper` is made once for each data set. */
export interface Drawing {
  /** The first two are what the experiment is about, and stand in the README. */
  readonly findings: (part: Part) => readonly Finding[];
  /** The first one stands for the experiment: on the index, and in a file of its own. */
  readonly figures: (part: Part) => readonly Chart[];
  readonly table: (part: Part) => Table | readonly Table[];
  readonly paper: (experiment: Experiment) => readonly Chart[];
}
