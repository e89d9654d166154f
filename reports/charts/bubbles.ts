/** Draws a bubble chart: two axes, a third number as area, and a legend of areas. */
// @ts-types="types-d3"
import * as d3 from "d3";
import type { Bubble, BubbleChart } from "./chart.ts";
import { drawAxes } from "./axes.ts";
import { bubbleFrame, type Frame, WIDTH } from "./frame.ts";
import { drawLabel, nearestTo, placeLabels } from "./labels.ts";
import { drawMarks, drawSingles, type PlacedMark, symbolPath } from "./marks.ts";
import { chartSvg, type Group } from "./svg.ts";
import { drawTargets } from "./targets.ts";
import { cut, textWidth } from "./text.ts";

/** Radius of a circle that has the largest symbol's area. */
const LARGEST = 28;
/** Symbols any smaller could not be seen or pointed at. */
const SMALLEST = 3;
const LONGEST_NAME = 200;
const LEGEND_GAP = 14;
const TIE = 12;
const LEGEND_SIZES = 3;

/** The chart as SVG. */
export function bubbleChart(chart: BubbleChart): SVGSVGElement {
  if (chart.bubbles.length === 0) return chartSvg(chart, null);
  return chartSvg(chart, {
    height: chart.height + 2 * LARGEST + LEGEND_GAP,
    draw: (root) => draw(root, chart),
  });
}

function draw(root: Group, chart: BubbleChart): void {
  const frame = bubbleFrame(chart, LARGEST);
  const most = d3.max(chart.bubbles, ({ area }) => area)!;
  const scale = d3.scaleSqrt([0, most], [0, LARGEST]);
  const radius = (area: number) => Math.max(SMALLEST, scale(area));
  // Large ones first, so that small ones lie on them.
  const bubbles = d3.sort(chart.bubbles, ({ area }) => -area);
  const placed = bubbles.map(({ x, y, area, mark, value, title }): PlacedMark => ({
    at: [frame.x(x), frame.y(y)],
    mark,
    value,
    title,
    area: Math.PI * radius(area) ** 2,
  }));
  drawAxes(root, frame, chart.x, chart.y);
  const layer = root.append("g").attr("class", "bubbles");
  bubbles.forEach((bubble, i) => drawMarks(layer, bubble, [placed[i]!]));
  for (const { singles, ...bubble } of bubbles) {
    if (!singles) continue;
    drawSingles(root, bubble, singles.map((value) => [frame.x(bubble.x), frame.y(value)]));
  }
  drawNames(root, bubbles, frame, radius);
  drawTargets(root, placed);
  drawLegend(root, chart, legendAreas(most).filter((area) => scale(area) > SMALLEST), scale);
}

function drawNames(
  root: Group,
  bubbles: readonly Bubble[],
  { x, y, left, top, bottom }: Frame,
  radius: (area: number) => number,
): void {
  const labels = bubbles.map((bubble) => ({
    x: x(bubble.x),
    y: y(bubble.y),
    radius: radius(bubble.area),
    lines: [cut(bubble.name, LONGEST_NAME, "bold")],
  }));
  const places = placeLabels(labels, labels.flatMap(dotsOf), { left, right: WIDTH, top, bottom });
  bubbles.forEach(({ tone }, i) => {
    const label = labels[i]!;
    const [toX, toY] = nearestTo(label, places[i]!);
    // A name far from its mark is tied to it by a line.
    if (Math.hypot(toX - label.x, toY - label.y) > label.radius + TIE) {
      root.append("line").attr("class", "tie").attr("x1", label.x).attr("y1", label.y)
        .attr("x2", toX).attr("y2", toY);
    }
    drawLabel(root, label.lines, places[i]!).classed(tone, true);
  });
}

/** Points every five units within a circle, which labels should not cover. */
function dotsOf({ x, y, radius }: { x: number; y: number; radius: number }): [number, number][] {
  const steps = Math.ceil(radius / 5);
  const offsets = d3.range(-steps, steps + 1).map((i) => (i * radius) / steps);
  return d3.cross(offsets, offsets).filter(([dx, dy]) => Math.hypot(dx, dy) <= radius + 0.1)
    .map(([dx, dy]) => [x + dx, y + dy]);
}

/** Powers of ten up to the largest area. */
function legendAreas(most: number): number[] {
  const last = Math.floor(Math.log10(most));
  return d3.range(last - LEGEND_SIZES + 1, last + 1).map((exponent) => 10 ** exponent);
}

function drawLegend(
  root: Group,
  { area, height }: BubbleChart,
  areas: readonly number[],
  radius: (area: number) => number,
): void {
  const y = height + LEGEND_GAP / 2 + LARGEST;
  const legend = root.append("g").attr("class", "legend");
  legend.append("text").attr("x", 0).attr("y", y).attr("dy", "0.35em").text(area.label);
  let x = textWidth(area.label) + 16;
  for (const size of areas) {
    const text = area.format(size);
    x += radius(size);
    legend.append("path").attr("transform", `translate(${x},${y})`)
      .attr("d", symbolPath("hollow", "circle", Math.PI * radius(size) ** 2));
    x += radius(size) + 6;
    legend.append("text").attr("x", x).attr("y", y).attr("dy", "0.35em").text(text);
    x += textWidth(text) + 16;
  }
}
