import type { Tensor } from "../../gpu/tensor.ts";
import { messageNorm, messageNormBackward } from "../../kernels/message_norm.ts";
import { assertThrows } from "../assert.ts";
import { add, type Dense, dense, random, row } from "../reference/matrix.ts";
import * as reference from "../reference/message_norm.ts";
import { KERNEL } from "../tolerances.ts";
import { compareOperator } from "./compare_operator.ts";
import { read, upload } from "./device.ts";

const CHANNELS = [1, 3, 4, 5, 7, 8, 12, 40];
const SIZES: [rows: number, channels: number[]][] = [
  [0, CHANNELS],
  [1, CHANNELS],
  [67, CHANNELS],
  [4099, [5, 12]],
  [66_001, [3]],
];

for (const [rows, channels] of SIZES) {
  for (const messageScale of [undefined, -0.7]) {
    const title = `${rows} rows, message scale ${messageScale ?? "fixed"}`;
    Deno.test(`messageNorm() and its gradients equal their reference, ${title}`, async () => {
      for (const cols of channels) await compare(rows, cols, messageScale);
    });
  }
}

Deno.test("messageNorm() refuses messages of another shape", () => {
  assertThrows(
    () => messageNorm(upload(dense(3, 4)), upload(dense(3, 5))),
    RangeError,
    "Cannot normalise messages of 3 × 5 to x of 3 × 4: both must have one shape",
  );
});

/** With rows of x and of messages that have no length, and messages as small as a lone ε. */
async function compare(rows: number, cols: number, learned: number | undefined): Promise<void> {
  const [x, m, dy] = [1, 2, 3].map((seed) => random(rows, cols, seed)) as [Dense, Dense, Dense];
  for (let i = 0; i < rows; i++) {
    if (i % 5 === 1) row(m, i).fill(0);
    if (i % 7 === 2) row(x, i).fill(0);
    // Their gradients are 1e7 times as long as all others, so that dy makes up for it.
    if (i % 11 === 3) {
      row(m, i).fill(1e-7), row(dy, i).forEach((d, c) => row(dy, i)[c] = d * 1e-7);
    }
  }
  const of = (value: number) => learned === undefined ? undefined : dense(1, 1, value);
  await compareOperator({
    of: `${rows} × ${cols}`,
    inputs: { x, m, dy },
    windows: { messageScale: of(learned ?? 1), dMessageScale: of(3) },
    ours: ({ x, m, dy, messageScale, dMessageScale }) => {
      const y = messageNorm(x, m, messageScale);
      return {
        y,
        ...messageNormBackward(x, m, dy, messageScale && { messageScale, dMessageScale }),
        dMessageScale,
      };
    },
    expected: ({ x, m, dy, messageScale, dMessageScale }) => {
      const s = messageScale?.data[0] ?? 1;
      const gradients = reference.messageNormBackward(x, m, s, dy);
      return {
        y: reference.messageNorm(x, m, s),
        dx: gradients.dx,
        dm: cols > 1 ? gradients.dm : (dm) => assertNothing(dm, x, m, dy),
        dMessageScale: dMessageScale && add(dMessageScale, dense(1, 1, gradients.dMessageScale)),
      };
    },
  });
}

/** A message of one channel is a sign, which has no slope: its gradient is a rounding of its parts. */
async function assertNothing(dm: Tensor, x: Dense, m: Dense, dy: Dense): Promise<void> {
  (await read(dm)).forEach((actual, i) => {
    const part = m.data[i] === 0 ? 0 : Math.abs(dy.data[i]! * x.data[i]! / m.data[i]!);
    if (!(Math.abs(actual) <= KERNEL * part)) throw new Error(`dm of row ${i} is ${actual}`);
  });
}
