/** Writes a chart as an SVG file that stands alone, for a README, a talk or another program. */
// @ts-types="types-d3"
import * as d3 from "d3";
import type { Chart } from "./chart.ts";
import { drawChart } from "./draw.ts";
import colours from "./colours.css" with { type: "text" };
import chartStyle from "./chart.css" with { type: "text" };

/** The file's text: with a size, a light background and plain colours. */
export function figureSvg(chart: Chart): string {
  const svg = d3.select(drawChart(chart));
  const [, , width, height] = svg.attr("viewBox").split(" ");
  svg.insert("rect", ":first-child").attr("width", width!).attr("height", height!)
    .attr("fill", plain("var(--ground)"));
  svg.selectAll(".columns").remove();
  doubleHalos(svg);
  svg.insert("style", ":first-child").text(plain(chartStyle));
  svg.attr("xmlns", "http://www.w3.org/2000/svg").attr("width", width!).attr("height", height!)
    .attr("font-family", "system-ui, sans-serif");
  return `${svg.node()!.outerHTML}\n`;
}

/** Draws outlined text twice, outline first, as not all programs obey `paint-order`. */
function doubleHalos(svg: d3.Selection<SVGSVGElement, unknown, null, undefined>): void {
  for (const text of svg.selectAll<SVGTextElement, unknown>(".label, .value, .limit text")) {
    const halo = text.cloneNode(true) as SVGTextElement;
    halo.setAttribute("aria-hidden", "true");
    text.before(halo);
    text.setAttribute("style", "stroke: none");
  }
}

/** Replaces variables by colours: librsvg and Inkscape draw variables black, and cairosvg refuses them. */
function plain(css: string): string {
  return css.replaceAll(/var\((--[\w-]+)\)/g, (_, name) => {
    const value = LIGHT.get(name);
    if (value === undefined) {
      throw new RangeError(`Cannot draw ${name}: colours.css has no such colour`);
    }
    return value;
  });
}

/** The variables of the light theme by their names: those before the first media query. */
const LIGHT = new Map(
  Array.from(
    colours.slice(0, colours.indexOf("@media")).matchAll(/(--[\w-]+):\s*([^;]+);/g),
    ([, name, value]) => [name!, value!],
  ),
);
