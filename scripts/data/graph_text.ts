/** Prints the description of a graph on a terminal: what its page tells, as lines. */
import { binStart } from "../../graphs/description/degrees.ts";
import { baselineTable, degreeTable, labelTable } from "../../reports/figures/graph_tables.ts";
import type { Table } from "../../reports/figures/table.ts";
import { count } from "../../reports/findings/format.ts";
import { graphWords, shareText } from "../../reports/findings/graph_words.ts";
import type { GraphDescription } from "../../training/baselines/describe_graph.ts";

/** More classes or tasks than this are told by the page alone. */
const MOST_ROWS = 50;
const BAR = 40;

/** The description's lines. */
export function graphLines(graph: GraphDescription): string[] {
  const words = graphWords(graph);
  const width = Math.max(...words.map(([term]) => term.length)) + 2;
  return [
    graph.name,
    ...words.map(([term, text]) => `  ${term.padEnd(width)}${text}`),
    ...tableLines("baselines", baselineTable(graph)),
    ...tableLines("degrees", degreeTable(graph)),
    ...histogramLines(graph),
    ...tableLines("labels", labelTable(graph)),
  ];
}

/** The columns of a table, its first one to the left. */
function tableLines(heading: string, { columns, rows, notes }: Table): string[] {
  const heads = columns.flatMap(({ heads }) => heads);
  const shown = rows.slice(0, MOST_ROWS).map((row) => row.map((cell) => cell.join(" ")));
  const widths = heads.map((head, col) =>
    Math.max(head.length, ...shown.map((cells) => cells[col]!.length))
  );
  const line = (cells: readonly string[]) =>
    `  ${
      cells.map((cell, i) => i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)).join(
        "  ",
      )
    }`;
  const more = rows.length - shown.length;
  return [
    ...["", heading],
    ...[heads, ...shown].map(line),
    ...more > 0 ? [`  and ${more} more, which --out PAGE.html shows`] : [],
    ...notes.map((note) => `  ${note}`),
  ];
}

/** In-degrees in bins that begin at powers of two, with a bar for each. */
function histogramLines(
  { nodes, edges: { inDegrees: { histogram } } }: GraphDescription,
): string[] {
  const ranges = histogram.map((_, bin) => {
    const [from, to] = [binStart(bin), binStart(bin + 1) - 1];
    return from === to ? count(from) : `${count(from)}–${count(to)}`;
  });
  const width = Math.max(...ranges.map(({ length }) => length));
  const most = Math.max(...histogram);
  return [
    ...["", "nodes by edges to them"],
    ...histogram.map((here, bin) =>
      `  ${ranges[bin]!.padStart(width)}  ${count(here).padStart(count(most).length)}  ` +
      `${shareText(here, nodes).padStart(7)}  ${"█".repeat(Math.ceil(BAR * here / most))}`
    ),
  ];
}
