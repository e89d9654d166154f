import { dropout, STREAMS } from "../../kernels/dropout.ts";
import { dropoutKey, dropoutMask, ofLayer } from "../reference/dropout.ts";
import { random } from "../reference/matrix.ts";
import { KERNEL } from "../tolerances.ts";
import { assertClose, gpu, rounded, upload } from "./device.ts";

const CHANNELS = [1, 3, 4, 5, 7, 8, 12, 40];
/** Keys of the streams; the second makes the hash's sums wrap at 2³². */
const KEYS = Uint32Array.of(dropoutKey(7, 3, 0), 0xffff_ffff, 0, dropoutKey(7, 3, 3));
const CASES = [
  [0.3, "layers", 0, 0],
  [0.3, "layers", 447, 0],
  [0.5, "classifier", 1, 37],
  [0, "input", 0, 0],
] as const;

for (
  const [rows, widths] of [[0, CHANNELS], [1, CHANNELS], [257, CHANNELS], [66_001, [3]]] as const
) {
  Deno.test(`dropout() is x times the reference's mask, ${rows} rows`, async () => {
    using keys = gpu.upload({ data: KEYS, rows: 1, cols: KEYS.length });
    for (const channels of widths) {
      for (const [rate, stream, layer, firstChannel] of CASES) {
        const x = rounded(random(rows, channels, 1));
        const mask = dropoutMask(
          ofLayer(KEYS[STREAMS[stream]]!, layer),
          rate,
          rows,
          channels,
          firstChannel,
        );
        const y = dropout(upload(x), { keys, rate, stream, layer, firstChannel });
        const expected = { ...x, data: x.data.map((value, k) => value * mask.data[k]!) };
        await assertClose(y, expected, KERNEL, `${channels} channels at rate ${rate}`);
      }
    }
  });
}
