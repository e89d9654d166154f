import { linear, linearBackwardInput, linearBackwardWeight } from "../../kernels/linear.ts";
import { assertEquals, assertThrows } from "../assert.ts";
import * as reference from "../reference/linear.ts";
import { add, dense, random } from "../reference/matrix.ts";
import { KERNEL } from "../tolerances.ts";
import { compareOperator } from "./compare_operator.ts";
import { assertClose, assertCloseWindow, read, rounded, upload, uploadWindow } from "./device.ts";

/** Inputs and outputs: whole vec4 and padded ones, one and several blocks of columns. */
const SHAPES = [[1, 1], [3, 4], [4, 3], [5, 7], [7, 5], [8, 12], [12, 8], [40, 80], [80, 40]];

/** No row, one, a prime, more than a workgroup's 256, and past 65,535. */
const SIZES: [rows: number, shapes: number[][]][] = [
  [0, SHAPES],
  [1, SHAPES],
  [67, SHAPES],
  [257, SHAPES],
  [66_001, [[3, 12]]],
];

/** Exactly 64 KiB of weights, which still fit a uniform window, and a row more. */
const LARGE = [[63, 256], [64, 256]];

for (const [rows, shapes] of SIZES) {
  Deno.test(`linear() and its gradients equal their reference, ${rows} rows`, async () => {
    for (const shape of shapes) await compare(rows, shape);
  });
}

for (const rows of [0, 1, 67, 257]) {
  Deno.test(`linear() and its gradients without a bias equal their reference, ${rows} rows`, async () => {
    for (const shape of [...SHAPES, [16, 16], [64, 256]]) await compare(rows, shape, false);
  });
}

for (const shape of LARGE) {
  const bytes = (shape[0]! + 1) * shape[1]! * 4;
  Deno.test(`linear() and its gradients equal their reference, ${bytes} bytes of weights`, async () => {
    await compare(67, shape);
  });
}

/** Values, those added to a residual and subtracted from it, and gradients. */
async function compare(rows: number, shape: number[], bias = true): Promise<void> {
  const { x, weight, dy, what } = problem(rows, shape, bias);
  await compareOperator({
    of: what,
    inputs: { x, dy, added: dy, subtracted: dy },
    windows: { weight, dWeight: weight },
    ours: ({ x, dy, added, subtracted, weight, dWeight }) => {
      assertEquals(linear(x, weight, { y: added, sign: 1 }), added);
      assertEquals(linear(x, weight, { y: subtracted, sign: -1 }), subtracted);
      linearBackwardWeight(x, dy, dWeight);
      const dx = linearBackwardInput(dy, weight, bias ? undefined : x.cols);
      return { y: linear(x, weight), added, subtracted, dx, dWeight };
    },
    expected: () => {
      const y = reference.linear(x, weight);
      const { dx, dWeight } = reference.linearBackward(x, weight, dy);
      const minus = { ...y, data: y.data.map((value) => -value) };
      const sums = { added: add(dy, y), subtracted: add(dy, minus) };
      return { y, ...sums, dx, dWeight: add(weight, dWeight) };
    },
  });
}

Deno.test("linear() subtracted again returns to where it was added", async () => {
  for (const shape of [...SHAPES, ...LARGE]) {
    const { x, weight, dy: start, what } = problem(67, shape);
    const [y, device, matrix] = [upload(start), upload(x), uploadWindow(weight)];
    linear(device, matrix, { y, sign: 1 });
    linear(device, matrix, { y, sign: -1 });
    await assertClose(y, start, KERNEL, what);
  }
});

Deno.test("linear() adds an empty row block to nothing", async () => {
  const y = upload(dense(0, 3));
  linear(upload(dense(0, 5)), uploadWindow(random(6, 3, 1)), { y, sign: 1 });
  assertEquals((await read(y)).length, 0);
});

Deno.test("linear() of no inputs is the bias in every row", async () => {
  const [weight, dy] = [rounded(random(1, 5, 1)), rounded(random(67, 5, 2))];
  const x = dense(67, 0);
  await assertClose(linear(upload(x), uploadWindow(weight)), reference.linear(x, weight), 0, "y");
  const sum = uploadWindow(dense(1, 5));
  linearBackwardWeight(upload(x), upload(dy), sum);
  const { dWeight } = reference.linearBackward(x, weight, dy);
  await assertCloseWindow(sum, dWeight, KERNEL, "dWeight");
});

Deno.test("linear() refuses a weight of other inputs, and its gradients one of other outputs", () => {
  const [x, weight] = [upload(dense(2, 6)), uploadWindow(dense(5, 3))];
  const inputs = "Cannot apply a linear map to 6 columns: its weight has 4 inputs";
  assertThrows(() => linear(x, weight), RangeError, inputs);
  assertThrows(() => linearBackwardWeight(x, upload(dense(2, 3)), weight), RangeError, inputs);
  const outputs = "Cannot apply a linear map to 6 columns: its weight has 3 outputs";
  assertThrows(() => linearBackwardInput(x, weight), RangeError, outputs);
});

function problem(rows: number, [inputs, outputs]: number[], bias = true) {
  return {
    x: rounded(random(rows, inputs!, 1)),
    weight: rounded(random(inputs! + Number(bias), outputs!, 2)),
    dy: rounded(random(rows, outputs!, 3)),
    what: `${rows} rows of ${inputs} → ${outputs} columns`,
  };
}
