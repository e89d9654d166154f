/** Draws the marks of a chart: symbols by kind of model and kind of value. */
// @ts-types="types-d3"
import * as d3 from "d3";
import type { Look, Mark, Shape } from "./chart.ts";
import type { Group } from "./svg.ts";

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

/** A mark, where it stands and what it shows; its area, unless that follows from its kind. */
export interface PlacedMark {
  readonly at: readonly [number, number];
  readonly mark: Mark;
  readonly value: string;
  readonly title: string;
  readonly area?: number;
}

/** Draws marks of one look. */
export function drawMarks(root: Group, { tone, shape }: Look, marks: readonly PlacedMark[]): void {
  const drawn = marks.filter(({ mark }) => mark !== "none");
  root.append("g").attr("class", tone).selectAll(".mark").data(drawn).join("path")
    .attr("class", ({ mark }) => `mark ${mark}`)
    .attr("transform", ({ at }) => `translate(${at})`)
    .attr("d", ({ mark, area }) => symbolPath(mark, shape, area));
}

/** Radius of a dot for one of the values that a mark is the mean of. */
const SINGLE = 2;

/** Draws single values of one look. */
export function drawSingles(
  root: Group,
  { tone }: Pick<Look, "tone">,
  places: readonly PlacedMark["at"][],
): void {
  root.append("g").attr("class", tone).selectAll(".single").data(places).join("circle")
    .attr("class", "single").attr("cx", ([x]) => x).attr("cy", ([, y]) => y).attr("r", SINGLE);
}

/** The outline of a mark centred at 0, 0. */
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
