/** Draws a roofline: what a processor allows at each number of operations per byte, and what was reached. */
import { drawAxes } from "./axes.ts";
import type { Roof, RooflineChart } from "./chart.ts";
import { bubbleFrame, type Frame, WIDTH } from "./frame.ts";
import { drawLabel, placeLabels } from "./labels.ts";
import { drawMarks, type PlacedMark } from "./marks.ts";
import { chartSvg, type Group } from "./svg.ts";
import { drawTargets } from "./targets.ts";
import { cut } from "./text.ts";

/** Radius of a mark, as labels keep off it. */
const RADIUS = 5;
const LONGEST_NAME = 190;

/** The chart as SVG. */
export function rooflineChart(chart: RooflineChart): SVGSVGElement {
  if (chart.marks.length === 0) return chartSvg(chart, null);
  return chartSvg(chart, { height: chart.height, draw: (root) => draw(root, chart) });
}

function draw(root: Group, chart: RooflineChart): void {
  const { roofs, marks } = chart;
  const corners = roofs.map(({ slope, most }) => ({ x: most / slope, y: most }));
  const frame = bubbleFrame({ ...chart, bubbles: [...marks, ...corners] }, 2 * RADIUS);
  const [low, high] = extentOf([...marks, ...corners].map(({ x }) => x));
  drawAxes(root, frame, chart.x, chart.y);
  const lines = roofs.map((roof) => pointsOf(roof, low, high).map(placedBy(frame)));
  lines.forEach((line) => drawRoof(root, line));
  const placed = marks.map(({ x, y, value, title }): PlacedMark => ({
    at: placedBy(frame)([x, y]),
    mark: "filled",
    value,
    title,
  }));
  marks.forEach((mark, i) => drawMarks(root, mark, [placed[i]!]));
  drawNames(root, chart, frame, lines, placed);
  drawTargets(root, placed);
}

type Place = readonly [x: number, y: number];

function placedBy({ x, y }: Frame): (place: Place) => [number, number] {
  return ([at, height]) => [x(at), y(height)];
}

function extentOf(values: readonly number[]): [number, number] {
  return [Math.min(...values), Math.max(...values)];
}

/** A roof rises with x until it is level. */
function pointsOf({ slope, most }: Roof, low: number, high: number): Place[] {
  const corner = most / slope;
  return [[low, slope * low], [corner, most], [Math.max(high, corner), most]];
}

function drawRoof(root: Group, line: readonly Place[]): void {
  root.append("path").attr("class", "roof").attr("d", `M${line.join("L")}`);
}

/** The roofs' names at their right ends, and those of marks that have one. */
function drawNames(
  root: Group,
  { roofs, marks }: RooflineChart,
  { left, top, bottom }: Frame,
  lines: readonly (readonly Place[])[],
  placed: readonly PlacedMark[],
): void {
  const ofRoofs = roofs.map(({ label }, i) => {
    const [x, y] = lines[i]!.at(-1)!;
    return root.append("text").attr("class", "roof").attr("text-anchor", "end")
      .attr("x", x).attr("y", y - 6).text(label) && [x, y - 10] as [number, number];
  });
  const named = marks.flatMap((mark, i) => mark.named ? [{ mark, at: placed[i]!.at }] : []);
  const labels = named.map(({ mark, at: [x, y] }) => ({
    ...{ x, y, radius: RADIUS },
    lines: [cut(mark.name, LONGEST_NAME, "bold")],
  }));
  const dots = [...placed.map(({ at }): [number, number] => [...at]), ...ofRoofs];
  const places = placeLabels(labels, dots, { left, right: WIDTH, top, bottom });
  named.forEach(({ mark }, i) =>
    drawLabel(root, labels[i]!.lines, places[i]!).classed(mark.tone, true)
  );
}
