/**
 * `linear` by subgroups, where the adapter has them, gives the very bits that it gives without; without, it
 * is held against its reference where weights exceed a uniform window (linear_test.ts).
 */
import { assertEquals } from "../assert.ts";
import { gpu, gpuOfBindings, gpuWithoutSubgroups } from "./device.ts";
import { wordsOf } from "./linear_words.ts";

const without = await gpuWithoutSubgroups();

/** One and several tiles of columns and of inputs, whole and not, and every way that lanes share tiles. */
const SHAPES = [[1, 1], [5, 7], [16, 28], [17, 29], [20, 16], [32, 64], [40, 80], [80, 40], [
  49,
  36,
]];

const SIZES: [rows: number, shapes: number[][]][] = [
  [0, [[16, 28], [5, 7]]],
  [1, SHAPES],
  [67, SHAPES],
  [257, SHAPES],
  [66_001, [[16, 29]]],
];

for (const [rows, shapes] of SIZES) {
  Deno.test(`linear() has the same bits by subgroups and without, ${rows} rows`, async () => {
    for (const [inputs, outputs] of shapes) {
      for (const bias of [0, 1]) {
        const size = { rows, inputs: inputs!, outputs: outputs!, bias };
        const what = `${rows} rows of ${inputs} → ${outputs} columns, ${bias} bias`;
        assertEquals(await wordsOf(gpu, size), await wordsOf(without, size), what);
      }
    }
  });
}

Deno.test("linear() by subgroups has the same bits beyond a binding", async () => {
  using small = await gpuOfBindings(2 ** 17);
  const size = { rows: 5003, inputs: 16, outputs: 16, bias: 1 };
  assertEquals(await wordsOf(small, size), await wordsOf(gpu, size));
});
