/** Models of GEN by every aggregation, with edges encoded or not. */
import { planted } from "../../graphs/planted/planted.ts";
import { openGpu } from "../../gpu/gpu.ts";
import { type AggregationOptions, AGGREGATIONS } from "../../layers/aggregation_options.ts";
import { ResGnn } from "../../models/res_gnn.ts";
import { shapeOf } from "../../models/model.ts";
import { RevGnn } from "../../models/rev_gnn.ts";
import { forecast } from "../../training/runs/forecast.ts";
import { stateDict } from "../../training/files/state_dict.ts";
import { train } from "../../training/loop/train.ts";
import { assert, assertEquals } from "../assert.ts";
import { MODEL } from "../tolerances.ts";
import { steadyStep } from "./reference.ts";
import { assertRebuilds, rankedEdges } from "./smooth.ts";
import { assertValuesClose, stepOf } from "./step.ts";

const graph = planted({ nodes: 60, degree: 6, seed: 1, edgeFeatures: 3 });
const ranked = rankedEdges({ nodes: 60, degree: 6, seed: 1 });

/** Every kind with all that it can learn, and some with message norm. */
const CASES: AggregationOptions[] = [
  ...AGGREGATIONS.map((kind) => ({
    kind,
    ...(kind === "softmax" || kind === "softmax_sum") && { learnT: true },
    // Below 1 a power mean's slope grows without bound towards messages of 0, and with it any rounding.
    ...kind.startsWith("power") && { learnP: true, p: 2 },
    ...kind.endsWith("_sum") && { learnY: true },
  } as AggregationOptions)),
  { kind: "max", messageNorm: true },
  { kind: "softmax_sg", t: 0.5, messageNorm: true, learnMessageScale: true },
];

for (const aggregation of CASES) {
  const convolution = { kind: "gen", aggregation } as const;
  const title = aggregation.kind + (aggregation.messageNorm ? " with message norm" : "");

  Deno.test(`RevGnn's gradients equal those of stored activations, ${title}`, async () => {
    using gpu = await openGpu();
    for (const groups of [2, 4, 8]) {
      const options = { layers: 3, channels: 8 * groups, groups, dropout: 0.2, convolution };
      const model = new RevGnn(options, shapeOf(ranked));
      await assertRebuilds(gpu, model, ranked, assertGradientsClose);
    }
  });

  Deno.test(`RevGnn holds the same bytes at 3 and 112 layers, parameters aside, ${title}`, async () => {
    const bytes: number[] = [];
    for (const layers of [3, 112]) {
      using gpu = await openGpu();
      const model = new RevGnn({ layers, channels: 8, dropout: 0.1, convolution }, shapeOf(graph));
      const { peakBytes, activationBytes } = await train(gpu, model, graph, { epochs: 0 });
      assertEquals(await forecast(model, graph, { epochs: 0 }), { peakBytes, activationBytes });
      bytes.push(activationBytes);
    }
    assert(bytes[0]! > 0);
    assertEquals(bytes[1], bytes[0]);
  });
}

for (const Model of [RevGnn, ResGnn]) {
  Deno.test(`${Model.name} that encodes no edges has the reference's step and no edge encoder`, async () => {
    using gpu = await openGpu();
    const bare = {
      ...graph,
      edgeFeatures: { ...graph.edgeFeatures, cols: 0, data: new Float32Array(0) },
    };
    const options = { layers: 2, channels: 12, dropout: 0.2 };
    const told = new Model(
      { ...options, convolution: { kind: "gen", encodeEdges: false } },
      shapeOf(graph),
    );
    const { seed, values, expected } = steadyStep(told, bare, 0);
    const without = new Model(options, shapeOf(bare));
    for (const [model, data] of [[told, graph], [without, bare]] as const) {
      assert(model.layout.parameters.every(({ name }) => !name.includes("edge_encoder")));
      const { logits, loss, gradients } = await stepOf(gpu, model, data, values, seed);
      assertValuesClose("logits", logits, expected.logits.data, MODEL);
      assertValuesClose("loss", [loss], [expected.loss], MODEL);
      assert(gradients.some((gradient) => gradient !== 0));
    }
  });
}

Deno.test("RevGnn without edge encoders has fewer parameters, by exactly theirs", () => {
  const shape = { features: 8, categories: 8, edgeFeatures: 8, tasks: 5 };
  const [D, d] = [6, 3];
  const counts = [true, false].map((encodeEdges) =>
    new RevGnn({ layers: 2, channels: D, convolution: { kind: "gen", encodeEdges } }, shape).layout
      .count
  );
  assertEquals(counts[0]! - counts[1]!, 8 * D + D + 2 * 2 * (D * d + d));
  const bare = new RevGnn({ layers: 2, channels: D }, { ...shape, edgeFeatures: 0 });
  assertEquals(bare.layout.count, counts[1]);
});

/**
 * Each tensor relative to its largest value. A learned number is a sum over nodes that may all but
 * cancel: it is compared among its like of all layers and groups.
 */
function assertGradientsClose(
  model: Pick<RevGnn, "layout">,
  actual: Float32Array,
  expected: Float32Array,
  tolerance: number,
): void {
  const numbers = new Map<string, { actual: number[]; expected: number[] }>();
  const expectations = stateDict(model.layout, expected);
  for (const [name, { shape, data }] of stateDict(model.layout, actual)) {
    const like = expectations.get(name)!.data;
    if (shape[0] !== 1) {
      assertValuesClose(name, data, like, tolerance);
      continue;
    }
    const kind = name.replace(/^.*gcn\./, "");
    const found = numbers.get(kind) ?? { actual: [], expected: [] };
    found.actual.push(Number(data[0]));
    found.expected.push(Number(like[0]));
    numbers.set(kind, found);
  }
  for (const [kind, found] of numbers) {
    assertValuesClose(kind, found.actual, found.expected, tolerance);
  }
}
