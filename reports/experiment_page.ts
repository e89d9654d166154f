/** An experiment's page from its rows: what its drawing shows of each data set, and the paper's own. */
import { type Experiment, runsOf, type Scale } from "../experiments/experiment.ts";
import type { Row } from "../training/row.ts";
import type { Chart } from "./chart.ts";
import { DRAWINGS } from "./drawings.ts";
import type { Conflict } from "./merge.ts";
import type { Page } from "./page.ts";
import { select, shows } from "./selection.ts";
import type { Table } from "./table.ts";

/** An experiment's rows on one data set. */
export interface Part {
  readonly experiment: Experiment;
  readonly dataset: string;
  readonly rows: readonly Row[];
}

/** What a page shows: all but `paper` is drawn once for each data set. */
export interface Drawing {
  /** Sentences computed from the rows, a line for each claim; the first sentence stands alone. */
  readonly verdict: (part: Part) => string;
  /** The first one stands for the experiment: on the index, and in a file of its own. */
  readonly figures: (part: Part) => readonly Chart[];
  readonly table: (part: Part) => Table | readonly Table[];
  readonly paper: (experiment: Experiment) => readonly Chart[];
}

/** The page that these rows give; rows of other settings are counted and left out. */
export function pageOf(
  experiment: Experiment,
  scale: Scale,
  rows: readonly Row[],
  conflicts: readonly Conflict[] = [],
): Page {
  const selection = select(experiment, scale, rows);
  const drawing = DRAWINGS[experiment.name]!;
  const all = partsOf(experiment, scale, selection.rows);
  const several = all.length > 1;
  // A data set without rows has nothing to say, unless there is no other.
  const measured = all.filter((part) => part.rows.length > 0);
  const parts = measured.length > 0 ? measured : all.slice(0, 1);
  const figures = parts.flatMap((part, i) =>
    drawing.figures(part).map((chart) => several ? { ...chart, id: `${chart.id}-${i + 1}` } : chart)
  );
  return {
    experiment,
    scale,
    selection,
    conflicts: conflicts.filter(({ shown }) => shows(selection, shown)),
    verdict: parts.map((part) => drawing.verdict(part)).join("\n"),
    figures: [...figures, ...drawing.paper(experiment)],
    tables: parts.flatMap((part) => drawing.table(part)),
  };
}

/** One for each data set, in the order of the runs. */
function partsOf(experiment: Experiment, scale: Scale, rows: readonly Row[]): Part[] {
  const datasets = new Set(runsOf(experiment, scale).map(({ dataset }) => dataset));
  return [...datasets].map((dataset) => ({
    experiment,
    dataset,
    rows: rows.filter((row) => row.dataset === dataset),
  }));
}
