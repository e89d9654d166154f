/** The parts that every page has: a head, the style sheet, figures. */
// @ts-types="types-d3"
import * as d3 from "d3";
import type { Chart } from "../charts/chart.ts";
import { newDocument } from "../charts/document.ts";
import { drawChart } from "../charts/draw.ts";
import colours from "../charts/colours.css" with { type: "text" };
import chartStyle from "../charts/chart.css" with { type: "text" };
import findingsStyle from "./findings.css" with { type: "text" };
import pageStyle from "./page.css" with { type: "text" };
import tableStyle from "./table.css" with { type: "text" };

/** The paper's title. */
export const PAPER = "Training Graph Neural Networks with 1000 Layers";

/** An element of a page. */
export type Body = d3.Selection<HTMLElement, unknown, null, undefined>;

/** The policy makes a request of any kind a browser's error, whatever ends up in the text. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/** The body of a new page. */
export function newPage(title: string): Body {
  const document = newDocument();
  const head = d3.select(document.head);
  head.append("meta").attr("charset", "utf-8");
  head.append("meta").attr("http-equiv", "Content-Security-Policy").attr("content", POLICY);
  head.append("meta").attr("name", "viewport")
    .attr("content", "width=device-width, initial-scale=1");
  head.append("meta").attr("name", "color-scheme").attr("content", "light dark");
  head.append("link").attr("rel", "icon").attr("href", "data:,");
  // linkedom writes the text of an HTML title as it stands, unlike all other text.
  head.append("title").text(title.replaceAll("&", "&amp;").replaceAll("<", "&lt;"));
  head.append("style").text(colours + pageStyle + chartStyle + tableStyle + findingsStyle);
  return d3.select(document.body);
}

/** The page of this body as text. */
export function writePage(body: Body): string {
  return `${body.node()!.ownerDocument.toString()}\n`;
}

/** A chart under its heading; the caption is below. */
export function drawFigure(parent: Body, chart: Chart): void {
  const figure = parent.append("figure").attr("class", chart.id);
  figure.append("h3").text(chart.heading);
  figure.append(() => drawChart(chart));
  figure.append("figcaption").text(chart.caption);
}
