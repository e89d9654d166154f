/** Drift as a run measures it; tests/models/rev_gnn_test.ts bounds it in a thousand layers. */
import { zeros } from "../../../graphs/matrix.ts";
import { planted } from "../../../graphs/planted/planted.ts";
import { openGpu } from "../../../gpu/gpu.ts";
import type { Tensor } from "../../../gpu/tensor.ts";
import { addTo } from "../../../kernels/copy_columns.ts";
import { initialWeights } from "../../../layers/parameter_layout.ts";
import { buildModel } from "../../../models/build.ts";
import { DeqGnn } from "../../../models/deq_gnn.ts";
import { type Model, shapeOf } from "../../../models/model.ts";
import { RevGnn, type RevGnnOptions } from "../../../models/rev_gnn.ts";
import { sameRun } from "../../../reports/rows/keys.ts";
import { driftForecast, driftOf } from "../../../training/measures/drift.ts";
import { firstBatch } from "../../../training/measures/first_batch.ts";
import { LOSSES } from "../../../training/settings.ts";
import { run } from "../../../training/runs/run.ts";
import { type RunGiven, runSettings } from "../../../training/settings.ts";
import { train } from "../../../training/loop/train.ts";
import type { Activations } from "../../../models/stacks.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { gpu } from "../../kernels/device.ts";
import { rankedEdges, SEEDS, smoothWeights } from "../../models/smooth.ts";
import { wrongField } from "../../reports/rows/wrong_field.ts";
import { DRIFT_PER_LAYER } from "../../tolerances.ts";

const tasks = rankedEdges({ nodes: 100, degree: 5, tasks: 4 });
const classes = rankedEdges({ nodes: 100, degree: 5, tasks: 4, classes: true });
const LAYERS = 12;
/** Of one seed, where nothing depends on it. */
const SEED = 0;

function build(options: Partial<RevGnnOptions> = {}, graph = tasks): Model & RevGnn {
  const all = { layers: LAYERS, channels: 16, dropout: 0.2, ...options };
  return new RevGnn(all, shapeOf(graph)) as Model & RevGnn;
}

for (const convolution of ["gen", "gcn", "sage", "gat", "linear"] as const) {
  for (const norm of ["layer", "batch"] as const) {
    Deno.test(`driftOf() is small and above 0 by every loss, ${convolution}, ${norm}`, async () => {
      const model = build({ convolution, norm, groups: norm === "layer" ? 2 : 4, channels: 32 });
      for (const seed of SEEDS) {
        const values = smoothWeights(model, tasks.nodes, seed);
        for (const loss of convolution === "gen" ? LOSSES : LOSSES.slice(0, 1)) {
          const graph = loss === "bce" ? tasks : classes;
          const drift = await driftOf(gpu, model, { graph }, values, { seed, loss });
          for (const [what, error] of Object.entries(drift)) {
            const bound = LAYERS * DRIFT_PER_LAYER;
            assert(error > 0 && error <= bound, `${what} by ${loss}: ${error}, allowed ${bound}`);
          }
        }
      }
    });
  }
}

Deno.test("driftOf() of tied weights is as small", async () => {
  const model = build({ tied: true, norm: "batch" });
  for (const seed of SEEDS) {
    const values = smoothWeights(model, tasks.nodes, seed);
    const { gradients } = await driftOf(gpu, model, { graph: tasks }, values, { seed });
    assert(gradients > 0 && gradients <= LAYERS * DRIFT_PER_LAYER, `${gradients}`);
  }
});

Deno.test("driftOf() of a reversible solve is 0 by fixed numbers, and grows with steps by floats", async () => {
  const drift = (maxSteps: number, numbers: "fixed" | "float") => {
    const equilibrium = { maxSteps, gradient: { kind: "reversible", numbers } } as const;
    const model = new DeqGnn({ channels: 16, dropout: 0.2, equilibrium }, shapeOf(tasks));
    const values = initialWeights(model.layout, SEED);
    return driftOf(gpu, model, { graph: tasks }, values, { seed: SEED });
  };
  assertEquals(await drift(24, "fixed"), { firstState: 0, gradients: 0 });
  const [few, many] = [await drift(4, "float"), await drift(24, "float")];
  assert(few.firstState < 1e-5 && few.gradients < 1e-5, JSON.stringify(few));
  assert(many.firstState > 10 * few.firstState, JSON.stringify([few, many]));
});

Deno.test("driftOf() of activations that are not rebuilt: none stored, some in few bits", async () => {
  const drift = (activations: Activations) => {
    const model = build({ activations });
    const values = initialWeights(model.layout, SEED);
    return driftOf(gpu, model, { graph: tasks }, values, { seed: SEED });
  };
  for (const activations of ["stored", "recomputed"] as const) {
    assertEquals(await drift(activations), { firstState: NaN, gradients: 0 });
  }
  const [eight, two] = [await drift("8-bit"), await drift("2-bit")];
  assertEquals([eight.firstState, two.firstState], [NaN, NaN]);
  assert(
    eight.gradients > 1e-4 && two.gradients > 2 * eight.gradients,
    JSON.stringify([eight, two]),
  );
});

Deno.test("driftOf() sees a layer that is rebuilt wrongly", async () => {
  const model = build();
  const layer = model.stack.layers[3]!;
  const { backward } = layer;
  layer.backward = (pass, x, dx) => {
    backward.call(layer, pass, x, dx);
    addTo(x[0] as Tensor, x[1] as Tensor);
  };
  const values = initialWeights(model.layout, SEED);
  const drift = await driftOf(gpu, model, { graph: tasks }, values, { seed: SEED });
  assert(drift.firstState > 0.1 && drift.gradients > 0.01, JSON.stringify(drift));
});

