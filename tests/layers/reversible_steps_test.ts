/** Reversible solves of the cell: their way back against float64, against stored steps, and in bytes. */
import { planted } from "../../graphs/planted/planted.ts";
import { openGpu } from "../../gpu/gpu.ts";
import { DeviceGraph } from "../../batch/device_graph.ts";
import { initialWeights } from "../../layers/parameter_layout.ts";
import { Parameters } from "../../layers/parameters.ts";
import type { EquilibriumGiven } from "../../layers/equilibrium_options.ts";
import {
  type ReversibleSteps,
  takeReversibleSteps,
  takeReversibleStepsBack,
} from "../../layers/reversible_steps.ts";
import { DeqGnn } from "../../models/deq_gnn.ts";
import { modelOptions } from "../../models/options.ts";
import { shapeOf } from "../../models/model.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { assertClose, gpu, read, upload } from "../kernels/device.ts";
import { reversibleEquilibrium } from "../reference/reversible_equilibrium.ts";
import { dense, dot, largestError } from "../reference/matrix.ts";
import { EQUILIBRIUM, MODEL, ROUNDED_STATE, ROUNDING, UNROLLED } from "../tolerances.ts";
import { assertGradients, differences, dy, graph, problem, x } from "./equilibria.ts";

const FIXED = { damping: 0.5, numbers: "fixed" } as const;
const WAYS: ReversibleSteps[] = [1, 2, 7, 12].flatMap((steps) => [
  { steps, ...FIXED },
  { steps, damping: 0.5, numbers: "float" as const },
  { steps, damping: 0.8, numbers: "float" as const },
]);

for (const operator of ["gcn", "sage"] as const) {
  Deno.test(`A reversible solve and its gradient are those of float64, ${operator}`, async () => {
    for (const how of WAYS) {
      const { cell, pass, params, mask, gradients } = problem(operator, {});
      const injected = upload(x);
      const { y, saved } = takeReversibleSteps(cell, pass, injected, how, "bits");
      const solution = () => reversibleEquilibrium(operator, graph, params, x, how, mask);
      const tolerance = how.numbers === "fixed" ? ROUNDED_STATE : MODEL;
      await assertClose(y, solution(), tolerance, `${how.steps} steps of ${how.numbers}`);
      const dx = takeReversibleStepsBack(cell, pass, upload(dy), how, saved);
      const expected = differences(params, () => dot(solution(), dy));
      await assertGradients({ dx, params: await gradients() }, expected, EQUILIBRIUM);
    }
  });

  Deno.test(`The way back of a reversible solve is that of stored steps, ${operator}`, async () => {
    for (const how of WAYS) {
      const ways = [];
      for (const keeps of ["bits", "activations"] as const) {
        const { cell, pass, gradients } = problem(operator, {});
        const injected = upload(x);
        const { y, saved } = takeReversibleSteps(cell, pass, injected, how, keeps);
        const dx = takeReversibleStepsBack(cell, pass, upload(dy), how, saved);
        const states = await gpu.read(...saved.states);
        const values = [await read(y), await read(dx)];
        for (const { data } of Object.values(await gradients())) {
          values.push(Float32Array.from(data));
        }
        ways.push({ values, states, damping: how.damping });
      }
      const [undone, stored] = ways as [typeof ways[0], typeof ways[0]];
      if (how.numbers === "fixed") {
        assertEquals(undone.values, stored.values);
        // Undone to the very zeros that the solve began with.
        for (const state of undone.states) assertEquals(state, new Float32Array(state.length));
      } else {
        // Each of both states is undone half as often as there are steps.
        const amplified = ROUNDING / (1 - how.damping) ** (how.steps / 2);
        undone.values.forEach((values, i) => {
          const error = largestError(values, Float64Array.from(stored.values[i]!));
          if (!(error <= Math.max(UNROLLED, amplified))) throw new Error(`${i} is off by ${error}`);
        });
      }
    }
  });
}

