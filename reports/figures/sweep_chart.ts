/** A sweep as parallel coordinates: an axis for each setting that differs, and the validation score. */
// @ts-types="types-d3"
import * as d3 from "d3";
import type { Row } from "../../training/row.ts";
import type { ParallelAxis, ParallelChart } from "../charts/chart.ts";
import { score } from "../findings/format.ts";
import type { Ranked } from "../findings/ranked.ts";
import { spreadText } from "../findings/spread.ts";
import { metricOfRows } from "../findings/summary.ts";

const HEIGHT = 360;
const SCORE_TICKS = 6;

/** A setting, and what a run has of it. */
export interface Setting {
  readonly name: string;
  readonly of: (row: Row) => string;
}

/** The settings' scores, best first. */
export function sweepChart(ranked: readonly Ranked[], settings: readonly Setting[]): ParallelChart {
  const metric = metricOfRows(ranked.flatMap(({ rows }) => rows));
  const axes = settings.map((setting) => orderedAxis(setting, ranked));
  const scores = scoreAxis(`valid ${metric}, %`, ranked);
  const lines = ranked.map((one, i) => {
    const texts = settings.map(({ of }) => of(one.rows[0]!));
    const valid = spreadText(one.valid, score);
    const told = settings.map(({ name }, k) => `${name} ${texts[k]}`).join(", ");
    return {
      name: told,
      places: [...axes.map(({ place }, k) => place(texts[k]!)), scores.place(one.valid.mean)],
      texts: [...texts, score(one.valid.mean)],
      rank: i === 0 ? "best" as const : i < ranked.length / 4 ? "good" as const : "other" as const,
      value: valid,
      title: `${told}: ${valid}`,
    };
  });
  const best = lines[0];
  return {
    kind: "parallel",
    id: "sweep",
    heading: "Settings and validation score",
    caption: "A line for each combination of settings; the thick one is the best by validation, " +
      "the best quarter is blue. Values of a setting are evenly spaced.",
    description: best
      ? `Of ${lines.length} combinations the best by validation is ${best.title}.`
      : "No run has ended yet.",
    height: HEIGHT,
    axes: [...axes, scores].map(({ axis }) => axis),
    lines: lines.toReversed(),
  };
}

/** Values in rising order where they are numbers, else as words; evenly spaced. */
function orderedAxis({ name, of }: Setting, ranked: readonly Ranked[]) {
  const values = [...new Set(ranked.map(({ rows }) => of(rows[0]!)))];
  const numbers = values.every((value) => value !== "" && Number.isFinite(Number(value)));
  const sorted = numbers ? d3.sort(values, Number) : d3.sort(values);
  const place = (value: string) =>
    sorted.length < 2 ? 0.5 : sorted.indexOf(value) / (sorted.length - 1);
  const axis: ParallelAxis = {
    label: name,
    ticks: sorted.map((text) => ({ at: place(text), text })),
  };
  return { axis, place };
}

function scoreAxis(label: string, ranked: readonly Ranked[]) {
  const [low = 0, high = 1] = d3.extent(ranked, ({ valid }) => 100 * valid.mean) as
    | [number, number]
    | [undefined, undefined];
  const scale = d3.scaleLinear(low === high ? [low - 1, high + 1] : [low, high], [0, 1]).nice();
  const axis: ParallelAxis = {
    label,
    ticks: scale.ticks(SCORE_TICKS).map((tick) => ({ at: scale(tick), text: String(tick) })),
  };
  return { axis, place: (value: number) => scale(100 * value) };
}
