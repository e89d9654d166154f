import { DeviceGraph } from "../../batch/device_graph.ts";
import type { Matrix } from "../../graphs/graph.ts";
import { bce } from "../../kernels/bce.ts";
import { assert, assertEquals } from "../assert.ts";
import * as reference from "../reference/bce.ts";
import { type Dense, dense, fromFloat32, random } from "../reference/matrix.ts";
import { KERNEL } from "../tolerances.ts";
import { marks } from "./classes.ts";
import { assertClose, gpu, read, rounded, upload } from "./device.ts";
import { float32, graphOf } from "./graphs.ts";

/** One node, a prime, several workgroups of 64, and past 65,535. */
const SIZES: [nodes: number, tasks: number[]][] = [
  [1, [1, 3, 4, 5, 7, 8, 12, 112]],
  [67, [1, 3, 4, 5, 7, 8, 12, 112]],
  [257, [1, 3, 4, 5, 7, 8, 12, 112]],
  [66_001, [3]],
];

for (const [nodes, counts] of SIZES) {
  Deno.test(`bce() and its gradient equal their reference, ${nodes} nodes`, async () => {
    for (const tasks of counts) {
      const what = (name: string) => `${name} of ${nodes} × ${tasks}`;
      const [logits, labels] = [rounded(spread(nodes, tasks)), randomLabels(nodes, tasks)];
      const train = Uint32Array.from({ length: nodes }, (_, i) => i).filter((i) => i % 3 !== 1);
      const expected = reference.bce(logits, labels, train);
      const { loss, dLogits } = await run(logits, labels, train);
      const error = Math.abs(loss - expected.loss) / expected.loss;
      assert(error <= KERNEL, `${what("loss")} is off by ${error}`);
      await assertClose(dLogits, expected.dLogits, KERNEL, what("dLogits"));
    }
  });
}

for (const [nodes, counts] of SIZES) {
  Deno.test(`bce() leaves missing labels out, ${nodes} nodes`, async () => {
    for (const tasks of counts) {
      const what = (name: string) => `${name} of ${nodes} × ${tasks}`;
      const [logits, labels] = [rounded(spread(nodes, tasks)), randomLabels(nodes, tasks)];
      const missing = random(nodes, tasks, 3).data;
      // NaN of either sign and of any payload; node 1 has no label at all.
      const nan = new Float32Array(Uint32Array.of(0x7fc00000, 0xffc00000, 0x7f800001).buffer);
      const some = float32(labels);
      some.data.forEach((_, at) => {
        const node = Math.floor(at / tasks);
        if (missing[at]! > 0.2 || node === 1) some.data[at] = nan[at % 3]!;
      });
      const train = Uint32Array.from({ length: nodes }, (_, i) => i).filter((i) => i % 3 !== 2);
      const expected = reference.bce(logits, fromFloat32(some), train);
      const { loss, dLogits } = await run(logits, some, train);
      assert(Math.abs(loss - expected.loss) <= KERNEL * expected.loss, what("loss"));
      await assertClose(dLogits, expected.dLogits, KERNEL, what("dLogits"));
    }
  });
}

for (const [nodes, counts] of SIZES) {
  Deno.test(`bce() of some training nodes counts each label alike, ${nodes} nodes`, async () => {
    for (const tasks of counts) {
      const what = (name: string) => `${name} of ${nodes} × ${tasks}`;
      const [logits, labels] = [rounded(spread(nodes, tasks)), randomLabels(nodes, tasks)];
      // Of node 0, which counts, one label is missing: another share of labels counts than of nodes.
      const some = { ...labels, data: labels.data.map((label, at) => at === 0 ? NaN : label) };
      const train = Uint32Array.from({ length: nodes }, (_, i) => i).filter((i) => i % 3 !== 1);
      const half = train.filter((_, k) => k % 2 === 0);
      const terms = Math.max(1, half.length / train.length * (train.length * tasks - 1));
      const expected = reference.bce(logits, some, half, terms);
      const { loss, dLogits } = await run(logits, float32(some), train, half);
      assert(Math.abs(loss - expected.loss) <= KERNEL * expected.loss, what("loss"));
      await assertClose(dLogits, expected.dLogits, KERNEL, what("dLogits"));
    }
  });
}

Deno.test("bce() of missing labels alone is 0, and so is its gradient", async () => {
  const labels = float32(dense(67, 3, NaN));
  const { loss, dLogits } = await run(random(67, 3, 1), labels, Uint32Array.of(0, 66));
  assertEquals(loss, 0);
  await assertClose(dLogits, dense(67, 3), 0, "dLogits");
});

Deno.test("bce() of no training nodes is 0, and so is its gradient", async () => {
  for (const nodes of [0, 1, 67]) {
    const { loss, dLogits } = await run(random(nodes, 3, 1), dense(nodes, 3, 1), Uint32Array.of());
    assertEquals(loss, 0);
    await assertClose(dLogits, dense(nodes, 3), 0, `dLogits of ${nodes} nodes`);
  }
});

Deno.test("bce() stays finite for huge logits", async () => {
  const logits = { rows: 2, cols: 2, data: Float64Array.of(1e4, -1e4, 1e4, -1e4) };
  const labels = { rows: 2, cols: 2, data: Float64Array.of(1, 0, 0, 1) };
  const { loss, dLogits } = await run(logits, labels, Uint32Array.of(0, 1));
  assertEquals(loss, 5e3);
  assertEquals([...await read(dLogits)], [0, 0, 0.25, -0.25]);
});

async function run(
  logits: Dense,
  labels: Dense | Matrix,
  train: Uint32Array,
  half?: Uint32Array,
) {
  const graph = graphOf(logits.rows, [], dense(0, 0));
  using device = new DeviceGraph(gpu, {
    ...graph,
    labels: labels.data instanceof Float32Array ? labels as Matrix : float32(labels as Dense),
    split: { ...graph.split, train },
  });
  const loss = gpu.empty(1, 1);
  const some = half && { counted: marks(logits.rows, half), count: half.length };
  const dLogits = bce(device, upload(logits), loss, some);
  return { loss: (await read(loss))[0]!, dLogits };
}

/** Logits from -4 to 4. */
function spread(nodes: number, tasks: number): Dense {
  const logits = random(nodes, tasks, 1);
  return { ...logits, data: logits.data.map((value) => 4 * value) };
}

function randomLabels(nodes: number, tasks: number): Dense {
  const labels = random(nodes, tasks, 2);
  return { ...labels, data: labels.data.map((value) => +(value > 0)) };
}
