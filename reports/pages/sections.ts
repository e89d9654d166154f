/** The sections that pages of runs share: tables, facts, and the calls that repeat a run. */
// @ts-types="types-d3"
import type * as d3 from "d3";
import type { Chart } from "../charts/chart.ts";
import type { Cell, Table } from "../figures/table.ts";
import type { Row } from "../../training/row.ts";
import { commandOf } from "./command.ts";
import { drawFigure } from "./figure_html.ts";
import type { Body } from "./html.ts";

/** A part of a page under a heading. */
export function section(main: Body, heading: string): Body {
  const parent = main.append("section");
  parent.append("h2").text(heading);
  return parent;
}

/** Figures in a grid. */
export function drawFigures(parent: Body, charts: readonly Chart[]): void {
  const figures = parent.append<HTMLElement>("div").attr("class", "figures");
  for (const chart of charts) drawFigure(figures, chart);
}

/** A call for each run, folded as there may be many. */
export function drawCommands(parent: Body, rows: readonly Row[]): void {
  const commands = [...new Set(rows.flatMap((row) => commandOf(row) ?? []))];
  if (commands.length === 0) return;
  const details = parent.append("details");
  details.append("summary").text("One run alone");
  details.append("pre").append("code").text(commands.join("\n"));
}

/** A table under its caption, its notes below. */
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
  const anchors = anchorsOf(id, rows);
  for (const [i, [name, ...cells]] of rows.entries()) {
    const row = body.append("tr").attr("id", anchors[i]!);
    row.append("th").attr("scope", "row").append("a").attr("href", `#${anchors[i]}`)
      .text(name!.join(" "));
    for (const cell of cells) drawCell(row, cell);
  }
  for (const note of notes) parent.append("p").attr("class", "note").text(note);
}

/** A row's address on its page: the words of its first two cells, numbered where several have them. */
function anchorsOf(id: string, rows: Table["rows"]): string[] {
  const seen = new Map<string, number>();
  return rows.map((cells) => {
    const words = cells.slice(0, 2).flat().join("-").replace(/[^\w.]+/g, "-");
    const times = (seen.get(words) ?? 0) + 1;
    seen.set(words, times);
    return `${id}-${words}${times > 1 ? `-${times}` : ""}`;
  });
}

function drawCell(row: d3.Selection<HTMLTableRowElement, unknown, null, undefined>, cell: Cell) {
  row.append("td").selectAll("div").data(cell).join("div").text((line) => line);
}

/** Terms and their values. */
export function drawFacts(parent: Body, facts: readonly (readonly [string, string])[]): void {
  const terms = parent.append("dl");
  for (const [term, text] of facts) {
    terms.append("dt").text(term);
    terms.append("dd").text(text);
  }
}
