import { type Dropout, STREAMS } from "../../kernels/dropout.ts";
import { actNorm, actNormBackward, normAct, normActBackward } from "../../kernels/norm_act.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { dropoutKey, dropoutMask, ofLayer, pcg } from "../reference/dropout.ts";
import { add, type Dense, dense, random, row } from "../reference/matrix.ts";
import * as reference from "../reference/norm_act.ts";
import { KERNEL } from "../tolerances.ts";
import {
  assertClose,
  assertCloseWindow,
  gpu,
  read,
  rounded,
  upload,
  uploadWindow,
} from "./device.ts";

/** No row, one, a prime, several workgroups of 64, and past 65,535. */
const SIZES: [rows: number, channels: number[]][] = [
  [0, [1, 3, 4, 5, 7, 8, 12, 40]],
  [1, [1, 3, 4, 5, 7, 8, 12, 40]],
  [67, [1, 3, 4, 5, 7, 8, 12, 40]],
  [257, [1, 3, 4, 5, 7, 8, 12, 40]],
  [66_001, [3]],
];

/** Keys of two streams; the second makes the hash's sums wrap at 2³². */
const KEYS = Uint32Array.of(dropoutKey(7, 3, 0), 0xffff_ffff);

const MASKS: (Omit<Dropout, "keys"> | undefined)[] = [
  undefined,
  { rate: 0.3, stream: "layers", firstChannel: 0 },
  { rate: 0.3, stream: "layers", layer: 111, firstChannel: 0 },
  { rate: 0.5, stream: "head", layer: 2, firstChannel: 37 },
];

for (const [rows, widths] of SIZES) {
  for (const mask of MASKS) {
    const masked = mask ? `masked in layer ${mask.layer ?? 0}` : "unmasked";
    Deno.test(`normAct() and its gradients equal their reference, ${rows} rows, ${masked}`, async () => {
      for (const channels of widths) await compare(rows, channels, mask);
    });
  }
}

for (const [rows, widths] of SIZES) {
  Deno.test(`actNorm() and its gradients equal their reference, ${rows} rows`, async () => {
    for (const channels of widths) {
      const what = (name: string) => `${name} of ${rows} × ${channels}`;
      const spread = rounded(wellSpread(rows, channels));
      const x = { ...spread, data: spread.data.map((value, k) => k % 3 === 0 ? -value : value) };
      const affine = rounded(around(1, 2, channels));
      const [dy, start] = [3, 4].map((seed) => rounded(random(rows, channels, seed)));
      const [device, window, gradient] = [upload(x), uploadWindow(affine), upload(dy!)];
      const { y, moments } = actNorm(device, window);
      await assertClose(y, reference.actNorm(x, affine), KERNEL, what("y"));

      const { dx, dAffine } = reference.actNormBackward(x, affine, dy!);
      const sum = uploadWindow(affine);
      const anew = actNormBackward(device, window, moments, gradient, { dAffine: sum });
      await assertClose(anew, dx, KERNEL, what("dx"));
      await assertCloseWindow(sum, add(affine, dAffine), KERNEL, what("dAffine"));
      const into = upload(start!);
      actNormBackward(device, window, moments, gradient, { into });
      await assertClose(into, add(start!, dx), KERNEL, what("dx added"));
    }
  });
}

Deno.test("normAct() drops the very entries of the reference's mask", async () => {
  const [rows, channels] = [66_001, 5];
  const [x, affine] = [rounded(wellSpread(rows, channels)), dense(2, channels, 1)];
  row(affine, 1).fill(10);
  for (const rate of [0, 0.1, 0.5, 0.999]) {
    for (const [layer, firstChannel] of [[0, 0], [1, 3], [1000, 160]] as const) {
      const dropout = { keys: keys(), rate, stream: "head", layer, firstChannel } as const;
      const { y } = normAct(upload(x), uploadWindow(affine), dropout);
      const mask = dropoutMask(ofLayer(KEYS[1]!, layer), rate, rows, channels, firstChannel);
      const wrong = (await read(y)).findIndex((value, k) => (value === 0) !== (mask.data[k] === 0));
      assertEquals(wrong, -1, `rate ${rate}, layer ${layer}, channel ${firstChannel}`);
    }
  }
});

