/** Curves of training: loss and validation score against epochs and against time, runs over one another. */
// @ts-types="types-d3"
import * as d3 from "d3";
import type { Row } from "../../training/row.ts";
import type { HorizontalAxis, LineChart, Look, Point, Series, ValueAxis } from "../charts/chart.ts";
import { type Metric, metricOfRows } from "../findings/summary.ts";
import { scoreAxis } from "./score_charts.ts";

/** More names at the ends of lines than this, or longer ones, would be in the way; the legend has them all. */
const NAMED = { most: 4, letters: 16 };
const TONES = 8;
/** More points than this are no longer seen. */
const MOST_POINTS = 300;
const HEIGHT = 320;

/** What is drawn of each epoch. */
interface Figure {
  readonly id: string;
  readonly of: string;
  readonly y: ValueAxis;
  readonly values: (row: Row) => readonly (number | null)[];
}

/** Where on the horizontal axis an epoch's end stands. */
interface Time {
  readonly id: string;
  readonly against: string;
  readonly x: HorizontalAxis;
  readonly ends: (row: Row) => readonly number[];
}

/** Up to four charts, each with a line for every group of rows and a thin one for each of its seeds. */
export function curveCharts(
  rows: readonly Row[],
  groupOf: (row: Row) => string,
): LineChart[] {
  const trained = rows.filter(({ status, losses }) => status === "trained" && losses.length > 1);
  if (trained.length === 0) return [];
  const groups = d3.groups(trained, groupOf);
  const scored = trained.some(({ history }) => history);
  const figures = [lossFigure(), ...scored ? [scoreFigure(metricOfRows(trained))] : []];
  const times = [EPOCHS, timeAxis(trained)];
  return figures.flatMap((figure) => times.map((time) => chartOf(groups, figure, time)));
}

function lossFigure(): Figure {
  const y = { label: "training loss", scale: "linear", format: String, tell: lossText } as const;
  return { id: "loss", of: "Training loss", y, values: ({ losses }) => losses };
}

function scoreFigure(metric: Metric): Figure {
  const values = ({ history, losses }: Row) =>
    history?.valid.map((value) => value && 100 * value) ?? losses.map(() => null);
  const axis = scoreAxis(metric);
  return {
    id: "valid",
    of: "Validation score",
    y: { ...axis, label: `valid ${axis.label}` },
    values,
  };
}

const EPOCHS: Time = {
  id: "epochs",
  against: "epochs",
  // There is no half an epoch.
  x: { label: "epoch", scale: "linear", format: (n) => Number.isInteger(n) ? String(n) : "" },
  ends: ({ losses }) => losses.map((_, i) => i + 1),
};

/** Seconds, minutes or hours, whichever the longest run is told in. */
function timeAxis(rows: readonly Row[]): Time {
  const longest = d3.max(rows, (row) => secondsOfEnds(row).at(-1)!)!;
  const [unit, label] = longest < 180
    ? [1, "seconds"] as const
    : longest < 3 * 3600
    ? [60, "minutes"] as const
    : [3600, "hours"] as const;
  return {
    id: "time",
    against: "time",
    x: { label, scale: "linear", format: (value) => String(Number(value.toPrecision(3))) },
    ends: (row) => secondsOfEnds(row).map((seconds) => seconds / unit),
  };
}

/** When each epoch ended; rows of before know their mean alone. */
function secondsOfEnds({ history, losses, secondsPerEpoch }: Row): number[] {
  return [...d3.cumsum(history?.seconds ?? losses.map(() => secondsPerEpoch ?? 0))];
}

function chartOf(groups: readonly [string, Row[]][], figure: Figure, time: Time): LineChart {
  const several = groups.some(([, rows]) => rows.length > 1);
  const curves = groups.map(([, rows]) => rows.map((row) => curveOf(row, figure, time)));
  const named = groups.length === 1 ||
    groups.length <= NAMED.most && groups.every(([{ length }]) => length <= NAMED.letters);
  return {
    kind: "line",
    id: `${figure.id}-${time.id}`,
    heading: `${figure.of} against ${time.against}`,
    caption: `A mark is the best epoch by validation score.` +
      (several ? " Thin lines are seeds, thick ones their mean." : "") +
      (curves.some(isUneven) ? " A mean is of the epochs that all of its seeds have." : "") +
      (time.id === "time" ? " Evaluations count in the time." : ""),
    description: groups.map(([name, rows]) => words(name, rows, figure)).join(" "),
    height: HEIGHT,
    x: time.x,
    y: figure.y,
    limit: null,
    strip: "",
    series: groups.flatMap(([name], i) => {
      const look: Look = { tone: `run-${i % TONES + 1}`, shape: "circle" };
      const own = curves[i]!;
      const lines = own.map((curve) => thinned([...curve.values()]));
      const label = [named ? name : "", ""] as const;
      const shared = { ...look, model: name, absent: [] };
      if (lines.length === 1) return [{ ...shared, label, thin: false, points: lines[0]! }];
      const seeds = lines.map((points): Series => ({
        ...{ ...shared, label: ["", ""], thin: true, quiet: true, points },
      }));
      return [...seeds, { ...shared, label, thin: false, points: thinned(meanOf(own)) }];
    }),
  };
}

/** A run's point of each epoch that has a value, in their order. */
type Curve = ReadonlyMap<number, Point>;

function curveOf(row: Row, { values, y }: Figure, { ends }: Time): Curve {
  const at = ends(row);
  return new Map(
    values(row).flatMap((value, i): [number, Point][] => {
      if (value === null || at[i] === undefined) return [];
      const epoch = i + 1;
      const best = epoch === row.bestEpoch;
      const told = `epoch ${epoch}: ${y.tell!(value)}`;
      const title = `${row.name}, seed ${row.seed}, ${told}${
        best ? ", the best by validation" : ""
      }`;
      const shared = { x: at[i]!, y: value, std: null, fits: true };
      return [[epoch, { ...shared, mark: best ? "filled" : "none", value: told, title }]];
    }),
  );
}

/** As many points of a line as can be seen, its marks and its end among them. */
function thinned(points: readonly Point[]): Point[] {
  const step = Math.ceil(points.length / MOST_POINTS);
  return points.filter(({ mark }, i) =>
    i % step === 0 || i === points.length - 1 || mark !== "none"
  );
}

/** The mean over all runs, at the epochs that each of them has. */
function meanOf(curves: readonly Curve[]): Point[] {
  const epochs = [...curves[0]!.keys()].filter((epoch) => curves.every((one) => one.has(epoch)));
  return epochs.map((epoch) => {
    const points = curves.map((curve) => curve.get(epoch)!);
    const [x, y] = [d3.mean(points, ({ x }) => x)!, d3.mean(points, ({ y }) => y)!];
    return { x, y, std: null, fits: true, mark: "none", value: "", title: "" };
  });
}

/** Whether some of the runs lack epochs that others have, as those that patience ended. */
function isUneven(curves: readonly Curve[]): boolean {
  const all = new Set(curves.flatMap((curve) => [...curve.keys()]));
  return curves.some(({ size }) => size < all.size);
}

function words(name: string, rows: readonly Row[], { values, y }: Figure): string {
  const ends = rows.flatMap((row) => values(row).findLast((value) => value !== null) ?? []);
  return ends.length === 0
    ? `${name}: no value.`
    : `${name} ends at ${ends.map((value) => y.tell!(value)).join(", ")}.`;
}

function lossText(value: number): string {
  return value.toPrecision(4);
}
