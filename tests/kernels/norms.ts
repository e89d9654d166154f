/** Inputs and comparisons for tests of norms that are followed by ReLU and a mask. */
import type { Tensor } from "../../gpu/tensor.ts";
import { type Dropout, STREAMS } from "../../kernels/dropout.ts";
import { assert, assertEquals } from "../assert.ts";
import { dropoutKey, dropoutMask, ofLayer, pcg } from "../reference/dropout.ts";
import { add, type Dense, dense, random, row } from "../reference/matrix.ts";
import { compareOperator } from "./compare_operator.ts";
import { gpu, read, rounded, upload, uploadWindow } from "./device.ts";

const CHANNELS = [1, 3, 4, 5, 7, 8, 12, 40];

/** No row, one, a prime, several workgroups of 64, and past 65,535. */
export const SIZES: [rows: number, channels: number[]][] = [
  [0, CHANNELS],
  [1, CHANNELS],
  [67, CHANNELS],
  [257, CHANNELS],
  [66_001, [3]],
];

/** Keys of two streams; the second makes the hash's sums wrap at 2³². */
const KEYS = Uint32Array.of(dropoutKey(7, 3, 0), 0xffff_ffff);

type Mask = Omit<Dropout, "keys"> | undefined;

export const MASKS: Mask[] = [
  undefined,
  { rate: 0.3, stream: "layers", firstChannel: 0 },
  { rate: 0.3, stream: "layers", layer: 111, firstChannel: 0 },
  { rate: 0.5, stream: "classifier", layer: 2, firstChannel: 37 },
];

export function titleOf(mask: Mask): string {
  return mask ? `masked in layer ${mask.layer ?? 0}` : "unmasked";
}

export function dropoutOf<M extends Mask>(mask: M): Dropout | Extract<M, undefined> {
  const keys = () => gpu.upload({ data: KEYS, rows: 1, cols: 2 });
  return (mask && { ...mask, keys: keys() }) as Dropout | Extract<M, undefined>;
}

export function maskOf(mask: Mask, rows: number, channels: number): Dense | undefined {
  if (mask === undefined) return undefined;
  const { rate, stream, layer = 0, firstChannel } = mask;
  const key = ofLayer(KEYS[STREAMS[stream]]!, layer);
  return dropoutMask(key, rate, rows, channels, firstChannel);
}

/** Values within 1/2 of `centre`: scales, shifts and variances with which no branch is dead. */
export function around(centre: number, rows: number, cols: number): Dense {
  const x = random(rows, cols, 2);
  return rounded({ ...x, data: x.data.map((value) => centre + value / 2) });
}

/** A scale of 1 and a shift of 10: ReLU lets everything through. */
export function alive(channels: number): Tensor {
  const affine = dense(2, channels, 1);
  row(affine, 1).fill(10);
  return uploadWindow(affine);
}

/** Drops the slopes where the norm of x is nearly 0: there rounding decides whether ReLU is alive. */
export function awayFromKink(dy: Dense, affine: Dense, norm: (affine: Dense) => Dense): Dense {
  const negated = { ...affine, data: affine.data.map((value) => -value) };
  const [above, below] = [norm(affine), norm(negated)];
  return {
    ...dy,
    data: dy.data.map((value, k) => above.data[k]! + below.data[k]! > 1e-4 ? value : 0),
  };
}

type Backward = (dy: Tensor, out: { dAffine?: Tensor; into?: Tensor }) => Tensor;

/** Forward, backward anew, and added to what is there with the parameters' gradient and without. */
export async function compareNorm(
  { of, x, affine, dy, forward, expected }: {
    of: string;
    x: Dense;
    affine: Dense;
    dy: Dense;
    forward: (x: Tensor, affine: Tensor) => { y: Tensor; backward: Backward };
    expected: { y: Dense; dx: Dense; dAffine: Dense };
  },
): Promise<void> {
  await compareOperator({
    of,
    inputs: { x, dy, into: random(x.rows, x.cols, 4), alone: random(x.rows, x.cols, 5) },
    windows: { affine, dAffine: affine, again: affine },
    ours: ({ x, dy, into, alone, affine, dAffine, again }) => {
      const { y, backward } = forward(x, affine);
      const dx = backward(dy, { dAffine });
      assert(backward(dy, { dAffine: again, into }) === into);
      assert(backward(dy, { into: alone }) === alone);
      return { y, dx, dAffine, again, into, alone };
    },
    expected: ({ into, alone, dAffine, again }) => {
      const { y, dx } = expected;
      return {
        ...{ y, dx, dAffine: add(dAffine, expected.dAffine), again: add(again, expected.dAffine) },
        ...{ into: add(into, dx), alone: add(alone, dx) },
      };
    },
  });
}

/** Tests the masks of a norm of x [rows, channels]. */
export function testMasks(
  name: string,
  wellSpread: (rows: number, channels: number) => Dense,
  norm: (x: Tensor, affine: Tensor, dropout: Dropout) => Tensor,
): void {
  Deno.test(`${name}() drops the very entries of the reference's mask`, async () => {
    const [rows, channels] = [66_001, 5];
    const [x, affine] = [upload(wellSpread(rows, channels)), alive(channels)];
    for (const rate of [0, 0.1, 0.5, 0.999]) {
      for (const [layer, firstChannel] of [[0, 0], [1, 3], [1000, 160]] as const) {
        const mask = { rate, stream: "classifier", layer, firstChannel } as const;
        const y = await read(norm(x, affine, dropoutOf(mask)));
        const { data } = maskOf(mask, rows, channels)!;
        const wrong = y.findIndex((value, k) => (value === 0) !== (data[k] === 0));
        assertEquals(wrong, -1, `rate ${rate}, layer ${layer}, channel ${firstChannel}`);
      }
    }
  });

  Deno.test(`${name}() keeps an entry whose hash is the threshold`, async () => {
    const x = upload(wellSpread(3, 1));
    const hash = pcg(5 + pcg(2 + KEYS[0]!));
    for (const [threshold, kept] of [[hash, true], [hash + 1, false]] as const) {
      const mask = { rate: threshold / 2 ** 32, stream: "layers", firstChannel: 5 } as const;
      const y = await read(norm(x, alive(1), dropoutOf(mask)));
      assertEquals(y[2] !== 0, kept);
    }
  });
}
