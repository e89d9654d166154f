/** Places labels at the ends of lines and beside marks, wherever they cover least. */
// @ts-types="types-d3"
import * as d3 from "d3";
import type { Group } from "./svg.ts";
import { LABEL_GAP, LINE_HEIGHT, textWidth } from "./text.ts";

/** A label, and the point that it should stand near. */
export interface Wanted {
  readonly x: number;
  readonly y: number;
  /** Its lines of text; the first is bold. */
  readonly lines: readonly string[];
  /** The radius of a mark that stands alone; none if the point is the end of a line. */
  readonly radius?: number;
}

/** Where a label was placed: `x` is the edge or middle that `anchor` names, `y` the vertical middle. */
export interface PlacedLabel {
  readonly x: number;
  readonly y: number;
  readonly anchor: "start" | "middle" | "end";
}

/** A rectangle of the drawing. */
export interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** The least gap between two labels side by side. */
const AIR = 6;

/** How often each label may move again, once all others have a place. */
const ROUNDS = 3;

/** Finds a place for each label; `dots` are points of lines and marks that labels should not cover. */
export function placeLabels(
  labels: readonly Wanted[],
  dots: readonly (readonly [number, number])[],
  bounds: Box,
): PlacedLabel[] {
  const stacked = stackedEnds(labels, bounds);
  const places: (PlacedLabel | undefined)[] = labels.map((label) => stacked.get(label));
  for (let round = 0; round <= ROUNDS; round++) {
    labels.forEach((label, i) => {
      const taken = places.flatMap((place, j) =>
        i === j || !place ? [] : [boxOf(labels[j]!, place)]
      );
      const cost = (place: PlacedLabel) => costOf(label, place, { taken, dots, bounds });
      const own = stacked.get(label);
      places[i] = d3.least([...candidates(label), ...own ? [own] : []], cost)!;
    });
  }
  return places as PlacedLabel[];
}

/**
 * Where labels of lines stand that end below one another: in the lines' order, none over another, and
 * each run of labels that touch about the middle of its lines' ends.
 */
function stackedEnds(labels: readonly Wanted[], bounds: Box): Map<Wanted, PlacedLabel> {
  const ends = d3.sort(labels.filter(({ radius }) => radius === undefined), ({ y }) => y);
  const places = new Map<Wanted, PlacedLabel>();
  for (const column of d3.group(ends, ({ x }) => Math.round(x)).values()) {
    const runs: Wanted[][] = [];
    for (const label of column) {
      let run = [label];
      const touches = (other: Wanted[] | undefined) =>
        other && extentOf(other, bounds).bottom > extentOf(run, bounds).top;
      while (touches(runs.at(-1))) run = [...runs.pop()!, ...run];
      runs.push(run);
    }
    for (const run of runs) {
      let { top } = extentOf(run, bounds);
      for (const label of run) {
        const y = top + heightOf(label) / 2;
        places.set(label, { x: label.x + LABEL_GAP, y, anchor: "start" });
        top += heightOf(label);
      }
    }
  }
  return places;
}

/** A label, and air below it. */
function heightOf({ lines }: Wanted): number {
  return lines.length * LINE_HEIGHT + 1;
}

/** What a run of labels takes, about the mean of its lines' ends as far as the drawing has room. */
function extentOf(run: readonly Wanted[], { top, bottom }: Box): { top: number; bottom: number } {
  const height = d3.sum(run, heightOf);
  const about = d3.mean(run, ({ y }) => y)! - height / 2;
  const begin = Math.max(top, Math.min(about, bottom - height));
  return { top: begin, bottom: begin + height };
}

