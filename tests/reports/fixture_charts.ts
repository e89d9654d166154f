/** Charts of every kind with fixed values: ordinary ones, and ones that are hard to draw. */
import type {
  Bubble,
  BubbleChart,
  Chart,
  Dot,
  DotChart,
  DotRow,
  LineChart,
  Look,
  ParallelChart,
  Point,
  RooflineChart,
} from "../../reports/charts/chart.ts";
import { bytes, count } from "../../reports/findings/format.ts";
import { lookOf } from "../../reports/charts/looks.ts";

/** Text that would be an image, if it were not escaped. */
export const EVIL = `</title><img src=x onerror="alert('&amp;')">`;
/** Forty letters, most of them wide. */
export const LONG = "WT-RevGNN-224 with softmax and message M";

const REV = lookOf({ kind: "rev-gnn" });
const RES = lookOf({ kind: "res-gnn" });
const DEQ = lookOf({ kind: "deq-gnn" });
const GAT = lookOf({ kind: "rev-gat" });
const TIED_REV = lookOf({ kind: "rev-gnn", tied: true });
const OTHER_LOOK = lookOf({ kind: "other" });
const TIED_RES = lookOf({ kind: "res-gnn", tied: true });

const refused: Dot = {
  x: null,
  std: null,
  mark: "cross",
  text: "does not fit",
  value: "needs 2.48 GiB",
  title: "does not fit in 2 GiB",
};

/** Lines of seconds with a band, a lone bar, and a fitted trend. */
export const TRENDS: LineChart = {
  kind: "line",
  id: "trends",
  heading: "Seconds an epoch against nodes",
  caption: "Bands are one sample standard deviation either way; dashed lines are fitted.",
  description: "RevGNN-64: 0.12 at 1,000 nodes, 10 at 100,000. ResGNN-64: 0.1 at 1,000.",
  height: 300,
  x: { label: "nodes", scale: "log", format: count },
  y: { label: "seconds an epoch, log scale", scale: "decimal", format: String },
  limit: null,
  strip: "does not fit",
  series: [
    trend("RevGNN-64", REV, [[1e3, 0.12, 0.02], [1e4, 1.1, 0.2], [1e5, 10, 3]]),
    {
      ...trend("RevGNN-64, fitted", REV, [[1e3, 0.07, null], [1e5, 16, null]]),
      label: ["", ""],
      model: "RevGNN-64",
      dashed: true,
    },
    {
      ...trend("ResGNN-64", RES, [[1e3, 0.1, 0.03], [2e3, 0.2, 0.05], [4e3, 0.38, null], [
        1e4,
        0.8,
        0.3,
      ]]),
      absent: [{ x: 1e5, value: "100,000 nodes", title: "ResGNN-64: does not fit" }],
    },
  ],
};

/** Measured here and the paper's, in panels of their own; rows of both, of one, and one refused. */
export const DOTS: DotChart = {
  kind: "dots",
  id: "dots",
  heading: "Models of 112 layers",
  caption: "Hollow marks are the paper's, on another data set and an axis of their own.",
  description: "RevGNN-64: 80.12 here, 85.48 in the paper.",
  panels: [
    {
      label: ["measured here", "on wordnet-frames"],
      x: { label: "test ROC-AUC, %", scale: "linear", format: String },
      limit: null,
    },
    {
      label: ["the paper", "on ogbn-proteins"],
      x: { label: "test ROC-AUC, %", scale: "linear", format: String },
      limit: null,
    },
  ],
  rows: [
    row("ResGNN-64", RES, [[refused], [theirs(85.94)]], "weights of its own in each layer"),
    row("RevGNN-64", REV, [[ours(80.12, 0.31)], [theirs(85.48)]], ""),
    row("RevGNN-224", REV, [[ours(84.9, 0.2), ours(83.7, 0.4)], [theirs(87.02)]]),
    row("WT-ResGNN-64", TIED_RES, [[ours(79.5, 0.9)], [theirs(83.3)]]),
    row("WT-RevGNN-80", TIED_REV, [[ours(78.9, 0.5)], []]),
    row("DEQ-GNN-64", DEQ, [[ours(77.3, 1.2)], [theirs(83.17)]]),
    row("RevGAT", GAT, [[ours(76, null)], []]),
    row("UniMP", OTHER_LOOK, [[], [theirs(86.42, 0.08)]]),
  ].map((row, i) => ({ ...row, group: i < 3 ? "untied" : i < 5 ? "weight-tied" : "others" })),
};

