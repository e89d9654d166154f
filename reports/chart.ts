/** A line chart as plain data: what is drawn, where, and the words for it. Figures are made of these. */

/** Measured here, told by the paper, would not fit; a dot on a thin line; a corner of a line only. */
export type Mark = "filled" | "hollow" | "cross" | "vertex" | "none";

export type Shape = "circle" | "square" | "triangle" | "diamond";

/** One point of a series. */
export interface Point {
  readonly x: number;
  readonly y: number;
  /** Sample standard deviation: a bar of one either way. */
  readonly std: number | null;
  /** The line is dashed to a point that does not. */
  readonly fits: boolean;
  readonly mark: Mark;
  /** Shown beside the mark while the pointer is on it. */
  readonly value: string;
  /** The point in full, for the browser's tooltip. */
  readonly title: string;
}

/** What there is to say of a run that gave no value. */
export type Absent = Pick<Point, "x" | "value" | "title">;

/** One line. */
export interface Series {
  /** The label at its end: a name, and below it a few quieter words. */
  readonly label: readonly [name: string, detail: string];
  /** A class of `chart.css`, which has the colour. */
  readonly tone: string;
  readonly shape: Shape;
  readonly thin: boolean;
  readonly points: readonly Point[];
  /** Runs without a value; crosses in the chart's strip. */
  readonly absent: readonly Absent[];
}

/** The horizontal axis. */
export interface HorizontalAxis {
  readonly label: string;
  /** `log`: ticks at the points' own values. */
  readonly scale: "log" | "linear";
}

/** The vertical axis. */
export interface VerticalAxis {
  readonly label: string;
  /** `binary`, `decimal`: logarithmic, ticks at powers of two or ten. */
  readonly scale: "binary" | "decimal" | "linear";
  readonly format: (value: number) => string;
}

/** A chart of lines over one horizontal axis. */
export interface LineChart {
  /** Unique on a page: the ids of its title and description begin so. */
  readonly id: string;
  readonly heading: string;
  readonly caption: string;
  /** What the chart says, for those who cannot see it. */
  readonly description: string;
  /** Height in a drawing 460 wide. */
  readonly height: number;
  readonly x: HorizontalAxis;
  readonly y: VerticalAxis;
  /** A bound; what is above it is shaded where there is a word for it. */
  readonly limit: { readonly y: number; readonly label: string; readonly beyond?: string } | null;
  /** What crosses in the strip below the lines mean. */
  readonly strip: string;
  readonly series: readonly Series[];
}