/** Draws a label's lines of text where it was placed; all but the first are in quieter type. */
export function drawLabel(root: Group, lines: readonly string[], { x, y, anchor }: PlacedLabel) {
  const text = root.append("text").attr("class", "label").attr("text-anchor", anchor);
  text.selectAll("tspan").data(lines).join("tspan")
    .attr("x", x)
    .attr("y", (_, row) => y + (row - (lines.length - 1) / 2) * LINE_HEIGHT)
    .attr("dy", "0.35em")
    .classed("detail", (_, row) => row > 0)
    .text((line) => line);
  return text;
}

/** Below and above a point: as far as five labels of two lines go where five lines end in one point. */
const HEIGHTS = [0, 5, 10, 16, 24, 32, 42, 54, 66, 80];

/** Places to try; of those that cost the same, the first one is taken. */
function candidates({ x, y, lines, radius }: Wanted): PlacedLabel[] {
  const reach = radius === undefined ? LABEL_GAP : radius + AIR;
  const rise = (lines.length * LINE_HEIGHT) / 2 + reach;
  const rises = radius === undefined ? HEIGHTS : HEIGHTS.slice(0, 7);
  const heights = rises.flatMap((height) => height === 0 ? 0 : [height, -height]);
  const beside = heights.map((dy): PlacedLabel => ({ x: x + reach, y: y + dy, anchor: "start" }));
  // A line comes from the left: its label cannot stand there.
  const before = radius === undefined
    ? []
    : heights.map((dy): PlacedLabel => ({ x: x - reach, y: y + dy, anchor: "end" }));
  const stacked = [-1, 1].flatMap((side): PlacedLabel[] => [
    { x, y: y + side * rise, anchor: "middle" },
    { x: x + LABEL_GAP, y: y + side * rise, anchor: "end" },
    { x: x - LABEL_GAP, y: y + side * rise, anchor: "start" },
    { x, y: y + side * (rise + LABEL_GAP), anchor: "middle" },
  ]);
  return [...beside, ...before, ...stacked];
}

function costOf(
  label: Wanted,
  place: PlacedLabel,
  { taken, dots, bounds }: {
    taken: readonly Box[];
    dots: readonly (readonly [number, number])[];
    bounds: Box;
  },
): number {
  const box = boxOf(label, place);
  const covered =
    dots.filter(([x, y]) => x > box.left - 2 && x < box.right + 2 && y > box.top && y < box.bottom)
      .length;
  const overlaps = taken.filter((other) => overlap(box, other)).length;
  const outside = box.left < bounds.left || box.right > bounds.right ||
    box.top < bounds.top || box.bottom > bounds.bottom;
  return 10 * covered + 1000 * overlaps + (outside ? 5000 : 0) +
    awayFrom(label, place);
}

/** The cost of distance: a line's label should be right of its end, a mark's anywhere near its edge. */
function awayFrom(label: Wanted, place: PlacedLabel): number {
  const sideways = place.x > label.x ? 0 : 20;
  const rise = Math.abs(place.y - label.y);
  if (label.radius === undefined) return sideways + rise;
  const [x, y] = nearestTo(label, place);
  return 2 * (Math.hypot(x - label.x, y - label.y) - label.radius) + (sideways + rise) / 10;
}

/** The point of a label's box that is nearest to what the label names. */
export function nearestTo(label: Wanted, place: PlacedLabel): [number, number] {
  const { left, right, top, bottom } = boxOf(label, place);
  return [
    Math.min(Math.max(label.x, left), right),
    Math.min(Math.max(label.y, top), bottom),
  ];
}

function boxOf({ lines }: Wanted, { x, y, anchor }: PlacedLabel): Box {
  const width = Math.max(
    ...lines.map((line, i) => textWidth(line, i === 0 ? "bold" : "normal")),
  );
  const half = (lines.length * LINE_HEIGHT) / 2;
  const left = x - { start: 0, middle: width / 2, end: width }[anchor];
  return { left, right: left + width, top: y - half, bottom: y + half };
}

function overlap(a: Box, b: Box): boolean {
  return a.left < b.right + AIR && b.left < a.right + AIR && a.top < b.bottom && b.top < a.bottom;
}
