import { compose, composeBackward } from "../../kernels/compose.ts";
import { assertThrows } from "../assert.ts";
import * as reference from "../reference/compose.ts";
import { add, dense, random } from "../reference/matrix.ts";
import { KERNEL } from "../tolerances.ts";
import { assertClose, assertCloseWindow, rounded, upload, uploadWindow } from "./device.ts";

/** Width of the shared encoder and channels of the block: one column, padded ones, several groups. */
const SHAPES = [[1, 1], [5, 3], [4, 4], [7, 5], [12, 7], [80, 40], [400, 67]];

for (const features of [0, 1, 3, 8, 11]) {
  Deno.test(`compose() equals its reference, ${features} edge features`, async () => {
    for (const shape of SHAPES) {
      const { outer, inner, what } = problem(features, shape);
      const encoder = compose(uploadWindow(outer), uploadWindow(inner));
      await assertClose(encoder, reference.compose(outer, inner), KERNEL, what);
    }
  });

  Deno.test(`composeBackward() adds its reference, ${features} edge features`, async () => {
    for (const shape of SHAPES) {
      const { outer, inner, dEncoder, what } = problem(features, shape);
      const [dOuter, dInner] = [uploadWindow(outer), uploadWindow(inner)];
      composeBackward(uploadWindow(outer), uploadWindow(inner), upload(dEncoder), {
        dOuter,
        dInner,
      });
      const expected = reference.composeBackward(outer, inner, dEncoder);
      await assertCloseWindow(dOuter, add(outer, expected.dOuter), KERNEL, `dOuter ${what}`);
      await assertCloseWindow(dInner, add(inner, expected.dInner), KERNEL, `dInner ${what}`);
    }
  });
}

Deno.test("compose() refuses maps that do not follow each other", () => {
  assertThrows(
    () => compose(uploadWindow(dense(9, 6)), uploadWindow(dense(6, 3))),
    RangeError,
    "Cannot compose edge encoders: the first gives 6 channels, the second takes 5",
  );
});

function problem(features: number, [width, channels]: number[]) {
  return {
    outer: rounded(random(features + 1, width!, 1)),
    inner: rounded(random(width! + 1, channels!, 2)),
    dEncoder: rounded(random(features + 1, channels!, 3)),
    what: `${features} features → ${width} → ${channels} channels`,
  };
}
