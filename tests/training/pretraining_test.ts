/** Pre-training an equilibrium model as a weight-tied network. */
import { planted } from "../../graphs/planted/planted.ts";
import { openGpu } from "../../gpu/gpu.ts";
import { DeqGnn } from "../../models/deq_gnn.ts";
import { shapeOf } from "../../models/model.ts";
import { RevGnn } from "../../models/rev_gnn.ts";
import { forecast } from "../../training/runs/forecast.ts";
import { initialValues } from "../../training/steps/initial_values.ts";
import { checkResidualCurves, residualCurves } from "../../training/measures/residual_curves.ts";
import { train } from "../../training/loop/train.ts";
import { assertEquals, assertRejects, assertThrows } from "../assert.ts";

const graph = planted({ nodes: 100, degree: 4, tasks: 3 });
const model = new DeqGnn({ channels: 8 }, shapeOf(graph));

Deno.test("train() unrolls in the first epochs, and scores the equilibrium in all", async () => {
  using gpu = await openGpu();
  const { solves } = await train(gpu, model, graph, { epochs: 5, pretrainEpochs: 3 });
  const counts = Object.entries(solves!).map(([of, { solves }]) => [of, solves]);
  assertEquals(counts, [["training", 2], ["adjoint", 2], ["evaluation", 5]]);
});

Deno.test("forecast() knows the epochs that solve as well as those that unroll", async () => {
  for (const pretrainDepth of [1, 6]) {
    const options = { epochs: 4, pretrainEpochs: 2, pretrainDepth };
    using gpu = await openGpu();
    const { peakBytes, activationBytes } = await train(gpu, model, graph, options);
    const expected = await forecast(model, graph, options);
    assertEquals(expected, { peakBytes, activationBytes });
  }
});

Deno.test("train() that is pre-trained takes the larger of what it takes unrolled and solved", async () => {
  for (const pretrainDepth of [1, 20]) {
    const peakOf = async (epochs: number, pretrainEpochs: number) =>
      (await forecast(model, graph, { epochs, pretrainEpochs, pretrainDepth })).peakBytes;
    assertEquals(await peakOf(2, 1), Math.max(await peakOf(1, 1), await peakOf(1, 0)));
  }
});

Deno.test("residualCurves() draws one by every solver, whichever the model's own is", async () => {
  for (
    const solver of [{ kind: "anderson", memory: 2 }, {
      kind: "fixed-point",
      damping: 0.5,
    }] as const
  ) {
    const model = new DeqGnn({ channels: 8, equilibrium: { solver } }, shapeOf(graph));
    using gpu = await openGpu();
    const residuals = await residualCurves(gpu, model, graph, initialValues(model, graph, 0), 3);
    assertEquals(Object.keys(residuals), ["anderson", "broyden", "fixed-point"]);
    for (const [method, curve] of Object.entries(residuals)) {
      assertEquals(curve.length, 4, method);
    }
  }
});

Deno.test("train() refuses to pre-train what has no equilibrium", async () => {
  const reversible = new RevGnn({ layers: 2, channels: 8 }, shapeOf(graph));
  using gpu = await openGpu();
  await assertRejects(
    () => train(gpu, reversible, graph, { epochs: 2, pretrainEpochs: 1 }),
    RangeError,
    "Cannot pre-train a rev-gnn: only a deq-gnn is unrolled first",
  );
});

Deno.test("checkResidualCurves() refuses what does not solve, or holds no whole graph", () => {
  const reversible = new RevGnn({ layers: 2, channels: 8 }, shapeOf(graph));
  const unrolled = new DeqGnn(
    { channels: 8, equilibrium: { gradient: "unrolled" } },
    shapeOf(graph),
  );
  checkResidualCurves(model, 1);
  for (const [of, parts] of [[reversible, 1], [unrolled, 1], [model, 2]] as const) {
    assertThrows(
      () => checkResidualCurves(of, parts),
      RangeError,
      "Cannot draw curves of residuals: only a deq-gnn that solves",
    );
  }
});
