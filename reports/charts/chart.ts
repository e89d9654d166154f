/** Charts as plain data, from which figures are drawn. */

/** Measured here, told by the paper, would not fit; a dot on a thin line; a corner of a line only. */
export type Mark = "filled" | "hollow" | "cross" | "vertex" | "none";

export type Shape =
  | "circle"
  | "square"
  | "triangle"
  | "wedge"
  | "diamond"
  | "star"
  | "hexagon";

/** One of the kinds that a figure can have. */
export type Chart = LineChart | DotChart | BubbleChart;

/** The texts of every chart. */
interface Words {
  /** Unique on a page: the ids of its title and description begin so. */
  readonly id: string;
  readonly heading: string;
  readonly caption: string;
  /** What the chart says, for those who cannot see it. */
  readonly description: string;
}

/** How a model is told from others without words. */
export interface Look {
  /** Classes of `chart.css`, which has the colours. */
  readonly tone: string;
  readonly shape: Shape;
}

/** What hovering over a mark shows. */
interface Told {
  /** Shown beside the mark while the pointer is on it. */
  readonly value: string;
  /** The point in full, for the browser's tooltip. */
  readonly title: string;
}

/** An axis of values. */
export interface ValueAxis {
  readonly label: string;
  /** `binary`, `decimal`: logarithmic, ticks at powers of two or ten. */
  readonly scale: "binary" | "decimal" | "linear";
  readonly format: (value: number) => string;
}

/** One point of a series. */
export interface Point extends Told {
  readonly x: number;
  readonly y: number;
  /** Sample standard deviation: a band of one either way, a bar where no neighbour has one. */
  readonly std: number | null;
  /** The line is dotted to a point that does not. */
  readonly fits: boolean;
  readonly mark: Mark;
}

/** What a run without a value on the axis shows. */
export interface Absent extends Pick<Point, "x" | "value" | "title"> {
  /** Default: a cross. */
  readonly mark?: Mark;
}

/** One line. */
export interface Series extends Look {
  /** The label at its end: a name, and below it a few quieter words. */
  readonly label: readonly [name: string, detail: string];
  readonly thin: boolean;
  /** A trend fitted to points, not measured itself. */
  readonly dashed?: boolean;
  readonly points: readonly Point[];
  /** Runs without a value on the axis; marks in the chart's strip. */
  readonly absent: readonly Absent[];
}

/** The horizontal axis of lines. */
export interface HorizontalAxis {
  readonly label: string;
  /** `log`: ticks at the points' own values. */
  readonly scale: "log" | "linear";
  /** The number itself where there is none. */
  readonly format?: (value: number) => string;
}

/** Lines over one horizontal axis. */
export interface LineChart extends Words {
  readonly kind: "line";
  /** Height in a drawing 460 wide. */
  readonly height: number;
  readonly x: HorizontalAxis;
  readonly y: ValueAxis;
  /** A bound; what is above it is shaded where there is a word for it. */
  readonly limit: { readonly y: number; readonly label: string; readonly beyond?: string } | null;
  /** What the marks in the strip below the lines mean. */
  readonly strip: string;
  readonly series: readonly Series[];
}

/** One value of a row, and what is printed beside it; without a value it is a cross. */
export interface Dot extends Told {
  readonly x: number | null;
  /** Sample standard deviation: a bar of one either way. */
  readonly std: number | null;
  readonly mark: "filled" | "hollow" | "cross";
  readonly text: string;
}

/** A horizontal axis of its own, for the values of one measurer on one data set. */
export interface DotPanel {
  /** Who measured, and below it on what. */
  readonly label: readonly [name: string, detail: string];
  readonly x: ValueAxis;
  readonly limit: { readonly x: number; readonly label: string } | null;
}

/** A model or variant: a name with a few quieter words, and below them its dots in every panel. */
export interface DotRow extends Look {
  readonly name: string;
  readonly detail: string;
  /** The heading over the first row of a group; empty where rows are not grouped. */
  readonly group: string;
  /** As many as there are panels; a dot takes a line of its own. */
  readonly dots: readonly (readonly Dot[])[];
}

/** A table's scores as dots: rows below one another, one panel or two beside one another. */
export interface DotChart extends Words {
  readonly kind: "dots";
  readonly panels: readonly DotPanel[];
  readonly rows: readonly DotRow[];
}

/** A symbol whose area tells a third number. */
export interface Bubble extends Look, Told {
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly area: number;
  readonly mark: "filled" | "hollow";
}

/** Three numbers of each model, as the paper's Figure 1. */
export interface BubbleChart extends Words {
  readonly kind: "bubbles";
  /** Height in a drawing 460 wide, without the legend of areas below. */
  readonly height: number;
  readonly x: ValueAxis;
  readonly y: ValueAxis;
  readonly area: { readonly label: string; readonly format: (value: number) => string };
  readonly bubbles: readonly Bubble[];
}
