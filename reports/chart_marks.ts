/** The marks of a chart: symbols, and the values that hovering shows. */
// @ts-types="types-d3"
import * as d3 from "d3";
import type { Look, Mark, Shape } from "./chart.ts";
import type { Group } from "./chart_axes.ts";
import { WIDTH } from "./chart_frame.ts";
import { cut, textWidth } from "./chart_text.ts";

const SHAPES: Record<Shape, d3.SymbolType> = {
  circle: d3.symbolCircle,
  square: d3.symbolSquare,
  triangle: d3.symbolTriangle,
  wedge: turned(d3.symbolTriangle),
  diamond: d3.symbolDiamond,
  star: d3.symbolStar,
  hexagon: {
    draw(context, area) {
      const radius = Math.sqrt((2 * area) / (3 * Math.sqrt(3)));
      for (const corner of d3.range(6)) {
        const [x, y] = d3.pointRadial((corner * Math.PI) / 3, radius);
        if (corner === 0) context.moveTo(x, y);
        else context.lineTo(x, y);
      }
      context.closePath();
    },
  },
};
const MARK_AREA: Record<Mark, number> = { filled: 68, hollow: 62, cross: 90, vertex: 14, none: 0 };

/** Least radius of what takes the pointer. */
const TARGET = 11;

/** A mark, where it stands and what it tells; the area where that is no matter of its kind. */
export interface Placed {
  readonly at: readonly [number, number];
  readonly mark: Mark;
  readonly value: string;
  readonly title: string;
  readonly area?: number;
}

/** Marks of one look. */
export function drawMarks(root: Group, { tone, shape }: Look, marks: readonly Placed[]): void {
  const drawn = marks.filter(({ mark }) => mark !== "none");
  root.append("g").attr("class", tone).selectAll(".mark").data(drawn).join("path")
    .attr("class", ({ mark }) => `mark ${mark}`)
    .attr("transform", ({ at }) => `translate(${at})`)
    .attr("d", ({ mark, area }) => symbolPath(mark, shape, area));
}

/** A circle over each mark that takes the pointer; drawn last, so that no mark hides a value. */
export function drawTargets(root: Group, marks: readonly Placed[]): void {
  const targets = marks.filter(({ mark }) => mark !== "none")
    .map((mark) => ({ ...mark, value: cut(mark.value, WIDTH, "bold") }));
  const target = root.append("g").selectAll(".target").data(targets).join("g")
    .attr("class", "target")
    .attr("transform", ({ at }) => `translate(${at})`);
  target.append("title").text(({ title }) => title);
  target.append("circle").attr("r", targetRadius);
  target.append("text").attr("x", shiftOf).attr("y", (mark) => above(mark))
    .attr("text-anchor", anchorOf).text(({ value }) => value);
}

function targetRadius({ area = 0 }: Placed): number {
  return Math.max(TARGET, Math.sqrt(area / Math.PI));
}

/** Where it would leave the drawing at the top, the value stands below its mark. */
function above(mark: Placed): number {
  const radius = targetRadius(mark);
  return mark.at[1] - radius - 17 < 0 ? radius + 15 : -radius - 4;
}

/** Towards the middle of the drawing. */
function anchorOf({ at }: Placed): "start" | "end" {
  return at[0] > WIDTH / 2 ? "end" : "start";
}

/** A value too wide for its side is moved as far as it must be. */
function shiftOf(mark: Placed): number {
  const width = textWidth(mark.value, "bold");
  return anchorOf(mark) === "end"
    ? Math.max(0, width - mark.at[0])
    : Math.min(0, WIDTH - mark.at[0] - width);
}

/** The outline of a mark around 0, 0. */
export function symbolPath(mark: Mark, shape: Shape, area = MARK_AREA[mark]): string {
  const symbol = mark === "cross"
    ? d3.symbolTimes
    : mark === "vertex"
    ? d3.symbolCircle
    : SHAPES[shape];
  return d3.symbol(symbol, area)()!;
}

/** The symbol upside down. */
function turned(symbol: d3.SymbolType): d3.SymbolType {
  return {
    draw(context, area) {
      const flipped = {
        moveTo: (x: number, y: number) => context.moveTo(x, -y),
        lineTo: (x: number, y: number) => context.lineTo(x, -y),
        closePath: () => context.closePath(),
      };
      symbol.draw(flipped as unknown as Parameters<typeof symbol.draw>[0], area);
    },
  };
}
