import { compose, composeBackward } from "../../kernels/compose.ts";
import { assertThrows } from "../assert.ts";
import * as reference from "../reference/compose.ts";
import { add, dense, random } from "../reference/matrix.ts";
import { compareOperator } from "./compare_operator.ts";
import { rounded, uploadWindow } from "./device.ts";

/** Width of the shared encoder and channels of the block: one column, padded ones, several groups. */
const SHAPES: [width: number, channels: number][] = [[1, 1], [5, 3], [4, 4], [7, 5], [12, 7], [
  80,
  40,
], [400, 67]];

for (const features of [0, 1, 3, 8, 11]) {
  Deno.test(`compose() and its gradients equal their reference, ${features} edge features`, async () => {
    for (const [width, channels] of SHAPES) {
      const outer = rounded(random(features + 1, width, 1));
      const inner = rounded(random(width + 1, channels, 2));
      await compareOperator({
        of: `${features} features → ${width} → ${channels} channels`,
        inputs: { dEncoder: random(features + 1, channels, 3) },
        windows: { outer, inner, dOuter: outer, dInner: inner },
        ours: ({ outer, inner, dEncoder, dOuter, dInner }) => {
          composeBackward(outer, inner, dEncoder, { dOuter, dInner });
          return { encoder: compose(outer, inner), dOuter, dInner };
        },
        expected: ({ dEncoder }) => {
          const { dOuter, dInner } = reference.composeBackward(outer, inner, dEncoder);
          const sums = { dOuter: add(outer, dOuter), dInner: add(inner, dInner) };
          return { encoder: reference.compose(outer, inner), ...sums };
        },
      });
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
