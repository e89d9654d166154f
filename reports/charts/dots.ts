/** Draws a table's scores as dots: each row's name above its dots, panels side by side. */
// @ts-types="types-d3"
import * as d3 from "d3";
import type { Dot, DotChart, DotPanel, DotRow } from "./chart.ts";
import { drawBase } from "./axes.ts";
import { INSET, WIDTH } from "./frame.ts";
import { drawMarks, drawSingles, type PlacedMark } from "./marks.ts";
import { scaleOn, thin, tightDomainOf } from "./scales.ts";
import { chartSvg, type Group } from "./svg.ts";
import { drawTargets } from "./targets.ts";
import { cut, LINE_HEIGHT, textWidth } from "./text.ts";

const PANEL_GAP = 20;
const HEAD = 3 * LINE_HEIGHT;
const GROUP = 26;
const NAME = 20;
const LINE = 20;
const ROW_GAP = 6;
const BASE = 46;
const LEAST_TICK = 40;
/** Shares of extra space, tried in turn until every value has room beside its bar. */
const AIRS = [0, 0.25, 0.6, 1.2, 2.5];
/** Distances from a mark's middle and from a bar's end to the value beside it. */
const MARK_AIR = 11;
const BAR_AIR = 6;
/** Single values stand below their mean's mark, which would hide them. */
const BELOW_MARK = 8;

/** A row, and the heights at which its name and dots stand. */
interface Line {
  readonly row: DotRow;
  /** Whether the group's heading stands above it. */
  readonly heads: boolean;
  readonly name: number;
  readonly dots: (i: number) => number;
  readonly bottom: number;
}

/** A panel's edges and scale. */
interface Column {
  readonly left: number;
  readonly right: number;
  readonly x: (value: number) => number;
  readonly ticks: readonly number[];
}

/** The chart as SVG. */
export function dotChart(chart: DotChart): SVGSVGElement {
  const rows = chart.rows.filter(({ dots }) => dots.some(({ length }) => length > 0));
  if (rows.length === 0) return chartSvg(chart, null);
  const hasLimit = chart.panels.some(({ limit }) => limit !== null);
  const lines = linesOf(rows, HEAD + (hasLimit ? LINE_HEIGHT : 0));
  const floor = lines.at(-1)!.bottom;
  return chartSvg(chart, { height: floor + BASE, draw: (root) => draw(root, chart, lines) });
}

function draw(root: Group, { panels }: DotChart, lines: readonly Line[]): void {
  const columns = panels.map((panel, i) => columnOf(panel, i, panels.length, lines));
  panels.forEach((panel, i) => drawPanel(root, panel, columns[i]!, lines));
  for (const line of lines) drawNames(root, line);
  const placed = columns.flatMap((column, i) =>
    lines.flatMap((line) =>
      (line.row.dots[i] ?? []).map((dot, j) =>
        drawDot(root, line, dot, { column, y: line.dots(j) })
      )
    )
  );
  // Last, so that no other dot's text lies over a value.
  drawTargets(root, placed);
}

/** Stacks each row's heading, if it begins a group, its name, and its dots in the panel with most. */
function linesOf(rows: readonly DotRow[], from: number): Line[] {
  let top = from;
  return rows.map((row, i) => {
    const heads = row.group !== "" && row.group !== rows[i - 1]?.group;
    const name = top + (heads ? GROUP : 0) + NAME - 6;
    const first = name + 6 + LINE / 2;
    const dots = d3.max(row.dots, ({ length }) => length) ?? 0;
    top = name + 6 + dots * LINE + ROW_GAP;
    return { row, heads, name, dots: (j) => first + j * LINE, bottom: top };
  });
}

function columnOf(panel: DotPanel, i: number, panels: number, lines: readonly Line[]): Column {
  const width = (WIDTH - (panels - 1) * PANEL_GAP) / panels;
  const left = i * (width + PANEL_GAP);
  const edges = { left, right: left + width };
  const dots = lines.flatMap(({ row }) => row.dots[i] ?? []).filter(({ x }) => x !== null);
  const columns = AIRS.map((air) => fitted(panel, dots, air, edges));
  const roomy = columns.find((column) => dots.every((dot) => besides(dot, column) !== null));
  return roomy ?? columns.at(-1)!;
}