/** One panel of memory with a budget, and what would not fit beyond it. */
export const MEMORY_DOTS: DotChart = {
  ...DOTS,
  id: "memory-dots",
  heading: "Peak memory",
  panels: [{
    label: ["measured here", "on wordnet-frames, one training step"],
    x: { label: "peak memory, log scale", scale: "binary", format: bytes },
    limit: { x: 2 ** 31, label: "budget 2 GiB" },
  }],
  rows: [
    row("ResGNN-64, 1001 layers", RES, [[size(22_375, "cross")]]),
    row("RevGNN-64, 1001 layers", REV, [[size(302, "filled")]], "1,938,573 parameters"),
    row("WT-RevGNN-64, 1001 layers", TIED_REV, [[size(42, "filled")]], "35,021 parameters"),
  ],
};

/** The paper's Figure 1. */
export const BUBBLES: BubbleChart = {
  kind: "bubbles",
  id: "bubbles",
  heading: "Score against memory in the paper, on ogbn-proteins",
  caption: "Areas are numbers of parameters.",
  description: "RevGNN-Wide: 88.24 % with 7.91 GB and 68.47M parameters.",
  height: 360,
  x: { label: "peak memory, GB, log scale", scale: "binary", format: String },
  y: { label: "test ROC-AUC, %", scale: "linear", format: String },
  area: {
    label: "parameters",
    format: (value) => value < 1e6 ? `${value / 1e3}K` : `${value / 1e6}M`,
  },
  bubbles: [
    bubble("GCN", OTHER_LOOK, [4.68, 72.51, 96.9e3]),
    bubble("GraphSAGE", OTHER_LOOK, [3.12, 77.68, 193e3]),
    bubble("DeeperGCN", OTHER_LOOK, [27.1, 86.16, 2.37e6]),
    bubble("UniMP", OTHER_LOOK, [27.2, 86.42, 1.91e6]),
    bubble("GAT", OTHER_LOOK, [6.74, 86.82, 2.48e6]),
    bubble("UniMP+CEF", OTHER_LOOK, [27.2, 86.91, 1.96e6]),
    bubble("RevGNN-Deep", REV, [2.86, 87.74, 20.03e6]),
    bubble("RevGNN-Wide", REV, [7.91, 88.24, 68.47e6]),
    bubble("WT-RevGNN-224", TIED_REV, [5.55, 85.28, 337e3]),
    bubble("DEQ-GNN-64", DEQ, [2.22, 83.17, 51.3e3]),
  ],
};

/** Kernels under two roofs: two with their names, one above a roof. */
export const ROOFLINE: RooflineChart = {
  kind: "roofline",
  id: "roofline",
  heading: "Operations a second against operations per byte",
  caption: "Circles are kernels, squares layers.",
  description: "linear: 18 GFLOP/s. copy_columns: 0.3 GFLOP/s. gen layer: 6 GFLOP/s.",
  height: 340,
  x: { label: "operations per byte, log scale", scale: "decimal", format: String },
  y: { label: "GFLOP/s, log scale", scale: "decimal", format: String },
  roofs: [
    { label: "multiply-adds", slope: 7, most: 130 },
    { label: "a load each", slope: 7, most: 4 },
  ],
  marks: [
    ["linear", true, 26, 18, REV] as const,
    ["copy_columns", false, 0.08, 0.3, REV] as const,
    ["gen layer", true, 2.5, 6, RES] as const,
  ].map(([name, named, x, y, look]) => ({
    ...look,
    ...{ name, named, x, y },
    value: `${name}: ${y} GFLOP/s`,
    title: `${name}: ${y} GFLOP/s, ${x} operations per byte`,
  })),
};

/** Every kind with what may be in its way: nothing, one row, long names, names that are markup. */
/** Settings of three combinations, one of them with long words. */
export const PARALLEL: ParallelChart = {
  kind: "parallel",
  id: "parallel",
  heading: "Settings and validation score",
  caption: "A line for each combination of settings.",
  description: "Of 3 combinations the best by validation is lr 0.01.",
  height: 360,
  axes: [
    { label: "learningRate", ticks: [{ at: 0, text: "0.003" }, { at: 1, text: "0.01" }] },
    { label: "convolution.aggregation", ticks: [{ at: 0.5, text: "softmax" }] },
    { label: "labels", ticks: [{ at: 0, text: "no" }, { at: 1, text: "yes" }] },
    { label: "valid ROC-AUC, %", ticks: [{ at: 0, text: "70" }, { at: 1, text: "80" }] },
  ],
  lines: [
    strand([0, 0.5, 0, 0.1], ["0.003", "softmax", "no", "71.00"], "other"),
    strand([0, 0.5, 1, 0.6], ["0.003", "softmax", "yes", "76.00"], "good"),
    strand([1, 0.5, 1, 0.9], ["0.01", "softmax", "yes", "79.00"], "best"),
  ],
};

