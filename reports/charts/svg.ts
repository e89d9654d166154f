/** The SVG around every chart's drawing, with a title and a description, on a document of its own. */
// @ts-types="types-d3"
import * as d3 from "d3";
import type { Chart } from "./chart.ts";
import { WIDTH } from "./frame.ts";
import { newDocument } from "./document.ts";

/** A group of a chart. */
export type Group = d3.Selection<SVGGElement, unknown, null, undefined>;

const EMPTY_HEIGHT = 48;

/** A chart's drawing, and its height. */
export interface Inside {
  readonly height: number;
  readonly draw: (root: Group) => void;
}

/** Draws a chart in an SVG of 100% width; without a drawing it says that nothing has been measured. */
export function chartSvg(chart: Chart, inside: Inside | null): SVGSVGElement {
  const svg = d3.select(newDocument().body).append("svg")
    .attr("viewBox", `0 0 ${WIDTH} ${inside?.height ?? EMPTY_HEIGHT}`)
    .attr("role", "img")
    .attr("aria-labelledby", `${chart.id}-title ${chart.id}-desc`);
  svg.append("title").attr("id", `${chart.id}-title`).text(chart.heading);
  svg.append("desc").attr("id", `${chart.id}-desc`).text(chart.description);
  const root = svg.append("g");
  if (inside) inside.draw(root);
  else root.append("text").attr("class", "name").attr("y", 24).text("nothing measured yet");
  return svg.node()!;
}
