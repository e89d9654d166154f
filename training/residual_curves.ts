/** How the residual falls step by step, by each solver, on a trained equilibrium model. */
import type { Graph } from "../graphs/graph.ts";
import type { DeviceGraph } from "../gpu/device_graph.ts";
import { METHODS } from "../layers/equilibrium_options.ts";
import { Parameters } from "../layers/parameters.ts";
import { buildModel } from "../models/build.ts";
import { type Model, shapeOf } from "../models/model.ts";

/** The relative residual at the start and after every step, by solver; null where it was infinite. */
export type ResidualCurves = Readonly<Record<typeof METHODS[number], readonly (number | null)[]>>;

/** Solves the model's system by every solver for so many steps, whatever its tolerance. */
export async function residualCurves(
  { options }: Model,
  values: Float32Array,
  graph: { data: Graph; whole: DeviceGraph },
  maxSteps: number,
): Promise<ResidualCurves> {
  const curves: [string, readonly (number | null)[]][] = [];
  const { memory, damping } = options.equilibrium ?? {};
  for (const method of METHODS) {
    const equilibrium = {
      method,
      maxSteps,
      tolerance: 0,
      ...memory !== undefined && method !== "fixed-point" && { memory },
      ...damping !== undefined && method !== "broyden" && { damping },
    };
    const model = buildModel({ ...options, equilibrium }, shapeOf(graph.data));
    using parameters = new Parameters(graph.whole.gpu, model.layout, values);
    using _logits = await model.evaluate({
      graph: graph.whole,
      parameters,
      onSolve: ({ residuals }) =>
        curves.push([method, residuals.map((r) => Number.isFinite(r) ? r : null)]),
    });
  }
  return Object.fromEntries(curves) as ResidualCurves;
}