Deno.test("driftOf() learns from the teacher too, and passes NaN on", async () => {
  const model = build();
  const values = initialWeights(model.layout, SEED);
  const teacher = zeros(100, 4);
  teacher.data[4 * classes.split.train[0]!] = NaN;
  const drift = await driftOf(gpu, model, { graph: classes, teacher }, values, { seed: SEED });
  assert(Number.isFinite(drift.firstState) && Number.isNaN(drift.gradients));
});

Deno.test("driftOf() leaves nothing behind but pooled memory", async () => {
  using gpu = await openGpu();
  const model = build({ norm: "batch" });
  const values = initialWeights(model.layout, SEED);
  await driftOf(gpu, model, { graph: tasks }, values, { seed: SEED });
  gpu.trim();
  assertEquals(gpu.ledger.live, gpu.ledger.peakOf("plumbing"));
});

Deno.test("firstBatch() is the graph, or the first part with its rows of the teacher", async () => {
  const teacher = { data: Float32Array.from({ length: 400 }, (_, at) => at), rows: 100, cols: 4 };
  assertEquals(await firstBatch(classes, { teacher }), { graph: classes, teacher });
  const batch = await firstBatch(classes, { parts: 3, seed: 2, teacher });
  const again = await firstBatch(classes, { parts: 3, seed: 2, teacher });
  assertEquals([batch.graph.nodes, batch.teacher!.rows], [33, 33]);
  assertEquals(again, batch);
  const other = await firstBatch(classes, { parts: 3, seed: 3, teacher });
  assert(other.teacher!.data.some((value, at) => value !== batch.teacher!.data[at]));
});

// Logits of more bytes than a piece of the weights: reading these needs no memory of its own.
const many = planted({ nodes: 200, degree: 4, tasks: 96 });
const SIZE = { layers: 3, channels: 16, dropout: 0.1 };
const GIVEN = {
  experiment: "train",
  name: "RevGNN-16",
  scale: "quick",
  dataset: "planted",
  model: { kind: "rev-gnn", ...SIZE },
  epochs: 2,
  seed: 1,
} as const satisfies RunGiven;

for (const [epochs, parts] of [[0, 1], [0, 2], [2, 1]] as const) {
  Deno.test(`run() measures the drift, and its peak is the run's own, ${epochs} epochs, ${parts} parts`, async () => {
    const settings = { ...GIVEN, epochs, parts };
    const alone = await run(settings, many);
    const drift = await driftForecast(build(SIZE, many), many, {
      epochs,
      parts,
      seed: 1,
    });
    const enough = Math.max(alone.peakBytes, drift);
    // Just what both take, one after another.
    const asked = runSettings({ ...settings, drift: true, memoryBudget: enough });
    const row = await run(asked, many);
    const { firstState } = row.drifted!;
    assert(firstState! > 0 && firstState! <= 3 * DRIFT_PER_LAYER, `${firstState}`);
    // By how much is the measurement's own: a winner that changes is no fault of the run.
    const model = build(SIZE, many);
    const options = { epochs, parts, seed: 1, learningRate: 1e-2, keepWeights: true } as const;
    const { weights } = await train(gpu, model, many, options);
    const batch = await firstBatch(many, { parts, seed: 1 });
    assertEquals(row.drifted, await driftOf(gpu, model, batch, weights!.last, { seed: 1 }));
    assertEquals(
      [row.losses, row.peakBytes, row.activationBytes],
      [alone.losses, alone.peakBytes, alone.activationBytes],
    );
    assertEquals(wrongField(row), null);
    assertEquals(wrongField({ ...row, drifted: { firstState: null, gradients: null } }), null);
    assertEquals(wrongField({ ...row, drifted: { firstState: 0 } }), "drifted.gradients");
    assertEquals(wrongField({ ...row, drift: 1 }), "drift");
    assert(sameRun(row, asked) && !sameRun(row, alone));
  });
}

Deno.test("run() does not begin where its drift would not fit", async () => {
  // Stored inputs of many layers are more than any training holds.
  const size = { ...SIZE, layers: 60 };
  const large = planted({ nodes: 2000, degree: 4, tasks: 4 });
  const model = { kind: "rev-gnn", ...size } as const;
  const asked = { ...GIVEN, model, epochs: 0, drift: true };
  const needs = await driftForecast(build(size, large), large, { epochs: 0, seed: 1 });
  const alone = await run({ ...asked, memoryBudget: null }, large);
  assert(needs > alone.peakBytes);
  const onStart = () => {
    throw new Error("the run has begun");
  };
  const row = await run({ ...asked, memoryBudget: needs - 1 }, large, { onStart });
  assertEquals([row.status, row.peakBytes], ["does not fit", needs]);
  assertEquals((await run({ ...asked, memoryBudget: needs }, large)).drifted, alone.drifted);
});

Deno.test("run() refuses to measure the drift of what rebuilds nothing, or not all", async () => {
  const onStart = () => {
    throw new Error("the run has begun");
  };
  for (const kind of ["res-gnn", "deq-gnn", "rev-gat"] as const) {
    const { layers, ...cell } = SIZE;
    const model = kind === "deq-gnn" ? { kind, ...cell } : { kind, layers, ...cell };
    assert(!(buildModel(model, shapeOf(tasks)) instanceof RevGnn));
    await assertRejects(
      () => run({ ...GIVEN, model, drift: true }, tasks, { onStart }),
      RangeError,
      `Cannot measure the drift of a ${kind}: only a rev-gnn rebuilds all its states`,
    );
  }
});
