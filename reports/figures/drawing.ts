/** What the page of an experiment shows: its findings, figures and tables. */
import type { Experiment } from "../../experiments/experiment.ts";
import type { Row } from "../../training/row.ts";
import type { Chart } from "../charts/chart.ts";
import type { Finding } from "../findings/finding.ts";
import type { Table } from "./table.ts";

/** An experiment's rows on one data set. */
export interface Section {
  readonly experiment: Experiment;
  readonly dataset: string;
  readonly rows: readonly Row[];
}

/** Findings, figures and tables; all but `paper` is made once for each data set. */
export interface Drawing {
  /** The first one is what the experiment is about, and stands in the README. */
  readonly findings: (section: Section) => readonly Finding[];
  /** The first one stands for the experiment: on the index, and in a file of its own. */
  readonly figures: (section: Section) => readonly Chart[];
  readonly table: (section: Section) => Table | readonly Table[];
  readonly paper: (experiment: Experiment) => readonly Chart[];
}
