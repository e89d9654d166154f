/** What every page has: a head and the style sheet. */
// @ts-types="types-d3"
import * as d3 from "d3";
import { newDocument } from "../charts/document.ts";
import colours from "../charts/colours.css" with { type: "text" };
import chartStyle from "../charts/chart.css" with { type: "text" };
import { FIGURE_RULES } from "./figure_html.ts";
import figureStyle from "./figure.css" with { type: "text" };
import findingsStyle from "./findings.css" with { type: "text" };
import pageStyle from "./page.css" with { type: "text" };
import tableStyle from "./table.css" with { type: "text" };

/** The paper's title. */
export const PAPER = "Training Graph Neural Networks with 1000 Layers";

/** Seconds after which a page of runs that go on is loaded again. */
export const REFRESH = 30;

/** What such pages say of themselves. */
export const GOING =
  `Still being written: these pages load themselves again every ${REFRESH} seconds.`;

/** An element of a page. */
export type Body = d3.Selection<HTMLElement, unknown, null, undefined>;

/** The policy makes a request of any kind a browser's error, whatever ends up in the text. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/** The style sheet of every page. */
export const PAGE_STYLE = colours + pageStyle + chartStyle + figureStyle + tableStyle +
  findingsStyle +
  FIGURE_RULES;

/** The body of a new page; one that is still being written is loaded again after so many seconds. */
export function newPage(title: string, refresh?: number): Body {
  const document = newDocument();
  const head = d3.select(document.head);
  head.append("meta").attr("charset", "utf-8");
  head.append("meta").attr("http-equiv", "Content-Security-Policy").attr("content", POLICY);
  if (refresh !== undefined) {
    head.append("meta").attr("http-equiv", "refresh").attr("content", String(refresh));
  }
  head.append("meta").attr("name", "viewport")
    .attr("content", "width=device-width, initial-scale=1");
  head.append("meta").attr("name", "color-scheme").attr("content", "light dark");
  head.append("link").attr("rel", "icon").attr("href", "data:,");
  // linkedom writes the text of an HTML title as it stands, unlike all other text.
  head.append("title").text(title.replaceAll("&", "&amp;").replaceAll("<", "&lt;"));
  head.append("style").text(PAGE_STYLE);
  return d3.select(document.body);
}

/** The page of this body as text. */
export function writePage(body: Body): string {
  return `${body.node()!.ownerDocument.toString()}\n`;
}
