import { planted } from "../../graphs/planted/planted.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import { DeviceGraph } from "../../batch/device_graph.ts";
import { normAct } from "../../kernels/norm_act.ts";
import type { Pass } from "../../layers/pass.ts";
import { KeptStatistics } from "../../layers/kept_statistics.ts";
import { Norm, type NormName } from "../../layers/norm.ts";
import { forEachWord, ParameterLayout } from "../../layers/parameter_layout.ts";
import { Parameters } from "../../layers/parameters.ts";
import { readGradients, readWeights } from "../../training/files/state_dict.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { assertClose, gpu, read, rounded, upload } from "../kernels/device.ts";
import { batchNormAct, batchNormActBackward } from "../reference/batch_norm_act.ts";
import { batchStatistics, runningAfter } from "../reference/batch_statistics.ts";
import { add, type Dense, dense, largestError, random } from "../reference/matrix.ts";
import { KERNEL } from "../tolerances.ts";
import { matrixOf, roughWeights } from "./blocks.ts";

const [NODES, CHANNELS] = [67, 6];
const graph = planted({ nodes: NODES, degree: 2 });
const [x, drifted, dy, into] = [1, 2, 3, 4].map((seed) => rounded(random(NODES, CHANNELS, seed)));

/** A norm that is not the first of its layout, with no value where it started. */
function makeNorm(kind: NormName) {
  const layout = new ParameterLayout();
  new Norm(layout, "first", 70, kind);
  const norm = new Norm(layout, "second", CHANNELS, kind);
  const values = roughWeights(layout, 1);
  for (const running of layout.matrices.slice(2)) {
    forEachWord(running, (word, row, col) => values[word]! += 0.25 * row + 0.1 * col);
  }
  const parameters = new Parameters(gpu, layout, values);
  gpu.clear(parameters.gradients);
  const context = { graph: new DeviceGraph(gpu, graph), parameters };
  const outside = { ...context, mode: "evaluation" } as const;
  const keys = gpu.upload({ data: new Uint32Array(2), rows: 1, cols: 2 });
  const training = { ...context, mode: "training", masks: { keys, rate: 0 } } as const;
  const affine = matrixOf(layout, values, "second");
  return { norm, layout, values, affine, parameters, outside, training };
}

type Made = ReturnType<typeof makeNorm>;

/** The running statistics that the batch norm starts with. */
function runningOf({ layout, values }: Made): Dense {
  const running = dense(2, CHANNELS);
  forEachWord(layout.matrices.at(-1)!, (word, row, col) => {
    running.data[row * CHANNELS + col] = values[word]!;
  });
  return running;
}

Deno.test("Norm of rows is normAct() and has no statistics", async () => {
  const { norm, layout, training, parameters } = makeNorm("layer");
  const { y, saved } = norm.forward(training, upload(x!));
  const plain = normAct(upload(x!), parameters.weight(layout.parameters[1]!));
  assertEquals(await read(y), await read(plain.y));
  assertEquals(await read(saved), await read(plain.moments));
  assertEquals([layout.statisticsWords, layout.valueWords - layout.words], [0, 0]);
  assertEquals(parameters.statistics, undefined);
});

Deno.test("Norm of a batch equals the reference in training, and moves running ones once", async () => {
  const made = makeNorm("batch");
  const { norm, layout, affine, parameters, training } = made;
  const { y, saved } = norm.forward(training, upload(x!));
  await assertClose(y, batchNormAct(x!, affine), KERNEL, "y");
  const moved = parameters.running(layout.statistics[1]!);
  await assertClose(moved, runningAfter(runningOf(made), x!), KERNEL, "running statistics");
  const after = await readWeights(parameters);
  await assertBackward(made, training, saved);
  assertEquals(await readWeights(parameters), after);
  // The other norm's stand where they were.
  const others = layout.words + layout.statistics[1]!.offset / 4;
  assertEquals(after.subarray(0, others), made.values.subarray(0, others));
});

