/** Measures how the residual of a trained equilibrium model falls step by step, for each solver. */
import type { Graph } from "../../graphs/graph.ts";
import { DeviceGraph } from "../../batch/device_graph.ts";
import type { Device } from "../../gpu/tensor.ts";
import {
  type EquilibriumOptions,
  SOLVER,
  type SolverGiven,
  type SolverKind,
  SOLVERS,
} from "../../layers/equilibrium_options.ts";
import { Parameters } from "../../layers/parameters.ts";
import { buildModel } from "../../models/build.ts";
import { type Model, shapeOf, usedBy } from "../../models/model.ts";
import type { ModelGiven } from "../../models/options.ts";
import { resolve } from "../../settings/resolve.ts";

/** The relative residual at the start and after every step, by solver; null where it was infinite. */
export type ResidualCurves = Readonly<Record<SolverKind, readonly (number | null)[]>>;

/** Throws a sentence unless the model solves, and the whole graph may stand on the device. */
export function checkResidualCurves({ options }: Model, evaluateParts: number): void {
  const solves = options.kind === "deq-gnn" && options.equilibrium?.gradient.kind !== "unrolled";
  if (solves && evaluateParts === 1) return;
  throw new RangeError(
    "Cannot draw curves of residuals: only a deq-gnn that solves, with the whole graph on the " +
      "device, has any",
  );
}

/**
 * Solves a model's system at these flat values by every solver, for this many steps whatever the tolerance.
 */
export async function residualCurves(
  gpu: Device,
  model: Model,
  data: Graph,
  values: Float32Array,
  maxSteps: number,
): Promise<ResidualCurves> {
  const { options } = model;
  using graph = new DeviceGraph(gpu, data, { ...usedBy(model), backward: false });
  const curves: [string, readonly (number | null)[]][] = [];
  const own = options.equilibrium?.solver;
  for (const kind of SOLVERS) {
    const equilibrium = { solver: shared(kind, own), maxSteps, tolerance: 0 };
    const model = buildModel({ ...options, equilibrium } as ModelGiven, shapeOf(data));
    using parameters = new Parameters(gpu, model.layout, values);
    using _logits = await model.predict({
      mode: "evaluation",
      graph,
      parameters,
      equilibrium: {
        onSolve: ({ residuals }) =>
          curves.push([kind, residuals.map((r) => Number.isFinite(r) ? r : null)]),
      },
    });
  }
  return Object.fromEntries(curves) as ResidualCurves;
}

/** A solver with what it shares with the model's own: memory and damping, where both have any. */
function shared(kind: SolverKind, own: EquilibriumOptions["solver"] | undefined): SolverGiven {
  const names = Object.keys(resolve(SOLVER, kind));
  const given = Object.entries(own ?? {}).filter(([name]) => names.includes(name));
  return { ...Object.fromEntries(given), kind } as SolverGiven;
}
