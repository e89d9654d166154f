/**
 * Gradients rebuilt from the last state against those of stored activations. Groups are 8 channels
 * wide: a norm of fewer divides by differences that are roundings, with either backward pass.
 */
import { openGpu } from "../../gpu/gpu.ts";
import { initialWeights } from "../../layers/parameter_layout.ts";
import { type Model, shapeOf } from "../../models/model.ts";
import { RevGnn } from "../../models/rev_gnn.ts";
import { driftOf } from "../../training/measures/drift.ts";
import { assert, assertThrows } from "../assert.ts";
import { DRIFT_PER_LAYER } from "../tolerances.ts";
import { assertRebuilds, rankedEdges, SEEDS, smoothWeights } from "./smooth.ts";

const graph = rankedEdges({ nodes: 60, degree: 6, seed: 1 });

for (const layers of [3, 28]) {
  for (const groups of [2, 4]) {
    const title = `${layers} layers, C = ${groups}`;
    Deno.test(`RevGnn's gradients equal those of stored activations, ${title}`, async () => {
      using gpu = await openGpu();
      const channels = 8 * groups;
      const model = new RevGnn({ layers, channels, groups, dropout: 0.2 }, shapeOf(graph));
      await assertRebuilds(gpu, model, graph);
    });
  }
}

for (const convolution of ["gcn", "sage"] as const) {
  Deno.test(`RevGnn's gradients equal those of stored activations, ${convolution}`, async () => {
    using gpu = await openGpu();
    for (const groups of [2, 4]) {
      const options = { layers: 28, channels: 8 * groups, groups, dropout: 0.2, convolution };
      const model = new RevGnn(options, shapeOf(graph));
      await assertRebuilds(gpu, model, graph);
    }
  });
}

for (const layers of [112, 1001]) {
  Deno.test(`RevGnn drifts little in ${layers} layers`, async () => {
    using gpu = await openGpu();
    const model = new RevGnn({ layers, channels: 16, dropout: 0.1 }, shapeOf(graph));
    const bound = layers * DRIFT_PER_LAYER;
    for (const seed of SEEDS.slice(0, layers > 112 ? 1 : 3)) {
      // Of weights as a training starts with, states alone: a winner that changes changes gradients.
      const initial = initialWeights(model.layout, seed);
      const drawn = await driftOf(gpu, model as Model, { graph }, initial, { seed });
      assert(drawn.firstState > 0, "something is rebuilt");
      const values = smoothWeights(model, graph.nodes, seed);
      const smooth = await driftOf(gpu, model as Model, { graph }, values, { seed });
      for (const error of [drawn.firstState, smooth.firstState, smooth.gradients]) {
        assert(error <= bound, `drifts by ${error}, allowed ${bound}`);
      }
    }
  });
}

Deno.test("RevGnn refuses a single group, with a sentence", () => {
  assertThrows(
    () => new RevGnn({ layers: 1, channels: 8, groups: 1 }, shapeOf(graph)),
    RangeError,
    "Cannot use groups 1: expected a whole number from 2",
  );
});

Deno.test("RevGnn refuses what is no network, with a sentence", () => {
  const cases = [
    [{ layers: 0 }, "Cannot use layers 0: expected a whole number from 1"],
    [{ channels: 1.5 }, "Cannot use channels 1.5: expected a whole number from 1"],
    [
      { groups: 3 },
      "Cannot split 80 channels into 3 groups: channels must be a multiple of groups",
    ],
    [{ dropout: 1 }, "Cannot use dropout 1: expected a number from 0 and below 1"],
    [{ dropout: NaN }, "Cannot use dropout NaN: expected a number"],
  ] as const;
  for (const [options, message] of cases) {
    const build = () => new RevGnn({ layers: 2, channels: 80, ...options }, shapeOf(graph));
    assertThrows(build, RangeError, message);
  }
});
