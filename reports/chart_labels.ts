/** Places the labels at the ends of lines: beside, above or below, wherever least is in the way. */
// @ts-types="types-d3"
import * as d3 from "d3";

/** A label that wants to stand near a point. */
export interface Wanted {
  readonly x: number;
  readonly y: number;
  readonly lines: readonly string[];
}

/** Where it came to stand: `x` is the edge or middle that `anchor` says, `y` its vertical middle. */
export interface Placed {
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

/** Height of a line of text, and the width of a letter in the widest common system font. */
export const LINE_HEIGHT = 15;
const LETTER = 7.9;
const GAP = 10;
/** Between two labels side by side. */
const AIR = 6;

/** One place for each label, in order; dots are points of lines and marks, best left uncovered. */
export function placeLabels(
  labels: readonly Wanted[],
  dots: readonly (readonly [number, number])[],
  bounds: Box,
): Placed[] {
  const taken: Box[] = [];
  return labels.map((label) => {
    const cost = (place: Placed) => costOf(label, place, { taken, dots, bounds });
    const best = d3.least(candidates(label), cost)!;
    taken.push(boxOf(label, best));
    return best;
  });
}

/** Earlier ones win a tie. */
function candidates({ x, y, lines }: Wanted): Placed[] {
  const rise = (lines.length * LINE_HEIGHT) / 2 + GAP;
  const beside = [0, 5, -5, 10, -10, 16, -16, 24, -24, 32, -32, 42, -42]
    .map((dy): Placed => ({ x: x + GAP, y: y + dy, anchor: "start" }));
  const stacked = [-1, 1].flatMap((side): Placed[] => [
    { x, y: y + side * rise, anchor: "middle" },
    { x: x + GAP, y: y + side * rise, anchor: "end" },
    { x: x - GAP, y: y + side * rise, anchor: "start" },
    { x, y: y + side * (rise + GAP), anchor: "middle" },
  ]);
  return [...beside, ...stacked];
}

function costOf(
  label: Wanted,
  place: Placed,
  { taken, dots, bounds }: {
    taken: Box[];
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
  const sideways = place.x > label.x ? 0 : 20;
  return 10 * covered + 1000 * overlaps + (outside ? 5000 : 0) + sideways +
    Math.abs(place.y - label.y);
}

function boxOf({ lines }: Wanted, { x, y, anchor }: Placed): Box {
  const width = Math.max(...lines.map((line) => line.length)) * LETTER;
  const half = (lines.length * LINE_HEIGHT) / 2;
  const left = x - { start: 0, middle: width / 2, end: width }[anchor];
  return { left, right: left + width, top: y - half, bottom: y + half };
}

function overlap(a: Box, b: Box): boolean {
  return a.left < b.right + AIR && b.left < a.right + AIR && a.top < b.bottom && b.top < a.bottom;
}
