/** Draws invisible areas around marks, over which the pointer shows the nearest mark's value. */
// @ts-types="types-d3"
import * as d3 from "d3";
import type { Group } from "./svg.ts";
import { WIDTH } from "./frame.ts";
import type { PlacedMark } from "./marks.ts";
import { cut, textWidth } from "./text.ts";

/** How near the pointer must be to a mark that has no area. */
const REACH = 11;
/** Marks nearer to each other than this are one to the pointer: the last shows its value. */
const SAME = 0.5;
const CORNERS = 16;

type Spot = readonly [x: number, y: number];

/** Draws the targets of all marks at once, so that none takes another's place. Call last: they lie on top. */
export function drawTargets(root: Group, marks: readonly PlacedMark[]): void {
  const targets = marks.filter(({ mark }) => mark !== "none")
    .map((mark) => ({ ...mark, value: cut(mark.value, WIDTH, "bold") }));
  const target = root.append("g").selectAll(".target").data(targets).join("g")
    .attr("class", "target")
    .attr("transform", ({ at }) => `translate(${at})`);
  target.append("title").text(({ title }) => title);
  target.append("path").attr("d", (mark) => regionOf(mark, targets));
  target.append("circle").attr("r", radiusOf);
  target.append("text").attr("x", shiftOf).attr("y", heightOf)
    .attr("text-anchor", anchorOf).text(({ value }) => value);
}

function radiusOf({ area = 0 }: PlacedMark): number {
  return Math.max(REACH, Math.sqrt(area / Math.PI));
}

/** A disc around the mark, at 0, 0, without the points that are nearer to another mark. */
function regionOf({ at, ...mark }: PlacedMark, all: readonly PlacedMark[]): string {
  const radius = radiusOf({ at, ...mark });
  const near = all.map((other): Spot => [other.at[0] - at[0], other.at[1] - at[1]])
    .filter((offset) => Math.hypot(...offset) > SAME && Math.hypot(...offset) < 2 * radius);
  if (near.length === 0) return d3.symbol(d3.symbolCircle, Math.PI * radius ** 2)()!;
  const disc = d3.range(CORNERS).map((i): Spot =>
    d3.pointRadial(2 * Math.PI * i / CORNERS, radius)
  );
  return `${d3.line()(near.reduce(nearerHalf, disc) as [number, number][])}Z`;
}

/** The part of a convex polygon that is nearer to 0, 0 than to another point. */
function nearerHalf(polygon: readonly Spot[], [x, y]: Spot): Spot[] {
  const beyond = ([a, b]: Spot) => a * x + b * y - (x * x + y * y) / 2;
  return polygon.flatMap((corner, i) => {
    const next = polygon[(i + 1) % polygon.length]!;
    const [from, to] = [beyond(corner), beyond(next)];
    const kept = from <= 0 ? [corner] : [];
    if (from <= 0 === to <= 0) return kept;
    const share = from / (from - to);
    return [...kept, d3.interpolateArray([...corner], [...next])(share).slice() as unknown as Spot];
  });
}

/** The value stands above its mark, or below it where it would leave the drawing at the top. */
function heightOf(mark: PlacedMark): number {
  const radius = radiusOf(mark);
  return mark.at[1] - radius - 17 < 0 ? radius + 15 : -radius - 4;
}

/** The value extends towards the middle of the drawing. */
function anchorOf({ at }: PlacedMark): "start" | "end" {
  return at[0] > WIDTH / 2 ? "end" : "start";
}

/** How far a value is moved to stay within the drawing. */
function shiftOf(mark: PlacedMark): number {
  const width = textWidth(mark.value, "bold");
  return anchorOf(mark) === "end"
    ? Math.max(0, width - mark.at[0])
    : Math.min(0, WIDTH - mark.at[0] - width);
}
