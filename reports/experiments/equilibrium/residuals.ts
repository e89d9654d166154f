/** How the residual ‖f(z) − z‖ / ‖f(z)‖ of a trained equilibrium model falls by each solver's steps. */
// @ts-types="types-d3"
import * as d3 from "d3";
import { type SolverKind, SOLVERS } from "../../../layers/equilibrium_options.ts";
import type { Row } from "../../../training/row.ts";
import type { LineChart, Point, Series, Shape } from "../../charts/chart.ts";
import { amount, residual } from "../../findings/format.ts";

/** One solver's residuals, from before its first step on; null where infinite. */
interface Curve {
  readonly method: SolverKind;
  readonly name: string;
  readonly residuals: readonly (number | null)[];
}

/** The curves of all solvers on the model of one run. */
interface Curves {
  readonly row: Row;
  readonly tolerance: number;
  readonly curves: readonly Curve[];
}

const NAMES: Record<SolverKind, string> = {
  anderson: "Anderson",
  broyden: "Broyden",
  "fixed-point": "fixed-point iteration",
};

const LABELS: Record<SolverKind, string> = { ...NAMES, "fixed-point": "fixed point" };

const SHAPES: Record<SolverKind, Shape> = {
  anderson: "diamond",
  broyden: "circle",
  "fixed-point": "square",
};

/** Returns the curves of the first row that has any; null where none has. */
function curvesOf(rows: readonly Row[]): Curves | null {
  const row = rows.find(({ residuals }) => residuals);
  if (!row) return null;
  return {
    row,
    tolerance: row.model.equilibrium!.tolerance,
    curves: SOLVERS.map((method) => ({
      method,
      name: NAMES[method],
      residuals: row.residuals![method],
    })),
  };
}

/** The first step after which the residual is no more than this; null where there is none. */
function firstWithin({ residuals }: Curve, tolerance: number): number | null {
  const step = residuals.findIndex((value) => value !== null && value <= tolerance);
  return step < 0 ? null : step;
}

/** The lowest residual and its step; undefined where all are infinite. */
function lowest({ residuals }: Curve): { step: number; value: number } | undefined {
  const known = residuals.flatMap((value, step) => value === null ? [] : [{ step, value }]);
  return d3.least(known, ({ value }) => value);
}

/** A line for each solver, the tolerance of training across them. */
export function residualChart(rows: readonly Row[], dataset: string): LineChart {
  const found = curvesOf(rows);
  return {
    kind: "line",
    id: "residuals",
    heading: `Residual after each step of a solver, on ${dataset}`,
    caption: found ? captionOf(found) : "No trained model has been solved for its curves yet.",
    description: found?.curves.map((curve) => words(curve, found.tolerance)).join(" ") ?? "",
    height: 300,
    x: { label: "steps of the solver", scale: "linear" },
    y: { label: "relative residual, log scale", scale: "decimal", format: residual },
    limit: found && { y: found.tolerance, label: `tolerance ${residual(found.tolerance)}` },
    strip: "",
    series: found?.curves.map(seriesOf) ?? [],
  };
}

function captionOf({ row }: Curves): string {
  const steps = row.model.equilibrium!.maxSteps;
  return `${row.name} trained with up to ${
    amount(steps, "solver step")
  }, seed ${row.seed}, on the ` +
    "whole graph without dropout. Every solver starts from zero and goes on below the tolerance " +
    "that ends it in training; each step evaluates f once.";
}

/** A logarithmic axis has no place for 0 and infinity. */
function seriesOf({ method, name, residuals }: Curve): Series {
  const points = residuals.flatMap((value, step): Point[] => {
    if (value === null || value <= 0) return [];
    const text = `${amount(step, "step")}: ${residual(value)}`;
    const shared = { x: step, y: value, std: null, fits: true, mark: "vertex" } as const;
    return [{ ...shared, value: text, title: `${name}, ${text}` }];
  });
  return {
    label: [LABELS[method], ""],
    tone: method,
    shape: SHAPES[method],
    thin: false,
    points,
    absent: [],
  };
}

function words(curve: Curve, tolerance: number): string {
  const within = firstWithin(curve, tolerance);
  const least = lowest(curve);
  const reached = within === null
    ? `does not reach ${residual(tolerance)}`
    : `reaches ${residual(tolerance)} after ${amount(within, "step")}`;
  const end = least
    ? `its lowest residual is ${residual(least.value)} after ${amount(least.step, "step")}`
    : "all its residuals are infinite";
  return `${curve.name} ${reached}; ${end}.`;
}
