/** The page of a data set: what its graph is like, and what a network must beat on it. */
import type { GraphDescription } from "../../training/baselines/describe_graph.ts";
import { baselineChart, degreeChart, labelChart } from "../figures/graph_charts.ts";
import { baselineTable, degreeTable, labelTable } from "../figures/graph_tables.ts";
import { graphWords } from "../findings/graph_words.ts";
import { newPage, PAPER, writePage } from "./html.ts";
import { drawFacts, drawFigures, drawTable, section } from "./sections.ts";

/** What a page is told besides its graph. */
export interface GraphPageOptions {
  /** The call that measures it again. */
  readonly call: string;
  /** Whether an index of experiments stands beside it, to which it leads; default false. */
  readonly beside?: boolean;
}

/** The page as HTML. */
export function graphHtml(graph: GraphDescription, { call, beside }: GraphPageOptions): string {
  const body = newPage(graph.name);
  const header = body.append("header");
  const where = header.append("p").attr("class", "where");
  if (beside) {
    where.append("a").attr("href", "index.html").text("All experiments");
    where.append("span").text(` · a data set of “${PAPER}”, on WebGPU`);
  } else where.text("A graph to learn from");
  header.append("h1").text(graph.name);
  const main = body.append("main");
  drawFacts(main, graphWords(graph));
  drawFigures(main, [baselineChart(graph), degreeChart(graph), labelChart(graph)]);
  drawTable(section(main, "Baselines"), baselineTable(graph), "table-1");
  drawTable(section(main, "Degrees"), degreeTable(graph), "table-2");
  drawTable(section(main, "Labels"), labelTable(graph), "table-3");
  const again = section(main, "Measure it again");
  again.append("pre").append("code").text(call);
  return writePage(body);
}