Deno.test("Norm of a batch outside training takes running statistics and leaves them", async () => {
  const made = makeNorm("batch");
  const { norm, affine, parameters, outside, values } = made;
  const { y, saved } = norm.forward(outside, upload(x!));
  const running = runningOf(made);
  await assertClose(y, batchNormAct(x!, affine, { running }), KERNEL, "y");
  await assertBackward(made, outside, saved, running);
  saved[Symbol.dispose]();
  assertEquals(await readWeights(parameters), values);
});

Deno.test("Norm of a batch keeps its statistics where the pass says, and takes them to invert", async () => {
  const made = makeNorm("batch");
  const { norm, layout, affine, parameters, training } = made;
  const kept = gpu.empty(1, layout.statisticsWords);
  const forward = { ...training, norm: { kept } };
  const inverse = { ...training, norm: { kept, inverse: true } };
  const first = norm.forward(forward, upload(x!));
  first.saved[Symbol.dispose]();
  const [keptBefore, weightsBefore] = [await read(kept), await readWeights(parameters)];
  // Only its own window of [2, 8] is written, the last.
  const at = layout.statistics[1]!.offset / 4;
  assert(keptBefore.subarray(0, at).every(Number.isNaN));
  assert(!keptBefore.subarray(at, at + 16).some(Number.isNaN));

  const again = norm.forward(inverse, upload(x!));
  assertEquals(await read(again.y), await read(first.y));
  // Of rebuilt rows that differ, however much: no statistics of theirs.
  const rebuilt = norm.forward(inverse, upload(drifted!));
  const running = batchStatistics(x!);
  await assertClose(rebuilt.y, batchNormAct(drifted!, affine, { running }), KERNEL, "y");
  assertEquals(await read(kept), keptBefore);
  assertEquals(await readWeights(parameters), weightsBefore);
  await assertBackward(made, forward, again.saved);
});

Deno.test("Norm of a batch refuses to be inverted by statistics of what is rebuilt", () => {
  const { norm, training } = makeNorm("batch");
  assertThrows(
    () => norm.forward({ ...training, norm: { inverse: true } }, upload(x!)),
    Error,
    'Cannot invert batch norm "second": the statistics of the way forward were not kept',
  );
});

Deno.test("KeptStatistics keep those of each layer, and of each repetition of tied ones", () => {
  const { layout, training, outside } = makeNorm("batch");
  const { statisticsWords: words } = layout;
  const statistics = new KeptStatistics(layout, 5, 2);
  new Norm(layout, "classifier", CHANNELS, "batch");
  const kept = statistics.allocate(training)!;
  assertEquals([kept.rows, kept.cols], [3, words]);
  const offsets = [0, 1, 2, 3, 4].map((i) => statistics.at(training, kept, i).norm!.kept!.offset);
  assertEquals(offsets, [0, 0, 1, 1, 2].map((repetition) => 4 * words * repetition));
  assertEquals(statistics.allocate(outside), undefined);
  assert(statistics.at(outside, undefined, 1) === outside);
  const { layout: none, training: pass } = makeNorm("layer");
  assertEquals(new KeptStatistics(none, 5, 2).allocate(pass), undefined);
});

/** Gradients anew, then added to what is there; those of the affine add up. */
async function assertBackward(
  { norm, layout, affine, parameters }: Made,
  pass: Pass,
  saved: Tensor,
  running?: Dense,
): Promise<void> {
  const expected = batchNormActBackward(x!, affine, dy!, { running });
  const anew = norm.backward(pass, upload(x!), saved, upload(dy!));
  await assertClose(anew, expected.dx, KERNEL, "dx");
  const sum = norm.backward(pass, upload(x!), saved, upload(dy!), { into: upload(into!) });
  await assertClose(sum, add(into!, expected.dx), KERNEL, "dx added");
  const gradients = await readGradients(parameters);
  const { data } = matrixOf(layout, gradients, "second");
  const error = largestError(data, expected.dAffine.data.map((value) => 2 * value));
  if (!(error <= KERNEL)) throw new Error(`dAffine is off by ${error}`);
  assertEquals(matrixOf(layout, gradients, "first"), dense(2, 70));
}