/** A panel's scale, with extra space on either side: the share `air` of its values' extent. */
function fitted(
  panel: DotPanel,
  dots: readonly Dot[],
  air: number,
  { left, right }: { left: number; right: number },
): Column {
  const values = dots.flatMap(({ x, std, singles = [] }) => [
    x! - (std ?? 0),
    x! + (std ?? 0),
    ...singles,
  ]);
  if (values.length === 0) return { left, right, x: () => left, ticks: [] };
  if (panel.limit) values.push(panel.limit.x);
  const [low, high] = d3.extent(values) as [number, number];
  if (panel.x.scale === "linear") {
    values.push(low - air * (high - low), high + air * (high - low));
  }
  const columns = d3.range(Math.round((right - left) / LEAST_TICK), 0, -1).map((wanted) => {
    const { domain, ticks } = tightDomainOf(panel.x, values, wanted);
    const widest = d3.max(ticks, (tick) => textWidth(panel.x.format(tick))) ?? 0;
    const inset = Math.max(INSET, widest / 2);
    return { left, right, ticks, x: scaleOn(panel.x, domain, [left + inset, right - inset]) };
  });
  // Fewer ticks rather than gaps between them.
  const apart = columns.find(({ ticks, x }) =>
    thin(ticks, x, panel.x.format).length === ticks.length
  );
  return apart ?? columns.at(-1)!;
}

function drawPanel(root: Group, panel: DotPanel, column: Column, lines: readonly Line[]): void {
  const { left, right, x, ticks } = column;
  const floor = lines.at(-1)!.bottom;
  const head = root.append("text").attr("class", "head");
  head.selectAll("tspan").data(panel.label).join("tspan").attr("x", left)
    .attr("y", (_, i) => 14 + i * LINE_HEIGHT).classed("detail", (_, i) => i > 0)
    .text((line) => cut(line, right - left, "bold"));
  root.append("g").attr("class", "axis").selectAll("line").data(ticks).join("line")
    .attr("class", "grid").attr("x1", x).attr("x2", x).attr("y1", HEAD).attr("y2", floor);
  drawBase(
    root,
    { left, right, floor },
    ticks.map((tick) => [x(tick), panel.x.format(tick)]),
    panel.x.label,
  );
  if (!panel.limit) return;
  const at = x(panel.limit.x);
  const group = root.append("g").attr("class", "limit");
  group.append("line").attr("x1", at).attr("x2", at).attr("y1", HEAD).attr("y2", floor);
  const isLeft = at < (left + right) / 2;
  group.append("text").attr("x", at + (isLeft ? 6 : -6)).attr("y", HEAD + 10)
    .attr("text-anchor", isLeft ? "start" : "end").text(panel.limit.label);
}

function drawNames(root: Group, { row, heads, name }: Line): void {
  if (heads) {
    root.append("text").attr("class", "head").attr("y", name - NAME).text(
      cut(row.group, WIDTH, "bold"),
    );
  }
  const text = root.append("text").attr("class", `label row ${row.tone}`).attr("y", name);
  const shown = cut(row.name, WIDTH, "bold");
  text.append("tspan").text(shown);
  const room = WIDTH - textWidth(shown, "bold") - 8;
  if (row.detail === "" || room < 40) return;
  text.append("tspan").attr("class", "detail").attr("dx", 8).text(cut(row.detail, room));
}

/** Draws a dot, its bar and the value beside it; a cross without a value stands at the panel's left. */
function drawDot(
  root: Group,
  { row }: Line,
  dot: Dot,
  { column, y }: { column: Column; y: number },
): PlacedMark {
  const { at, bar } = spanOf(dot, column);
  const group = root.append("g").attr("class", row.tone);
  if (bar[0] < bar[1]) {
    group.append("path").attr("class", "bar").attr("d", `M${bar[0]},${y}H${bar[1]}`);
  }
  const place = besides(dot, column) ?? { x: column.right, anchor: "end" };
  group.append("text").attr("class", "value").attr("x", place.x).attr("y", y).attr("dy", "0.35em")
    .attr("text-anchor", place.anchor).text(cut(dot.text, column.right - column.left));
  const placed = { at: [at, y] as const, mark: dot.mark, value: dot.value, title: dot.title };
  drawMarks(root, row, [placed]);
  if (dot.singles) {
    drawSingles(root, row, dot.singles.map((value) => [column.x(value), y + BELOW_MARK]));
  }
  return placed;
}

/** Where a dot stands, and the two ends of its bar. */
function spanOf(
  { x: value, std }: Dot,
  { left, x }: Column,
): { at: number; bar: [number, number] } {
  const at = value === null ? left + INSET / 2 : x(value);
  if (value === null || std === null) return { at, bar: [at, at] };
  return { at, bar: [x(value - std), x(value + std)] };
}

/** Where a dot's whole text has room: right of mark, bar and single values, else left; null if nowhere. */
function besides(
  dot: Dot,
  column: Column,
): { x: number; anchor: "start" | "end" } | null {
  const { at, bar } = spanOf(dot, column);
  const [from, to] = d3.extent([...bar, ...(dot.singles ?? []).map(column.x)]) as [number, number];
  const width = textWidth(dot.text);
  const after = Math.max(at + MARK_AIR, to + BAR_AIR);
  if (after + width <= column.right) return { x: after, anchor: "start" };
  const before = Math.min(at - MARK_AIR, from - BAR_AIR);
  return before - width >= column.left ? { x: before, anchor: "end" } : null;
}
