/** The frame of every chart: an SVG with a title and a description, on a document of its own. */
// @ts-types="types-d3"
import * as d3 from "d3";
import type { Chart } from "./chart.ts";
import { WIDTH } from "./frame.ts";
import { newDocument } from "./document.ts";

/** A group of a chart. */
export type Group = d3.Selection<SVGGElement, unknown, null, undefined>;

const EMPTY_HEIGHT = 48;

/** What a chart draws in its frame, and how high that is. */
export interface Inside {
  readonly height: number;
  readonly draw: (root: Group) => void;
}

/** The chart, `width: 100%` of whatever it is put into. */
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
