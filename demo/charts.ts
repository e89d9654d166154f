/** The page's charts: what memory each layer took, and how both models learn. */
import type { LineChart, Point, Series } from "../reports/charts/chart.ts";
import { lookOf } from "../reports/charts/looks.ts";
import { bytes } from "../reports/findings/format.ts";
import { NAMES } from "./plan.ts";
import { BUDGET, lastOf, peakOf, percentOf, type Run } from "./run.ts";

type Told = Pick<Point, "x" | "y" | "value" | "title">;

const MIB = 2 ** 20;
const HEIGHT = 300;
/** Beyond so many, points crowd a line, and have no dots. */
const MOST_DOTS = 61;

/** Activations on the way through the layers and back; the last layer stands in the middle, at 0. */
export function stepMemoryChart(runs: readonly Run[]): LineChart {
  const { layers } = runs[0]!.plan;
  const peaks = runs.map((run) => `${NAMES[run.kind]} holds up to ${bytes(peakOf(run))}`);
  return {
    kind: "line",
    ...{ id: "memory", height: HEIGHT, strip: "", caption: "" },
    heading: "Memory held while one training step passes the layers",
    description: `From layer 1 to layer ${layers} and back to 1, ${peaks.join(", ")}.`,
    x: {
      label: `layer, forward to ${layers} and back to 1`,
      scale: "linear",
      format: (x) => Number.isInteger(x) ? String(layers - Math.abs(x)) : "",
    },
    y: {
      label: "activations held, MiB",
      scale: "linear",
      zero: true,
      format: short,
      tell: (value) => bytes(value * MIB),
    },
    limit: runs.some(({ status }) => status === "too large")
      ? { y: BUDGET / MIB, label: `what this page may take: ${bytes(BUDGET)}`, beyond: "no room" }
      : null,
    series: runs.map((run) => seriesOf(run, bytes(peakOf(run)), memoryPoints(run))),
  };
}

function memoryPoints({ kind, plan: { layers }, footprint }: Run): Told[] {
  return footprint.layers.map(({ layer, bytes: held }, i) => ({
    x: i + 1 - layers,
    y: held / MIB,
    value: bytes(held),
    title: `${NAMES[kind]}, layer ${layer} on the way ${i < layers ? "forward" : "back"}: ` +
      `${bytes(held)} of activations`,
  }));
}

/** The training loss, epoch by epoch. */
export function lossChart(runs: readonly Run[]): LineChart {
  return {
    ...learning(runs, "loss", "Training loss"),
    y: {
      label: "binary cross entropy",
      scale: "linear",
      format: short,
      tell: (value) => value.toFixed(4),
    },
    series: runs.map((run) =>
      seriesOf(
        run,
        lastOf(run)?.loss.toFixed(4),
        run.epochs.map(({ epoch, loss }) => ({
          x: epoch,
          y: loss,
          value: loss.toFixed(4),
          title: `${NAMES[run.kind]}, epoch ${epoch}: loss ${loss.toFixed(4)}`,
        })),
      )
    ),
  };
}

/** The score of the validation nodes, epoch by epoch. */
export function validationChart(runs: readonly Run[]): LineChart {
  return {
    ...learning(runs, "validation", "Validation score"),
    y: {
      label: "ROC-AUC, %",
      scale: "linear",
      format: short,
      tell: (value) => percentOf(value / 100)!,
    },
    series: runs.map((run) =>
      seriesOf(
        run,
        percentOf(lastOf(run)?.scores?.valid),
        run.epochs.flatMap(({ epoch, scores }) =>
          scores === null ? [] : {
            x: epoch,
            y: 100 * scores.valid,
            value: percentOf(scores.valid)!,
            title: `${NAMES[run.kind]}, epoch ${epoch}: ${percentOf(scores.valid)} on validation`,
          }
        ),
      )
    ),
  };
}

/** What both learning curves have in common. */
function learning(runs: readonly Run[], id: string, heading: string) {
  const last = runs.map(({ kind, epochs }) => `${NAMES[kind]} after ${epochs.length} epochs`);
  return {
    kind: "line",
    ...{ id, heading, height: HEIGHT, strip: "", limit: null, caption: "" },
    description: `${heading} of ${last.join(" and ")}; the table below has every value.`,
    x: { label: "epoch", scale: "linear", format: (x) => Number.isInteger(x) ? String(x) : "" },
  } satisfies Partial<LineChart>;
}

/** A tick as short as it can be. */
function short(value: number): string {
  return Number(value.toPrecision(6)).toLocaleString("en", { maximumFractionDigits: 6 });
}

function seriesOf(
  { kind }: Run,
  detail: string | undefined,
  points: readonly Told[],
): Series {
  const mark = points.length > MOST_DOTS ? "none" : "vertex";
  return {
    ...lookOf({ kind }),
    label: [NAMES[kind], detail ?? ""],
    thin: false,
    points: points.map((point) => ({ ...point, std: null, fits: true, mark })),
    absent: [],
  };
}