function strand(
  places: number[],
  texts: string[],
  rank: ParallelChart["lines"][number]["rank"],
): ParallelChart["lines"][number] {
  const name = texts.slice(0, -1).join(", ");
  return { name, places, texts, rank, value: texts.at(-1)!, title: `${name}: ${texts.at(-1)}` };
}

export const CHARTS: Readonly<Record<string, Chart>> = {
  trends: TRENDS,
  trends_long: { ...TRENDS, series: TRENDS.series.map((s) => ({ ...s, label: [LONG, LONG] })) },
  trends_evil: {
    ...TRENDS,
    ...words(EVIL),
    series: TRENDS.series.map((series) => ({
      ...series,
      label: [EVIL, EVIL],
      points: series.points.map((point) => ({ ...point, ...told(EVIL) })),
    })),
  },
  parallel: PARALLEL,
  parallel_none: { ...PARALLEL, lines: [] },
  dots: DOTS,
  dots_none: { ...DOTS, rows: [] },
  dots_one: { ...DOTS, rows: DOTS.rows.slice(1, 2) },
  dots_refused: { ...DOTS, rows: [row("ResGNN-64", RES, [[refused], []])] },
  dots_memory: MEMORY_DOTS,
  dots_long: { ...DOTS, rows: DOTS.rows.map((row) => ({ ...row, name: LONG, detail: LONG })) },
  dots_evil: {
    ...DOTS,
    ...words(EVIL),
    panels: DOTS.panels.map((panel) => ({ ...panel, label: [EVIL, EVIL] })),
    rows: DOTS.rows.map((row) => ({
      ...row,
      name: EVIL,
      detail: EVIL,
      group: EVIL,
      dots: row.dots.map((dots) => dots.map((dot) => ({ ...dot, ...told(EVIL), text: EVIL }))),
    })),
  },
  bubbles: BUBBLES,
  bubbles_none: { ...BUBBLES, bubbles: [] },
  bubbles_one: { ...BUBBLES, bubbles: BUBBLES.bubbles.slice(0, 1) },
  bubbles_long: { ...BUBBLES, bubbles: BUBBLES.bubbles.map((b) => ({ ...b, name: LONG })) },
  bubbles_evil: {
    ...BUBBLES,
    ...words(EVIL),
    bubbles: BUBBLES.bubbles.map((bubble) => ({ ...bubble, name: EVIL, ...told(EVIL) })),
  },
  roofline: ROOFLINE,
  roofline_none: { ...ROOFLINE, marks: [] },
  roofline_long: { ...ROOFLINE, marks: ROOFLINE.marks.map((mark) => ({ ...mark, name: LONG })) },
  roofline_evil: {
    ...ROOFLINE,
    ...words(EVIL),
    roofs: ROOFLINE.roofs.map((roof) => ({ ...roof, label: EVIL })),
    marks: ROOFLINE.marks.map((mark) => ({ ...mark, name: EVIL, ...told(EVIL) })),
  },
};

function trend(
  name: string,
  look: Look,
  points: readonly (readonly [number, number, number | null])[],
): LineChart["series"][number] {
  return {
    ...look,
    label: [name, ""],
    thin: false,
    absent: [],
    points: points.map(([x, y, std]): Point => {
      const value = `${count(x)} nodes: ${y} s`;
      const mark = name.includes("fitted") ? "none" : "filled";
      return { x, y, std, fits: true, mark, value, title: `${name}, ${value}` };
    }),
  };
}

function row(name: string, look: Look, dots: DotRow["dots"], detail = ""): DotRow {
  return { name, detail, group: "", ...look, dots };
}

function ours(x: number, std: number | null): Dot {
  const text = std === null ? x.toFixed(2) : `${x.toFixed(2)} ± ${std.toFixed(2)}`;
  return { x, std, mark: "filled", text, value: `${text} here`, title: `${text} % here` };
}

function theirs(x: number, std: number | null = null): Dot {
  return { ...ours(x, std), mark: "hollow", ...told(`${x.toFixed(2)} in the paper`) };
}

function size(mebibytes: number, mark: Dot["mark"]): Dot {
  const x = mebibytes * 2 ** 20;
  const text = mark === "cross" ? `does not fit: ${bytes(x)}` : bytes(x);
  return { x, std: null, mark, text, ...told(`${bytes(x)} of device memory`) };
}

function bubble(name: string, look: Look, [x, y, area]: [number, number, number]): Bubble {
  const value = `${name}: ${y} %, ${x} GB`;
  return { name, ...look, x, y, area, mark: "filled", value, title: `${value}, ${count(area)}` };
}

function words(text: string) {
  return { heading: text, caption: text, description: text };
}

function told(text: string) {
  return { value: text, title: text };
}
