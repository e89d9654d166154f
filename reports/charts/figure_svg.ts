/** A chart as a file of its own, for a README, a talk or another program. */
// @ts-types="types-d3"
import * as d3 from "d3";
import type { Chart } from "./chart.ts";
import { drawChart } from "./draw.ts";
import colours from "./colours.css" with { type: "text" };
import chartStyle from "./chart.css" with { type: "text" };

/** The file's text: of its own size, on a light ground, in plain colours. */
export function figureSvg(chart: Chart): string {
  const svg = d3.select(drawChart(chart));
  const [, , width, height] = svg.attr("viewBox").split(" ");
  svg.insert("rect", ":first-child").attr("width", width!).attr("height", height!)
    .attr("fill", plain("var(--ground)"));
  doubleHalos(svg);
  svg.insert("style", ":first-child").text(plain(chartStyle));
  svg.attr("xmlns", "http://www.w3.org/2000/svg").attr("width", width!).attr("height", height!)
    .attr("font-family", "system-ui, sans-serif");
  return `${svg.node()!.outerHTML}\n`;
}

/** Text that its ground outlines is drawn twice: not all programs paint an outline first where told to. */
function doubleHalos(svg: d3.Selection<SVGSVGElement, unknown, null, undefined>): void {
  for (const text of svg.selectAll<SVGTextElement, unknown>(".label, .value, .limit text")) {
    const halo = text.cloneNode(true) as SVGTextElement;
    halo.setAttribute("aria-hidden", "true");
    text.before(halo);
    text.setAttribute("style", "stroke: none");
  }
}

/** Colours in place of variables, which librsvg and Inkscape draw black, and cairosvg refuses. */
function plain(css: string): string {
  return css.replaceAll(/var\((--[\w-]+)\)/g, (_, name) => {
    const value = LIGHT.get(name);
    if (value === undefined) {
      throw new RangeError(`Cannot draw ${name}: colours.css has no such one`);
    }
    return value;
  });
}

/** The variables of a light ground by their names: those before the first other ground. */
const LIGHT = new Map(
  Array.from(
    colours.slice(0, colours.indexOf("@media")).matchAll(/(--[\w-]+):\s*([^;]+);/g),
    ([, name, value]) => [name!, value!],
  ),
);