Deno.test("normAct() keeps an entry whose hash is the threshold", async () => {
  const [x, affine] = [wellSpread(3, 1), dense(2, 1, 10)];
  const hash = pcg(5 + pcg(2 + KEYS[0]!));
  for (const [threshold, kept] of [[hash, true], [hash + 1, false]] as const) {
    const dropout = {
      keys: keys(),
      rate: threshold / 2 ** 32,
      stream: "layers" as const,
      firstChannel: 5,
    };
    const { y } = normAct(upload(x), uploadWindow(affine), dropout);
    assertEquals((await read(y))[2] !== 0, kept);
  }
});

Deno.test("normAct() masks a group by its slice of the whole mask", async () => {
  const [x, affine] = [rounded(wellSpread(67, 4)), dense(2, 4, 1)];
  row(affine, 1).fill(10);
  const dropped = async (firstChannel: number) => {
    const dropout = { keys: keys(), rate: 0.5, stream: "layers" as const, firstChannel };
    return (await read(normAct(upload(x), uploadWindow(affine), dropout).y)).map((v) => +(v === 0));
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

function maskOf(mask: Omit<Dropout, "keys">, rows: number, channels: number): Dense {
  const { rate, stream, layer = 0, firstChannel } = mask;
  const key = ofLayer(KEYS[STREAMS[stream]]!, layer);
  return dropoutMask(key, rate, rows, channels, firstChannel);
}

/** Forward, backward anew and backward added to what is there. */
async function compare(rows: number, channels: number, mask: typeof MASKS[number]): Promise<void> {
  const what = (name: string) => `${name} of ${rows} × ${channels}`;
  const [x, affine] = [rounded(wellSpread(rows, channels)), rounded(around(1, 2, channels))];
  const dropout = mask && { ...mask, keys: keys() };
  const factors = mask && maskOf(mask, rows, channels);
  const dy = awayFromKink(rounded(random(rows, channels, 3)), x, affine);
  const start = rounded(random(rows, channels, 4));

  const [device, window, gradient] = [upload(x), uploadWindow(affine), upload(dy)];
  const { y, moments } = normAct(device, window, dropout);
  await assertClose(y, reference.normAct(x, affine, factors), KERNEL, what("y"));

  const { dx, dAffine } = reference.normActBackward(x, affine, dy, factors);
  const sum = uploadWindow(affine);
  const anew = normActBackward(device, window, moments, gradient, { dropout, dAffine: sum });
  await assertClose(anew, dx, KERNEL, what("dx"));
  await assertCloseWindow(sum, add(affine, dAffine), KERNEL, what("dAffine"));

  const into = upload(start);
  const same = normActBackward(device, window, moments, gradient, { dropout, into });
  assert(same === into);
  await assertClose(into, add(start, dx), KERNEL, what("dx added"));
}

/** Channels one apart and noise on top, so that no row's deviation is nearly nothing. */
function wellSpread(rows: number, channels: number): Dense {
  const x = random(rows, channels, 1);
  return { ...x, data: x.data.map((value, k) => value + k % channels % 4) };
}

/** Values within 1/2 of `centre`: scales and shifts with which no branch is dead. */
function around(centre: number, rows: number, cols: number): Dense {
  const x = random(rows, cols, 2);
  return { ...x, data: x.data.map((value) => centre + value / 2) };
}

/** Drops the slopes where LayerNorm(x) is nearly 0: there rounding decides whether ReLU is alive. */
function awayFromKink(dy: Dense, x: Dense, affine: Dense): Dense {
  const negated = { ...affine, data: affine.data.map((value) => -value) };
  const [above, below] = [reference.normAct(x, affine), reference.normAct(x, negated)];
  return {
    ...dy,
    data: dy.data.map((value, k) => above.data[k]! + below.data[k]! > 1e-4 ? value : 0),
  };
}

function keys() {
  return gpu.upload({ data: KEYS, rows: 1, cols: 2 });
}
