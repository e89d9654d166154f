/** The ways by which a reversible network's activations are there again on the way back. */
import { planted } from "../../graphs/planted/planted.ts";
import { openDryRun } from "../../gpu/dry_run.ts";
import { DeviceGraph } from "../../batch/device_graph.ts";
import { initialWeights } from "../../layers/parameter_layout.ts";
import { buildModel } from "../../models/build.ts";
import { shapeOf } from "../../models/model.ts";
import { type ModelGiven, modelOptions } from "../../models/options.ts";
import { ACTIVATIONS, type Activations } from "../../models/stacks.ts";
import { Trainer } from "../../training/steps/trainer.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { gpu } from "../kernels/device.ts";
import { largestError } from "../reference/matrix.ts";
import { DRIFT_PER_LAYER } from "../tolerances.ts";
import { stepOf } from "./step.ts";

const graph = planted({ nodes: 60, degree: 4, edgeFeatures: 3, tasks: 3, seed: 1 });
const LAYERS = 5;
const MODELS = {
  gen: {},
  "gen with batch norms": { norm: "batch" },
  "gen with softmax": { convolution: { kind: "gen", aggregation: "softmax" } },
  "gen with message norm": {
    convolution: { kind: "gen", aggregation: { kind: "mean", messageNorm: true } },
  },
  gcn: { convolution: "gcn" },
  sage: { convolution: "sage", groups: 4 },
  gat: { convolution: { kind: "gat", heads: 2, residual: true, edgeDropout: 0.2 } },
  linear: { convolution: "linear" },
  tied: { tied: true },
  "rev-gat": { kind: "rev-gat", convolution: { kind: "gat", heads: 2, symmetricNorm: true } },
} as const;

function build(activations: Activations, given: Record<string, unknown>) {
  const all = {
    kind: "rev-gnn",
    layers: LAYERS,
    channels: 16,
    dropout: 0.2,
    activations,
    ...given,
  };
  return buildModel(all as unknown as ModelGiven, shapeOf(graph));
}

/** One step's loss and gradients, and a second's: nothing of the first may be in the way. */
async function stepBy(activations: Activations, given: Record<string, unknown>, seed = 0) {
  const model = build(activations, given);
  const values = initialWeights(model.layout, 3);
  gpu.reserve({ bytes: 4 * values.length });
  gpu.trim();
  const before = gpu.ledger.live;
  const step = await stepOf(gpu, model, graph, values, seed);
  gpu.trim();
  assertEquals(gpu.ledger.live, before, "what a step leaves behind");
  return step;
}

for (const [name, given] of Object.entries(MODELS)) {
  Deno.test(`activations of ${name}: recomputed ones are the stored ones, to the bit`, async () => {
    const stored = await stepBy("stored", given);
    assertEquals(await stepBy("recomputed", given), stored);
    const rebuilt = await stepBy("rebuilt", given);
    assertEquals(rebuilt.loss, stored.loss);
    const drift = largestError(Array.from(rebuilt.gradients), Array.from(stored.gradients));
    assert(drift <= LAYERS * DRIFT_PER_LAYER, `rebuilt gradients are off by ${drift}`);
  });

  Deno.test(`activations of ${name} in few bits: gradients are off, less so in 8 than in 2`, async () => {
    const stored = await stepBy("stored", given);
    const errors = [];
    for (const bits of ["8-bit", "2-bit"] as const) {
      const step = await stepBy(bits, given);
      assertEquals([step.loss, step.logits], [stored.loss, stored.logits]);
      assertEquals(await stepBy(bits, given), step, "the same bits again");
      errors.push(distance(step.gradients, stored.gradients));
    }
    const [eight, two] = errors as [number, number];
    assert(eight > 0 && eight <= EIGHT_BITS, `8 bits: ${eight}`);
    assert(two > 2 * eight, `2 bits: ${two}, 8 bits: ${eight}`);
  });
}

/**
 * A bound set in advance: steps of 1/255 of a row's range, rounded in each of some ten activations of five
 * layers, and ReLUs that are read from what is rounded.
 */
const EIGHT_BITS = 0.15;

/** ‖a − b‖ / ‖b‖. */
function distance(a: Float32Array, b: Float32Array): number {
  const norm = (values: Float32Array) => Math.hypot(...values);
  return norm(a.map((value, at) => value - b[at]!)) / norm(b);
}

/** The peak of one step's activations on 60 nodes, 64 channels in two groups, by a dry run. */
async function peakOf(activations: Activations, layers: number): Promise<number> {
  using gpu = openDryRun();
  const model = build(activations, { layers, channels: 64, dropout: 0 });
  using device = new DeviceGraph(gpu, graph);
  using trainer = new Trainer(gpu, model, new Float32Array(model.layout.valueWords), { seed: 0 });
  await trainer.step(device, 0);
  return gpu.ledger.activationPeak;
}

/** Bytes of so many words a node and group. */
const ofWords = (words: number) => 4 * words * 2 * graph.nodes;
/** Of 32 channels: input, its moments, sum, hidden, its moments, active, winners of 8 bits. */
const STORED = ofWords(32 + 4 + 32 + 64 + 4 + 64 + 8);

Deno.test("activations take O(ND), O(√L ND) or O(LND) memory, by formulas", async () => {
  const growth = async (activations: Activations, from: number, to: number) =>
    await peakOf(activations, to) - await peakOf(activations, from);
  assertEquals(await growth("rebuilt", 16, 64), 0);
  assertEquals(await growth("stored", 16, 17), STORED);
  // Least value, step and 4 or 16 values a word, in whole vec4; what packing would not make smaller stays.
  assertEquals(await growth("8-bit", 16, 17), ofWords(12 + 4 + 12 + 20 + 4 + 20 + 8));
  assertEquals(await growth("2-bit", 16, 17), ofWords(4 + 4 + 4 + 8 + 4 + 8 + 8));
  // 4 segments of 4 layers, and 8 of 8: four inputs and four layers' activations more.
  assertEquals(await growth("recomputed", 16, 64), 4 * (ofWords(32) + STORED));
});

Deno.test("activations: only what is rebuilt takes a fixed-point state, and only what is reversible a way", () => {
  const size = { layers: 2, channels: 8 } as const;
  for (const activations of ACTIVATIONS) {
    assertEquals(modelOptions({ kind: "rev-gnn", ...size, activations }).activations, activations);
    if (activations === "rebuilt") continue;
    assertThrows(
      () => modelOptions({ kind: "rev-gnn", ...size, activations, state: "fixed" }),
      RangeError,
      `Cannot use a fixed-point state with ${activations} activations: it is there to be rebuilt, use ` +
        "the state float or the activations rebuilt",
    );
  }
  assertThrows(
    () => modelOptions({ kind: "res-gnn", ...size, activations: "8-bit" } as unknown as ModelGiven),
    RangeError,
    "only a reversible network can rebuild its activations",
  );
});