Deno.test("A reversible solve by floats drifts by 1 / (1 - damping) a step, by fixed numbers not", async () => {
  const drift = async (how: ReversibleSteps) => {
    const { cell, pass } = problem("gcn", {});
    const injected = upload(x);
    const { y, saved } = takeReversibleSteps(cell, pass, injected, how, "bits");
    const size = largestError(await read(y), dense(y.rows, y.cols).data);
    takeReversibleStepsBack(cell, pass, upload(dy), how, saved);
    const left = await gpu.read(...saved.states);
    return Math.max(...left.flatMap((state) => [...state].map(Math.abs))) / Math.max(size, 1);
  };
  const few = await drift({ steps: 6, damping: 0.8, numbers: "float" });
  const many = await drift({ steps: 16, damping: 0.8, numbers: "float" });
  assert(many > 100 * few, `${few} after 6 steps, ${many} after 16`);
  assertEquals(await drift({ steps: 40, ...FIXED }), 0);
});

const large = planted({ nodes: 500, degree: 4, edgeFeatures: 3, tasks: 3, seed: 1 });

function deq(maxSteps: number, gradient: EquilibriumGiven["gradient"]): DeqGnn {
  return new DeqGnn({ channels: 32, equilibrium: { maxSteps, gradient } }, shapeOf(large));
}

Deno.test("A reversible solve's memory grows by an eighth of a byte a number and step, and no more", async () => {
  const peaks = [];
  for (const steps of [8, 16, 32]) {
    using gpu = await openGpu();
    const model = deq(steps, { kind: "reversible" });
    using device = new DeviceGraph(gpu, large);
    using parameters = new Parameters(gpu, model.layout, initialWeights(model.layout, 1));
    gpu.clear(parameters.gradients);
    using forward = await model.forward({ mode: "evaluation", graph: device, parameters });
    using dLogits = gpu.upload({ data: new Float32Array(1500).fill(1), rows: 500, cols: 3 });
    await forward.backward(dLogits);
    await gpu.read(dLogits);
    peaks.push(gpu.ledger.peak);
  }
  // Rows of bits begin at multiples of 256 bytes.
  const bits = 256 * Math.ceil(500 * 32 / 8 / 256);
  assertEquals([peaks[1]! - peaks[0]!, peaks[2]! - peaks[1]!], [8 * bits, 16 * bits]);
});

Deno.test("DeqGnn's reversible gradients are the bits of its stored ones", async () => {
  const model = deq(12, { kind: "reversible" });
  using gpu = await openGpu();
  using device = new DeviceGraph(gpu, large);
  const ways: Float32Array[] = [];
  for (const way of ["forward", "forwardStored"] as const) {
    using parameters = new Parameters(gpu, model.layout, initialWeights(model.layout, 1));
    gpu.clear(parameters.gradients);
    using forward = await model[way]({ mode: "evaluation", graph: device, parameters });
    using dLogits = gpu.upload({ data: new Float32Array(1500).fill(1e-3), rows: 500, cols: 3 });
    await forward.backward(dLogits);
    ways.push((await gpu.read(parameters.gradients))[0]!);
  }
  assertEquals(ways[0], ways[1]);
  assert(ways[0]!.some((value) => value !== 0));
});

Deno.test("A reversible solve takes no solver, and of fixed numbers half steps alone", () => {
  const options = (equilibrium: EquilibriumGiven) =>
    modelOptions({ kind: "deq-gnn", channels: 8, equilibrium });
  assertThrows(
    () => options({ gradient: { kind: "reversible" }, tolerance: 0.1 }),
    RangeError,
    "Cannot choose a solver with the gradient reversible",
  );
  assertThrows(
    () => options({ gradient: { kind: "reversible", damping: 0.8 } }),
    RangeError,
    "Cannot undo steps of damping 0.8 in fixed-point numbers: they are halved, use damping 0.5 or the numbers float",
  );
  options({ gradient: { kind: "reversible", damping: 0.8, numbers: "float" } });
});
