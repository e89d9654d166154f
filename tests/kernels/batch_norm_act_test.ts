import {
  batchNormAct,
  batchNormActBackward,
  type Statistics,
} from "../../kernels/batch_norm_act.ts";
import { batchStatistics } from "../../kernels/batch_statistics.ts";
import { type Dropout, STREAMS } from "../../kernels/dropout.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import * as reference from "../reference/batch_norm_act.ts";
import { batchStatistics as statisticsOf } from "../reference/batch_statistics.ts";
import { dropoutKey, dropoutMask, ofLayer, pcg } from "../reference/dropout.ts";
import { add, type Dense, dense, random, row } from "../reference/matrix.ts";
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

const CHANNELS = [1, 3, 4, 5, 7, 8, 12, 40];

/** No row, one, a prime, several workgroups of 64, and past 65,535. */
const SIZES: [rows: number, channels: number[]][] = [
  [0, CHANNELS],
  [1, CHANNELS],
  [67, CHANNELS],
  [257, CHANNELS],
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
    Deno.test(`batchNormAct() and its gradients equal their reference, ${rows} rows, ${masked}`, async () => {
      for (const channels of widths) {
        for (const running of [false, true]) await compare(rows, channels, running, mask);
      }
    });
  }
}

Deno.test("batchNormAct() drops the very entries of the reference's mask", async () => {
  const [rows, channels] = [66_001, 5];
  const [x, affine] = [upload(wellSpread(rows, channels)), alive(channels)];
  const statistics = measured(x);
  for (const rate of [0, 0.1, 0.5, 0.999]) {
    for (const [layer, firstChannel] of [[0, 0], [1, 3], [1000, 160]] as const) {
      const dropout = { keys: keys(), rate, stream: "head", layer, firstChannel } as const;
      const y = batchNormAct(x, affine, statistics, dropout);
      const mask = dropoutMask(ofLayer(KEYS[1]!, layer), rate, rows, channels, firstChannel);
      const wrong = (await read(y)).findIndex((value, k) => (value === 0) !== (mask.data[k] === 0));
      assertEquals(wrong, -1, `rate ${rate}, layer ${layer}, channel ${firstChannel}`);
    }
  }
});

Deno.test("batchNormAct() keeps an entry whose hash is the threshold", async () => {
  const x = upload(wellSpread(3, 1));
  const hash = pcg(5 + pcg(2 + KEYS[0]!));
  for (const [threshold, kept] of [[hash, true], [hash + 1, false]] as const) {
    const rate = threshold / 2 ** 32;
    const dropout = { keys: keys(), rate, stream: "layers", firstChannel: 5 } as const;
    const y = batchNormAct(x, alive(1), measured(x), dropout);
    assertEquals((await read(y))[2] !== 0, kept);
  }
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
  const affine = rounded(around(1, 2, 5));
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

type Tensors = Record<"affine" | "values", ReturnType<typeof upload>>;

function maskOf(mask: Omit<Dropout, "keys">, rows: number, channels: number): Dense {
  const { rate, stream, layer = 0, firstChannel } = mask;
  const key = ofLayer(KEYS[STREAMS[stream]]!, layer);
  return dropoutMask(key, rate, rows, channels, firstChannel);
}

/** Forward, backward anew and backward added to what is there. */
async function compare(
  rows: number,
  channels: number,
  running: boolean,
  mask: typeof MASKS[number],
): Promise<void> {
  const what = (name: string) => `${name} of ${rows} × ${channels}, running: ${running}`;
  const [x, affine] = [rounded(wellSpread(rows, channels)), rounded(around(1, 2, channels))];
  const fixed = running ? rounded(around(1, 2, channels)) : undefined;
  const dropout = mask && { ...mask, keys: keys() };
  const factors = mask && maskOf(mask, rows, channels);
  const options = { mask: factors, running: fixed };
  const dy = awayFromKink(rounded(random(rows, channels, 3)), x, affine, fixed);
  const start = rounded(random(rows, channels, 4));

  const [device, window, gradient] = [upload(x), uploadWindow(affine), upload(dy)];
  const statistics = fixed ? { values: uploadWindow(fixed), running } : measured(device);
  const y = batchNormAct(device, window, statistics, dropout);
  await assertClose(y, reference.batchNormAct(x, affine, options), KERNEL, what("y"));

  const { dx, dAffine } = reference.batchNormActBackward(x, affine, dy, options);
  const sum = uploadWindow(affine);
  const anew = batchNormActBackward(device, window, statistics, gradient, {
    dropout,
    dAffine: sum,
  });
  await assertClose(anew, dx, KERNEL, what("dx"));
  await assertCloseWindow(sum, add(affine, dAffine), KERNEL, what("dAffine"));

  const into = upload(start);
  const same = batchNormActBackward(device, window, statistics, gradient, { dropout, into });
  assert(same === into);
  await assertClose(into, add(start, dx), KERNEL, what("dx added"));
}

/** The batch's own statistics, in a window. */
function measured(x: Tensors["values"]): Statistics {
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

/** Values within 1/2 of `centre`: scales, shifts and variances with which no branch is dead. */
function around(centre: number, rows: number, cols: number): Dense {
  const x = random(rows, cols, 2);
  return { ...x, data: x.data.map((value) => centre + value / 2) };
}

/** A scale of 1 and a shift of 10: ReLU lets everything through. */
function alive(channels: number) {
  const affine = dense(2, channels, 1);
  row(affine, 1).fill(10);
  return uploadWindow(affine);
}

/** Drops the slopes where BatchNorm(x) is nearly 0: there rounding decides whether ReLU is alive. */
function awayFromKink(dy: Dense, x: Dense, affine: Dense, running: Dense | undefined): Dense {
  const negated = { ...affine, data: affine.data.map((value) => -value) };
  const options = running ? { running } : {};
  const [above, below] = [affine, negated].map((a) => reference.batchNormAct(x, a, options));
  return {
    ...dy,
    data: dy.data.map((value, k) => above!.data[k]! + below!.data[k]! > 1e-4 ? value : 0),
  };
}

function keys() {
  return gpu.upload({ data: KEYS, rows: 1, cols: 2 });
}
