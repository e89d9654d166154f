/** Draws an experiment's page: one HTML file that makes no requests. */
// @ts-types="types-d3"
import * as d3 from "d3";
import type { Experiment, Scale } from "../../experiments/experiment.ts";
import type { Chart } from "../charts/chart.ts";
import { type Body, drawFigure, newPage, PAPER, writePage } from "./html.ts";
import type { Finding } from "../findings/finding.ts";
import { drawClaim, drawFindings } from "./findings_table.ts";
import type { Conflict } from "../rows/merge.ts";
import { commandOf } from "./command.ts";
import { conflictText, missingText, othersText, runFacts } from "./run_facts.ts";
import type { Selection } from "../rows/selection.ts";
import type { Cell, Table } from "../figures/table.ts";

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
  readonly tables: readonly Table[];
}

/** The page as HTML. */
export function pageHtml(page: Page): string {
  const { experiment, scale } = page;
  const body = newPage(experiment.title);
  drawHeader(body, page);
  const main = body.append("main");
  main.append("p").attr("class", "reading").text(experiment.reading);
  const figures = main.append<HTMLElement>("div").attr("class", "figures");
  for (const chart of page.figures) drawFigure(figures, chart);
  const runs = section(main, "Every run");
  page.tables.forEach((table, i) => drawTable(runs, table, `table-${i + 1}`));
  drawFacts(section(main, "What was run"), runFacts(page.selection, scale));
  const again = section(main, "Run it again");
  again.append("pre").append("code").text(
    `deno task reproduce --only ${experiment.name} --scale ${scale}`,
  );
  drawCommands(again, page.selection);
  again.append("p").text(`Redraw this page from its rows, without a GPU:`);
  again.append("pre").append("code").text(`deno task report --scale ${scale}`);
  return writePage(body);
}

function drawHeader(body: Body, page: Page): void {
  const { experiment, scale, selection, conflicts } = page;
  const header = body.append("header");
  const where = header.append("p").attr("class", "where");
  where.append("a").attr("href", "index.html").text("All experiments");
  where.append("span").text(` · ${experiment.paper.source} of “${PAPER}” · ${scale} scale`);
  header.append("h1").text(experiment.title);
  drawClaim(header, experiment);
  drawFindings(header, page.findings, selection.rows);
  const notes = [missingText(selection, experiment.x), othersText(selection)];
  for (const note of [...notes, ...conflicts.map((one) => conflictText(one, experiment.x))]) {
    if (note) header.append("p").attr("class", "missing").text(note);
  }
}

/** A call for each run, folded as there may be many. */
function drawCommands(parent: Body, { rows }: Selection): void {
  const commands = [...new Set(rows.flatMap((row) => commandOf(row) ?? []))];
  if (commands.length === 0) return;
  const details = parent.append("details");
  details.append("summary").text("One run alone");
  details.append("pre").append("code").text(commands.join("\n"));
}

function section(main: Body, heading: string): Body {
  const parent = main.append("section");
  parent.append("h2").text(heading);
  return parent;
}

/** Draws a table under its caption, in a box that scrolls. */
export function drawTable(
  parent: Body,
  { caption, columns, rows, notes }: Table,
  id: string,
): void {
  parent.append("p").attr("id", id).text(caption);
  // A box that scrolls must be reachable by keyboard, and so needs a name.
  const box = parent.append("div").attr("class", "scroll").attr("tabindex", "0")
    .attr("role", "region").attr("aria-labelledby", id);
  const table = box.append("table");
  const head = table.append("thead");
  head.append("tr").selectAll("th").data(columns).join("th").attr("scope", "colgroup")
    .attr("colspan", ({ heads }) => heads.length).text(({ source }) => source);
  head.append("tr").selectAll("th").data(columns.flatMap(({ heads }) => heads)).join("th")
    .attr("scope", "col").text((name) => name);
  const body = table.append("tbody");
  for (const [name, ...cells] of rows) {
    const row = body.append("tr");
    row.append("th").attr("scope", "row").text(name!.join(" "));
    for (const cell of cells) drawCell(row, cell);
  }
  for (const note of notes) parent.append("p").attr("class", "note").text(note);
}

function drawCell(row: d3.Selection<HTMLTableRowElement, unknown, null, undefined>, cell: Cell) {
  row.append("td").selectAll("div").data(cell).join("div").text((line) => line);
}

/** Draws facts as terms, each with its text. */
export function drawFacts(parent: Body, facts: readonly (readonly [string, string])[]): void {
  const terms = parent.append("dl");
  for (const [term, text] of facts) {
    terms.append("dt").text(term);
    terms.append("dd").text(text);
  }
}
