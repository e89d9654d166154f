import type { Matrix } from "../../graphs/graph.ts";
import { labelInput } from "../../kernels/label_input.ts";
import { assertThrows } from "../assert.ts";
import * as reference from "../reference/label_input.ts";
import { dense, fromFloat32, random } from "../reference/matrix.ts";
import { KERNEL } from "../tolerances.ts";
import { CLASS_SIZES, marks, randomClasses, someNodes, spread } from "./classes.ts";
import { assertClose, gpu, rounded, upload } from "./device.ts";

for (const [nodes, counts] of [[0, [3]], ...CLASS_SIZES] as const) {
  Deno.test(`labelInput() equals its reference, ${nodes} nodes`, async () => {
    for (const classes of counts) {
      const labels = randomClasses(nodes, classes, 1);
      const logits = rounded(spread(nodes, classes, 2));
      for (const given of [someNodes(nodes), new Uint32Array(0)]) {
        const what = `labels of ${given.length} of ${nodes} × ${classes}`;
        const mask = new Uint32Array(nodes);
        for (const node of given) mask[node] = 1;
        const [x, y, g] = [upload(labels), upload(logits), marks(nodes, given)];
        await assertClose(labelInput(x, g), reference.labelInput(labels, mask), 0, what);
        const expected = reference.labelInput(labels, mask, { logits });
        await assertClose(labelInput(x, g, { logits: y }), expected, KERNEL, `${what}, reused`);
      }
    }
  });
}

for (const [nodes, counts] of [[0, [3]], ...CLASS_SIZES] as const) {
  Deno.test(`labelInput() of tasks equals its reference, ${nodes} nodes`, async () => {
    for (const columns of counts) {
      const labels = someMissing(nodes, columns);
      const logits = rounded(spread(nodes, columns, 2));
      for (const given of [someNodes(nodes), new Uint32Array(0)]) {
        const what = `tasks of ${given.length} of ${nodes} × ${columns}`;
        const mask = new Uint32Array(nodes);
        for (const node of given) mask[node] = 1;
        const [y, g] = [upload(logits), marks(nodes, given)];
        const x = gpu.upload(labels);
        const known = fromFloat32(labels);
        const means = reference.givenMeans(known, mask).map(Math.fround);
        const m = upload({ rows: 1, cols: columns, data: means });
        const alone = reference.labelInput(known, mask, { means });
        await assertClose(labelInput(x, g, { means: m }), alone, KERNEL, what);
        const expected = reference.labelInput(known, mask, { logits, means });
        const actual = labelInput(x, g, { logits: y, means: m });
        await assertClose(actual, expected, KERNEL, `${what}, reused`);
      }
    }
  });
}

Deno.test("labelInput() of tasks stays finite for huge logits", async () => {
  const logits = { rows: 1, cols: 3, data: Float64Array.of(1e4, -1e4, 0) };
  const given = marks(1, new Uint32Array(0));
  const means = upload({ rows: 1, cols: 3, data: Float64Array.of(0.5, 0.5, 0.5) });
  const out = labelInput(upload(dense(1, 3)), given, { logits: upload(logits), means });
  await assertClose(out, { rows: 1, cols: 3, data: Float64Array.of(1, -1, 0) }, KERNEL, "labels");
});

/** 0, 1 and, of either sign and any payload, NaN. */
function someMissing(rows: number, cols: number): Matrix {
  const nan = new Float32Array(Uint32Array.of(0x7fc00000, 0xffc00000, 0x7f800001).buffer);
  const drawn = random(rows, cols, 3).data;
  const data = Float32Array.from(drawn, (value) => +(value > 0));
  drawn.forEach((value, at) => {
    if (value > 0.5) data[at] = nan[at % 3]!;
  });
  return { rows, cols, data };
}

Deno.test("labelInput() stays finite for huge logits", async () => {
  const logits = { rows: 1, cols: 3, data: Float64Array.of(1e4, -1e4, 1e4) };
  const out = labelInput(upload(dense(1, 3)), marks(1, new Uint32Array(0)), {
    logits: upload(logits),
  });
  await assertClose(out, { rows: 1, cols: 3, data: Float64Array.of(0.5, 0, 0.5) }, 0, "labels");
});

Deno.test("labelInput() refuses other shapes", () => {
  const labels = upload(dense(4, 3));
  const given = (nodes: number) => marks(nodes, new Uint32Array(0));
  assertThrows(() => labelInput(labels, given(3)), RangeError, "given has 3, labels have 4 rows");
  const means = upload(dense(1, 2));
  const other = () => labelInput(labels, given(4), { means });
  assertThrows(other, RangeError, "Cannot give labels of 3 tasks as means must have a column");
  const call = () => labelInput(labels, given(4), { logits: upload(dense(4, 2)) });
  assertThrows(call, RangeError, "logits are 4 × 2, labels 4 × 3");
});
