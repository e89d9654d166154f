/** A contracting cell with GCN or SAGE on the device and in float64, and what its gradients are compared by. */
import type { Tensor } from "../../gpu/tensor.ts";
import { DeviceGraph } from "../../batch/device_graph.ts";
import type { Convolution } from "../../layers/convolution.ts";
import { Equilibrium } from "../../layers/equilibrium.ts";
import { EquilibriumCell } from "../../layers/equilibrium_cell.ts";
import type { EquilibriumGiven } from "../../layers/equilibrium_options.ts";
import type { Pass, SolveReport } from "../../layers/pass.ts";
import { GcnConvolution } from "../../layers/gcn_convolution.ts";
import { ParameterLayout } from "../../layers/parameter_layout.ts";
import { Parameters } from "../../layers/parameters.ts";
import { SageConvolution } from "../../layers/sage_convolution.ts";
import { STREAMS } from "../../kernels/dropout.ts";
import { readGradients } from "../../training/files/state_dict.ts";
import { dropoutKeys, KEYS } from "../../training/steps/dropout_keys.ts";
import { assertClose, gpu, rounded, upload } from "../kernels/device.ts";
import { graphOf, randomEdges } from "../kernels/graphs.ts";
import { dropoutKey, dropoutMask } from "../reference/dropout.ts";
import type { CellParams } from "../reference/equilibrium_cell.ts";
import { type Dense, dense, finiteDifferences, random } from "../reference/matrix.ts";
import { matrixOf, roughWeights } from "./blocks.ts";

export const [NODES, CHANNELS, RATE, SEED] = [11, 3, 0.2, 5];
const edges = randomEdges(NODES, 25, 1);
export const graph = graphOf(NODES, edges, dense(edges.length, 0));
const CONVOLUTIONS: Record<
  "gcn" | "sage",
  new (layout: ParameterLayout, name: string, channels: number) => Convolution
> = { gcn: GcnConvolution, sage: SageConvolution };
const NAMES = { first: "gcn1.lin", norm1: "norm1", second: "gcn2.lin", norm2: "norm2" };
/** A cell whose function contracts: its convolutions are a fifth of what PyTorch draws. */
export function problem(operator: "gcn" | "sage", options: EquilibriumGiven) {
  const layout = new ParameterLayout();
  const Convolution = CONVOLUTIONS[operator];
  const device = new EquilibriumCell(layout, "deq", {
    channels: CHANNELS,
    convolution: (layout, name) => new Convolution(layout, name, CHANNELS),
  });
  const values = roughWeights(layout, 1);
  for (const { name, rows, cols, offset } of layout.parameters) {
    if (!name.endsWith("lin")) continue;
    values.subarray(offset / 4, offset / 4 + rows * 4 * Math.ceil(cols / 4))
      .forEach((value, k, all) => all[k] = value / 5);
  }
  const matrices = (values: Float32Array) => {
    const entries = Object.entries(NAMES)
      .map(([key, name]) => [key, matrixOf(layout, values, `deq.${name}`)]);
    return Object.fromEntries(entries) as Record<keyof CellParams, Dense>;
  };
  const parameters = new Parameters(gpu, layout, values);
  gpu.clear(parameters.gradients);
  const solves: SolveReport[] = [];
  const keys = gpu.upload({
    data: dropoutKeys(SEED, 1),
    rows: 1,
    cols: KEYS,
  });
  const pass: Pass = {
    mode: "training",
    graph: new DeviceGraph(gpu, graph),
    parameters,
    masks: { keys, rate: RATE },
    equilibrium: { onSolve: (report) => void solves.push(report) },
  };
  return {
    cell: device,
    equilibrium: new Equilibrium(device, options),
    pass,
    solves,
    params: matrices(values),
    mask: dropoutMask(dropoutKey(SEED, 1, STREAMS.layers), RATE, NODES, CHANNELS),
    gradients: async () => matrices(await readGradients(parameters)),
  };
}

export const x = rounded(random(NODES, CHANNELS, 2));
export const dy = rounded(random(NODES, CHANNELS, 3));

/** Finite differences of a loss by every weight and by x. */
export function differences(params: CellParams, loss: () => number) {
  return {
    ...Object.fromEntries(
      Object.entries(params).map((
        [name, { data, ...shape }],
      ) => [name, { ...shape, data: finiteDifferences(loss, data) }]),
    ),
    x: { ...x, data: finiteDifferences(loss, x.data) },
  } as Record<keyof CellParams | "x", Dense>;
}

export async function assertGradients(
  actual: { dx: Tensor; params: Record<keyof CellParams, Dense> },
  expected: Record<keyof CellParams | "x", Dense>,
  tolerance: number,
): Promise<void> {
  await assertClose(actual.dx, expected.x, tolerance, "dx");
  for (const name of ["first", "norm1", "second", "norm2"] as const) {
    await assertClose(upload(actual.params[name]), expected[name], tolerance, name);
  }
}
