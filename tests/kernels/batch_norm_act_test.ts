import type { Tensor } from "../../gpu/tensor.ts";
import {
  batchNormAct,
  batchNormActBackward,
  type Statistics,
} from "../../kernels/batch_norm_act.ts";
import { batchStatistics } from "../../kernels/batch_statistics.ts";
import { assertEquals, assertThrows } from "../assert.ts";
import * as reference from "../reference/batch_norm_act.ts";
import { batchStatistics as statisticsOf } from "../reference/batch_statistics.ts";
import { type Dense, dense, random } from "../reference/matrix.ts";
import { KERNEL } from "../tolerances.ts";
import { assertClose, read, rounded, upload, uploadWindow } from "./device.ts";
import {
  alive,
  around,
  awayFromKink,
  compareNorm,
  dropoutOf,
  maskOf,
  MASKS,
  SIZES,
  testMasks,
  titleOf,
} from "./norms.ts";

for (const [rows, widths] of SIZES) {
  for (const mask of MASKS) {
    const title = `${rows} rows, ${titleOf(mask)}`;
    Deno.test(`batchNormAct() and its gradients equal their reference, ${title}`, async () => {
      for (const channels of widths) {
        for (const running of [false, true]) await compare(rows, channels, running, mask);
      }
    });
  }
}

Deno.test("batchNormAct() without ReLU and its gradients equal their reference", async () => {
  for (const rows of [0, 1, 67, 257]) {
    for (const running of [false, true]) await compare(rows, 5, running, MASKS[2], false);
  }
});

testMasks("batchNormAct", wellSpread, (x, affine, dropout) => {
  return batchNormAct(x, affine, measured(x), dropout);
});

Deno.test("batchNormAct() of equal rows, or of one, is the shift", async () => {
  for (const rows of [1, 131]) {
    const x = upload(dense(rows, 5, 0.1));
    const y = batchNormAct(x, uploadWindow(dense(2, 5, 0.5)), measured(x));
    await assertClose(y, dense(rows, 5, 0.5), 0, "y");
  }
});

Deno.test("batchNormAct() normalises by the statistics it is given, of whatever rows", async () => {
  const [x, other] = [rounded(wellSpread(67, 5)), upload(random(67, 5, 9))];
  const affine = around(1, 2, 5);
  const given = measured(other);
  const y = batchNormAct(upload(x), uploadWindow(affine), given);
  const running = statisticsOf(rounded(random(67, 5, 9)));
  await assertClose(y, reference.batchNormAct(x, affine, { running }), KERNEL, "y");
});

Deno.test("batchNormActBackward() without dAffine gives the same dx", async () => {
  const [x, affine, dy] = [upload(wellSpread(67, 5)), alive(5), upload(random(67, 5, 3))];
  const statistics = measured(x);
  const dAffine = uploadWindow(dense(2, 5));
  assertEquals(
    await read(batchNormActBackward(x, affine, statistics, dy, {})),
    await read(batchNormActBackward(x, affine, statistics, dy, { dAffine })),
  );
});

Deno.test("batchNormAct() and its gradients refuse windows of another width", () => {
  const [x, fit, narrow] = [upload(dense(2, 5)), upload(dense(2, 5)), upload(dense(2, 4))];
  const cases: [Tensors, string][] = [
    [{ affine: narrow, values: fit }, "with a scale and shift of 2 × 4: they must be 2 × 5"],
    [{ affine: fit, values: narrow }, "with a mean and deviation of 2 × 4: they must be 2 × 5"],
  ];
  for (const [{ affine, values }, end] of cases) {
    const sentence = `Cannot normalise 5 channels ${end}`;
    const statistics = { values, running: false };
    assertThrows(() => batchNormAct(x, affine, statistics), RangeError, sentence);
    const backward = () => batchNormActBackward(x, affine, statistics, x, {});
    assertThrows(backward, RangeError, sentence);
  }
});

type Tensors = Record<"affine" | "values", Tensor>;

/** By given statistics, or by the batch's own. */
async function compare(
  rows: number,
  channels: number,
  given: boolean,
  mask: typeof MASKS[number],
  relu = true,
): Promise<void> {
  const [x, affine] = [rounded(wellSpread(rows, channels)), around(1, 2, channels)];
  const running = given ? around(1, 2, channels) : undefined;
  const dropout = dropoutOf(mask);
  const options = { mask: maskOf(mask, rows, channels), running, relu };
  const slopes = rounded(random(rows, channels, 3));
  const dy = awayFromKink(
    slopes,
    affine,
    (affine) => reference.batchNormAct(x, affine, { running }),
  );
  const y = reference.batchNormAct(x, affine, options);
  await compareNorm({
    ...{ of: `${rows} × ${channels}, running: ${given}`, x, affine, dy },
    forward: (x, affine) => {
      const statistics = running ? { values: uploadWindow(running), running: true } : measured(x);
      return {
        y: batchNormAct(x, affine, statistics, dropout, { relu }),
        backward: (dy, out) =>
          batchNormActBackward(x, affine, statistics, dy, { dropout, relu, ...out }),
      };
    },
    expected: { y, ...reference.batchNormActBackward(x, affine, dy, options) },
  });
}

/** The batch's own statistics, in a window. */
function measured(x: Tensor): Statistics {
  const values = uploadWindow(dense(2, x.cols));
  return {
    values: batchStatistics(x, uploadWindow(dense(2, x.cols)), { into: values }),
    running: false,
  };
}

/** Channels one apart, about means unlike each other. */
function wellSpread(rows: number, channels: number): Dense {
  const x = random(rows, channels, 1);
  return { ...x, data: x.data.map((value, k) => value * (1 + k % 3) + k % channels % 4) };
}
