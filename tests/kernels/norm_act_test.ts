import {
  actNorm,
  actNormBackward,
  MOST_HELD,
  normAct,
  normActBackward,
} from "../../kernels/norm_act.ts";
import { assertEquals, assertThrows } from "../assert.ts";
import { type Dense, dense, random, row } from "../reference/matrix.ts";
import * as reference from "../reference/norm_act.ts";
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
    Deno.test(`normAct() and its gradients equal their reference, ${title}`, async () => {
      for (const channels of widths) await compareNormAct(rows, channels, mask);
    });
  }
  Deno.test(`actNorm() and its gradients equal their reference, ${rows} rows`, async () => {
    for (const channels of widths) await compareActNorm(rows, channels);
  });
}

/** The widest rows that invocations hold, and rows next to them. */
const WIDE = Object.values(MOST_HELD).flatMap((most) => [4 * most, 4 * most + 1]);

for (const channels of WIDE) {
  Deno.test(`normAct(), actNorm() and gradients equal their reference, ${channels} channels`, async () => {
    for (const mask of MASKS) await compareNormAct(67, channels, mask);
    await compareActNorm(67, channels);
  });
}

async function compareNormAct(
  rows: number,
  channels: number,
  mask: typeof MASKS[number],
): Promise<void> {
  const dropout = dropoutOf(mask);
  const [x, affine] = [rounded(wellSpread(rows, channels)), around(1, 2, channels)];
  const factors = maskOf(mask, rows, channels);
  const slopes = rounded(random(rows, channels, 3));
  const dy = awayFromKink(slopes, affine, (affine) => reference.normAct(x, affine));
  const y = reference.normAct(x, affine, factors);
  await compareNorm({
    ...{ of: `${rows} × ${channels}`, x, affine, dy },
    forward: (x, affine) => {
      const { y, moments } = normAct(x, affine, dropout);
      return {
        y,
        backward: (dy, out) => normActBackward(x, affine, moments, dy, { dropout, ...out }),
      };
    },
    expected: { y, ...reference.normActBackward(x, affine, dy, factors) },
  });
}

async function compareActNorm(rows: number, channels: number): Promise<void> {
  const spread = rounded(wellSpread(rows, channels));
  const x = { ...spread, data: spread.data.map((value, k) => k % 3 === 0 ? -value : value) };
  const [affine, dy] = [around(1, 2, channels), rounded(random(rows, channels, 3))];
  await compareNorm({
    ...{ of: `${rows} × ${channels}`, x, affine, dy },
    forward: (x, affine) => {
      const { y, moments } = actNorm(x, affine);
      return { y, backward: (dy, out) => actNormBackward(x, affine, moments, dy, out) };
    },
    expected: { y: reference.actNorm(x, affine), ...reference.actNormBackward(x, affine, dy) },
  });
}

testMasks("normAct", wellSpread, (x, affine, dropout) => normAct(x, affine, dropout).y);

Deno.test("normAct() masks a group by its slice of the whole mask", async () => {
  const [x, affine] = [upload(wellSpread(67, 4)), alive(4)];
  const dropped = async (firstChannel: number) => {
    const dropout = dropoutOf({ rate: 0.5, stream: "layers", firstChannel });
    return (await read(normAct(x, affine, dropout).y)).map((v) => +(v === 0));
  };
  const [here, next] = [await dropped(8), await dropped(9)];
  for (let i = 0; i < 67; i++) {
    assertEquals(here.subarray(4 * i + 1, 4 * i + 4), next.subarray(4 * i, 4 * i + 3));
  }
});

Deno.test("normAct() keeps every row's mean and 1 / deviation", async () => {
  const x = rounded(wellSpread(67, 7));
  const { moments } = normAct(upload(x), uploadWindow(around(1, 2, 7)));
  const expected = dense(67, 2);
  for (let i = 0; i < 67; i++) {
    const values = row(x, i);
    const mean = values.reduce((sum, v) => sum + v, 0) / 7;
    const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / 7;
    row(expected, i).set([mean, 1 / Math.sqrt(variance + 1e-5)]);
  }
  await assertClose(moments, expected, KERNEL, "moments");
});

Deno.test("normAct() of a constant row is the shift", async () => {
  const { y } = normAct(upload(dense(67, 5, 3)), uploadWindow(dense(2, 5, 0.5)));
  await assertClose(y, dense(67, 5, 0.5), 0, "y");
});

Deno.test("normActBackward() without dAffine gives the same dx", async () => {
  const [x, affine, dy] = [
    upload(wellSpread(67, 5)),
    uploadWindow(around(1, 2, 5)),
    random(67, 5, 3),
  ];
  const { moments } = normAct(x, affine);
  const gradient = upload(dy);
  const dAffine = uploadWindow(dense(2, 5));
  assertEquals(
    await read(normActBackward(x, affine, moments, gradient, {})),
    await read(normActBackward(x, affine, moments, gradient, { dAffine })),
  );
});

Deno.test("normAct() and its gradients refuse a scale and shift of another width", () => {
  const [x, affine] = [upload(dense(2, 5)), upload(dense(2, 4))];
  const sentence = "Cannot normalise rows of 5 channels with a scale and shift of 2 × 4: " +
    "they must be 2 × 5";
  assertThrows(() => normAct(x, affine), RangeError, sentence);
  assertThrows(() => normActBackward(x, affine, x, x, {}), RangeError, sentence);
  assertThrows(() => normAct(x, upload(dense(1, 5))), RangeError, "of 1 × 5: they must be 2 × 5");
});

/** Channels one apart and noise on top, so that no row's deviation is nearly nothing. */
function wellSpread(rows: number, channels: number): Dense {
  const x = random(rows, channels, 1);
  return { ...x, data: x.data.map((value, k) => value + k % channels % 4) };
}
