/** An experiment's page from its rows: what its drawing shows of each data set, and the paper's own. */
import { type Experiment, runsOf, type Scale } from "../../experiments/experiment.ts";
import type { Row } from "../../training/row.ts";
import type { Section } from "../figures/drawing.ts";
import { curveCharts } from "../figures/curve_charts.ts";
import { amount } from "../findings/format.ts";
import { DRAWINGS } from "../experiments/all.ts";
import type { Finding } from "../findings/finding.ts";
import type { Conflict } from "../rows/merge.ts";
import type { Page } from "./page.ts";
import { select, shows } from "../rows/selection.ts";

/** The page that these rows give; rows of other settings are counted and left out. */
export function pageOf(
  experiment: Experiment,
  scale: Scale,
  rows: readonly Row[],
  conflicts: readonly Conflict[] = [],
): Page {
  const selection = select(experiment, scale, rows);
  const drawing = DRAWINGS[experiment.name];
  const all = sectionsOf(experiment, scale, selection.rows);
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
    findings: parts.flatMap((part) =>
      drawing.findings(part).map((finding) => several ? on(part, finding) : finding)
    ),
    figures: [...figures, ...drawing.paper(experiment)],
    curves: parts.flatMap((part, i) =>
      curveCharts(part.rows, (row) => runName(experiment, row)).map((chart) =>
        several
          ? {
            ...chart,
            id: `${chart.id}-${i + 1}`,
            heading: `${chart.heading}, on ${part.dataset}`,
          }
          : chart
      )
    ),
    tables: parts.flatMap((part) => drawing.table(part)),
  };
}

/** `RevGNN-64, 14 layers`: what its seeds have in common. */
function runName({ x }: Experiment, row: Row): string {
  return `${row.name}, ${amount(x.of(row), x.unit(row.model.kind))}`;
}

/** A claim that is measured on several data sets says on which. */
function on({ dataset }: Section, finding: Finding): Finding {
  return { ...finding, claim: `${finding.claim}, on ${dataset}` };
}

/** One for each data set, in the order of the runs. */
function sectionsOf(experiment: Experiment, scale: Scale, rows: readonly Row[]): Section[] {
  const datasets = new Set(runsOf(experiment, scale).map(({ dataset }) => dataset));
  return [...datasets].map((dataset) => ({
    experiment,
    dataset,
    rows: rows.filter((row) => row.dataset === dataset),
  }));
}
