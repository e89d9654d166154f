/** The types of charts: plain data, from which figures are drawn. */

/** Measured here; the paper's; a run that would not fit; a dot on a thin line; only a corner of a line. */
export type Mark = "filled" | "hollow" | "cross" | "vertex" | "none";

export type Shape =
  | "circle"
  | "square"
  | "triangle"
  | "wedge"
  | "diamond"
  | "star"
  | "hexagon";

/** A chart of any kind. */
export type Chart = LineChart | DotChart | BubbleChart | RooflineChart | ParallelChart;

/** The texts of every chart. */
interface Words {
  /** Unique on a page; the ids of its title and description begin with it. */
  readonly id: string;
  readonly heading: string;
  readonly caption: string;
  /** What the chart says, for those who cannot see it. */
  readonly description: string;
}

/** What tells a model apart in a chart, besides its name. */
export interface Look {
  /** Classes of `chart.css`, which sets their colours. */
  readonly tone: string;
  readonly shape: Shape;
}

/** The values that a mark is the mean of, as of several seeds: a small dot each. */
export interface Singles {
  readonly singles?: readonly number[];
}

/** What a mark shows while the pointer is on it. */
interface Told {
  /** Shown beside the mark. */
  readonly value: string;
  /** A full description of the point, in the browser's tooltip. */
  readonly title: string;
}

/** An axis of values. */
export interface ValueAxis {
  readonly label: string;
  /** `binary` and `decimal` are logarithmic, with ticks at powers of two and ten. */
  readonly scale: "binary" | "decimal" | "linear";
  /** Whether a linear axis begins at zero, for amounts that are to be compared by their heights. */
  readonly zero?: true;
  /** The greatest value there is, beyond whose tick the axis does not go. */
  readonly most?: number;
  readonly format: (value: number) => string;
  /** Writes a value that is told, where that takes more digits than a tick; default `format`. */
  readonly tell?: (value: number) => string;
}

/** One point of a series. */
export interface Point extends Told, Singles {
  readonly x: number;
  readonly y: number;
  /** Sample standard deviation: a band of one either way, or a bar if no neighbouring point has one. */
  readonly std: number | null;
  /** Whether the run fits into memory; the line to a point that does not is dotted. */
  readonly fits: boolean;
  readonly mark: Mark;
}

/** What a run without a value on the axis shows. */
export interface Absent extends Pick<Point, "x" | "value" | "title"> {
  /** Default: a cross. */
  readonly mark?: Mark;
}

/** One line of a chart, with its points. */
export interface Series extends Look {
  /** The label at its end: a name, and below it a few words in quieter type. */
  readonly label: readonly [name: string, detail: string];
  /** What the legend calls it, which mutes all lines of one name together; default the label's name. */
  readonly model?: string;
  /** Whether it is left out where all values at one place are told, as one of many seeds. */
  readonly quiet?: true;
  readonly thin: boolean;
  /** Whether it is a trend fitted to points, rather than measured. */
  readonly dashed?: boolean;
  readonly points: readonly Point[];
  /** Runs without a value on the axis; marks in the chart's strip. */
  readonly absent: readonly Absent[];
}

/** The horizontal axis of a line chart. */
export interface HorizontalAxis {
  readonly label: string;
  /** With `log`, ticks are at the points' own values. */
  readonly scale: "log" | "linear";
  /** Writes a tick; default the number itself. On a linear scale, what has no text is no tick. */
  readonly format?: (value: number) => string;
}

/** Lines over a common horizontal axis. */
export interface LineChart extends Words {
  readonly kind: "line";
  /** Height, in units of which the drawing is 460 wide. */
  readonly height: number;
  readonly x: HorizontalAxis;
  readonly y: ValueAxis;
  /** A bound; the area above it is shaded if there is a word for it. */
  readonly limit: { readonly y: number; readonly label: string; readonly beyond?: string } | null;
  /** What the marks in the strip below the lines mean. */
  readonly strip: string;
  readonly series: readonly Series[];
}

/** One value of a row, and the text beside it; a dot without a value is a cross. */
export interface Dot extends Told, Singles {
  readonly x: number | null;
  /** Sample standard deviation: a bar of one either way. */
  readonly std: number | null;
  readonly mark: "filled" | "hollow" | "cross";
  readonly text: string;
}

/** One horizontal axis, for the values that one source measured on one data set. */
export interface DotPanel {
  /** Who measured, and below it on which data set. */
  readonly label: readonly [name: string, detail: string];
  readonly x: ValueAxis;
  readonly limit: { readonly x: number; readonly label: string } | null;
}

/** A model or variant: a name with a few words in quieter type, and below them its dots in every panel. */
export interface DotRow extends Look {
  readonly name: string;
  readonly detail: string;
  /** The heading over the first row of a group; empty where rows are not grouped. */
  readonly group: string;
  /** The dots of each panel, one below another. */
  readonly dots: readonly (readonly Dot[])[];
}

/** A table's scores as dots: rows below one another, in one panel or two side by side. */
export interface DotChart extends Words {
  readonly kind: "dots";
  readonly panels: readonly DotPanel[];
  readonly rows: readonly DotRow[];
}

/** A symbol whose area stands for a third number. */
export interface Bubble extends Look, Told, Singles {
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly area: number;
  readonly mark: "filled" | "hollow";
}

/** Three numbers of each model, as the paper's Figure 1. */
export interface BubbleChart extends Words {
  readonly kind: "bubbles";
  /** Height, in units of which the drawing is 460 wide, without the legend of areas below. */
  readonly height: number;
  readonly x: ValueAxis;
  readonly y: ValueAxis;
  readonly area: { readonly label: string; readonly format: (value: number) => string };
  readonly bubbles: readonly Bubble[];
}

/** What bounds a rate: so much for each unit of x, and never more than `most`. */
export interface Roof {
  readonly label: string;
  readonly slope: number;
  readonly most: number;
}

/** One thing under the roofs; only what is `named` has its name beside it. */
export interface RooflineMark extends Look, Told {
  readonly name: string;
  readonly named: boolean;
  readonly x: number;
  readonly y: number;
}

/** Rates of work against its operations per byte, under the roofs that an adapter sets; both axes logarithmic. */
export interface RooflineChart extends Words {
  readonly kind: "roofline";
  /** Height, in units of which the drawing is 460 wide. */
  readonly height: number;
  readonly x: ValueAxis;
  readonly y: ValueAxis;
  readonly roofs: readonly Roof[];
  readonly marks: readonly RooflineMark[];
}

/** A vertical axis: what stands on it, from 0 at its foot to 1 at its top. */
export interface ParallelAxis {
  readonly label: string;
  readonly ticks: readonly { readonly at: number; readonly text: string }[];
}

/** One thing's line over all axes; its value is told at the last one. */
export interface ParallelLine extends Told {
  readonly name: string;
  /** Where it crosses each axis, from 0 to 1. */
  readonly places: readonly number[];
  /** What it is at each axis, as a table has it. */
  readonly texts: readonly string[];
  /** The best of all, one of the best quarter, or any other. */
  readonly rank: "best" | "good" | "other";
}

/** Parallel coordinates: settings on axes beside one another, and on the last one what they came to. */
export interface ParallelChart extends Words {
  readonly kind: "parallel";
  /** Height, in units of which the drawing is 460 wide. */
  readonly height: number;
  readonly axes: readonly ParallelAxis[];
  /** The best one last: it is drawn over the others. */
  readonly lines: readonly ParallelLine[];
}
