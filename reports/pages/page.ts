/** Draws an experiment's page: one HTML file that makes no requests. */
import type { Experiment, Scale } from "../../experiments/experiment.ts";
import type { Chart, LineChart } from "../charts/chart.ts";
import { drawCitation } from "./citation.ts";
import { type Body, GOING, newPage, PAPER, REFRESH, writePage } from "./html.ts";
import type { Finding } from "../findings/finding.ts";
import { drawClaim, drawFindings } from "./findings_table.ts";
import type { Conflict } from "../rows/merge.ts";
import { conflictText, missingText, othersText, runFacts } from "./run_facts.ts";
import { drawCommands, drawFacts, drawFigures, drawTable, section } from "./sections.ts";
import type { Selection } from "../rows/selection.ts";
import type { Table } from "../figures/table.ts";

/** What stands on an experiment's page. */
export interface Page {
  readonly experiment: Experiment;
  readonly scale: Scale;
  readonly selection: Selection;
  /** Runs that the merged folders have different rows of. */
  readonly conflicts: readonly Conflict[];
  /** The paper's claims beside what the rows say. */
  readonly findings: readonly Finding[];
  readonly figures: readonly Chart[];
  /** Loss and validation score of every run. */
  readonly curves: readonly LineChart[];
  readonly tables: readonly Table[];
}

/** The page as HTML; while runs go on it loads itself again. */
export function pageHtml(page: Page, going = false): string {
  const { experiment, scale } = page;
  const body = newPage(experiment.title, going ? REFRESH : undefined);
  drawHeader(body, page, going);
  const main = body.append("main");
  main.append("p").attr("class", "reading").text(experiment.reading);
  drawFigures(main, page.figures);
  if (page.curves.length > 0) {
    const curves = main.append<HTMLElement>("details").attr("class", "curves");
    curves.append("summary").text("Curves of training: every run, by epochs and by time");
    drawFigures(curves, page.curves);
  }
  const runs = section(main, "Every run");
  page.tables.forEach((table, i) => drawTable(runs, table, `table-${i + 1}`));
  drawFacts(section(main, "What was run"), runFacts(page.selection, scale));
  const again = section(main, "Run it again");
  again.append("pre").append("code").text(
    `deno task reproduce --only ${experiment.name} --scale ${scale}`,
  );
  drawCommands(again, page.selection.rows);
  again.append("p").text(`Redraw this page from its rows, without a GPU:`);
  again.append("pre").append("code").text(`deno task report --scale ${scale}`);
  drawCitation(section(main, "Cite"));
  return writePage(body);
}

/** Where in the paper the figure is, or that it is nowhere there. */
function sourceOf({ paper, whose }: Experiment): string {
  return whose === undefined ? `${paper.source} of` : "No figure of";
}

function drawHeader(body: Body, page: Page, going: boolean): void {
  const { experiment, scale, selection, conflicts } = page;
  const header = body.append("header");
  const where = header.append("p").attr("class", "where");
  where.append("a").attr("href", "index.html").text("All experiments");
  where.append("span").text(` · ${sourceOf(experiment)} “${PAPER}” · ${scale} scale`);
  header.append("h1").text(experiment.title);
  drawClaim(header, experiment);
  drawFindings(header, page.findings, selection.rows, experiment);
  const notes = [
    going ? GOING : null,
    missingText(selection, experiment.x),
    othersText(selection),
  ];
  for (const note of [...notes, ...conflicts.map((one) => conflictText(one, experiment.x))]) {
    if (note) header.append("p").attr("class", "missing").text(note);
  }
}
