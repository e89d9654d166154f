import { crossEntropy } from "../../kernels/cross_entropy.ts";
import { assertEquals, assertThrows } from "../assert.ts";
import * as reference from "../reference/cross_entropy.ts";
import { type Dense, dense, random } from "../reference/matrix.ts";
import { KERNEL } from "../tolerances.ts";
import { CLASS_SIZES, marks, randomClasses, someNodes, spread } from "./classes.ts";
import { assertClose, read, rounded, upload } from "./device.ts";

const OPTIONS = [{}, { logEpsilon: true }, { logEpsilon: true, weight: 0.05 }, {
  logEpsilon: true,
  smoothing: 0.1,
}, { smoothing: 0.5 }];

for (const [nodes, counts] of CLASS_SIZES) {
  Deno.test(`crossEntropy() and its gradient equal their reference, ${nodes} nodes`, async () => {
    for (const classes of counts) {
      for (const options of OPTIONS) {
        const what = (name: string) =>
          `${name} of ${nodes} × ${classes}, ${JSON.stringify(options)}`;
        const logits = rounded(spread(nodes, classes, 1));
        const labels = randomClasses(nodes, classes, 2);
        const listed = someNodes(nodes);
        const expected = reference.crossEntropy(logits, labels, listed, options);
        const { rowLoss, dLogits } = run(logits, labels, listed, options);
        await assertClose(rowLoss, expected.rowLoss, KERNEL, what("loss"));
        await assertClose(dLogits, expected.dLogits, KERNEL, what("dLogits"));
      }
    }
  });
}

Deno.test("crossEntropy() of no nodes is 0, and so is its gradient", async () => {
  for (const nodes of [0, 1, 67]) {
    const labels = randomClasses(nodes, 3, 1);
    const { rowLoss, dLogits } = run(random(nodes, 3, 1), labels, Uint32Array.of());
    await assertClose(rowLoss, dense(1, nodes), 0, `loss of ${nodes} nodes`);
    await assertClose(dLogits, dense(nodes, 3), 0, `dLogits of ${nodes} nodes`);
  }
});

Deno.test("crossEntropy() stays finite for huge logits", async () => {
  const logits = { rows: 3, cols: 2, data: Float64Array.of(1e4, -1e4, 1e4, -1e4, -1e4, -1e4) };
  const labels = { rows: 3, cols: 2, data: Float64Array.of(1, 0, 0, 1, 1, 0) };
  const { rowLoss, dLogits } = run(logits, labels, Uint32Array.of(0, 1, 2), { weight: 3 });
  const losses = Float32Array.of(0, 2e4, Math.LN2);
  assertEquals(await read(rowLoss), losses);
  assertEquals([...await read(dLogits)].map(Math.abs), [0, 0, 1, 1, 0.5, 0.5]);
});

Deno.test("crossEntropy() passes NaN on", async () => {
  const logits = { rows: 1, cols: 5, data: Float64Array.of(1, NaN, 0, 0, 0) };
  const { rowLoss, dLogits } = run(logits, randomClasses(1, 5, 1), Uint32Array.of(0));
  assertEquals([(await read(rowLoss))[0], (await read(dLogits))[1]], [NaN, NaN]);
});

Deno.test("crossEntropy() refuses other shapes", () => {
  const [logits, labels] = [upload(dense(4, 3)), upload(dense(4, 2))];
  const counted = { counted: marks(4, Uint32Array.of(1)), count: 1 };
  const words = "logits are 4 × 3, labels 4 × 2";
  assertThrows(() => crossEntropy(logits, labels, counted), RangeError, words);
  const few = { counted: marks(3, Uint32Array.of(1)), count: 1 };
  assertThrows(() => crossEntropy(logits, logits, few), RangeError, "counted has 3");
});

function run(
  logits: Dense,
  labels: Dense,
  nodes: Uint32Array,
  options: { logEpsilon?: boolean; weight?: number; smoothing?: number } = {},
) {
  using counted = marks(logits.rows, nodes);
  using x = upload(logits);
  using y = upload(labels);
  return crossEntropy(x, y, { counted, count: nodes.length }, options);
}
