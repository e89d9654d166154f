import { layerNorm, layerNormBackward } from "../../kernels/layer_norm.ts";
import { type Dense, dense, random, row } from "../reference/matrix.ts";
import * as reference from "../reference/layer_norm.ts";
import { KERNEL } from "../tolerances.ts";
import { assertClose, rounded, upload } from "./device.ts";

const CHANNELS = [1, 3, 4, 5, 7, 8, 12, 40];
const SIZES: [rows: number, channels: number[]][] = [
  [0, CHANNELS],
  [1, CHANNELS],
  [67, CHANNELS],
  [257, CHANNELS],
  [66_001, [3]],
];

for (const [rows, widths] of SIZES) {
  Deno.test(`layerNorm() and its gradient equal their reference, ${rows} rows`, async () => {
    for (const channels of widths) {
      const what = (name: string) => `${name} of ${rows} × ${channels}`;
      const [x, dy] = [rounded(wellSpread(rows, channels)), rounded(random(rows, channels, 2))];
      const { y, inverseDeviations } = layerNorm(upload(x));
      await assertClose(y, reference.layerNorm(x), KERNEL, what("y"));
      const dx = layerNormBackward(y, inverseDeviations, upload(dy));
      await assertClose(dx, reference.layerNormBackward(x, dy), KERNEL, what("dx"));
    }
  });
}

Deno.test("layerNorm() does not depend on a row's length, but leaves a row of equal values at 0", async () => {
  const x = rounded(wellSpread(67, 7));
  const longer = { ...x, data: x.data.map((value) => 1024 * value) };
  await assertClose(layerNorm(upload(longer)).y, reference.layerNorm(x), KERNEL, "y");
  const { y, inverseDeviations } = layerNorm(upload(dense(67, 5, 3)));
  await assertClose(y, dense(67, 5), 0, "y of equal values");
  const none = upload(dense(67, 5));
  await assertClose(
    layerNormBackward(y, inverseDeviations, none),
    dense(67, 5),
    0,
    "dx of nothing",
  );
});

/** Channels one apart and noise on top, so that no row's deviation is nearly nothing. */
function wellSpread(rows: number, channels: number): Dense {
  const x = random(rows, channels, 1);
  for (let i = 0; i < rows; i++) row(x, i).forEach((value, c, all) => all[c] = value + c % 4);
  return x;
}
