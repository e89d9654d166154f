/**
 * `linear` by lanes that own columns, where the adapter has subgroups, gives the very bits that it gives
 * without.
 */
import { paddedCols } from "../../gpu/tensor.ts";
import { hasColumns, LEAST_ROWS } from "../../kernels/linear_columns_subgroups.ts";
import { assert, assertEquals } from "../assert.ts";
import { gpu, gpuOfBindings, gpuWithoutSubgroups } from "./device.ts";
import { wordsOf } from "./linear_words.ts";

const without = await gpuWithoutSubgroups();

/**
 * Lanes that own columns: vectors of inputs and of columns that lanes share out evenly and not, one to three
 * of a lane, several blocks of them; and several rows at once, of 4, 2 and 1 lanes.
 */
// deno-fmt-ignore
const COLUMNS = [
  [17, 29, 0], [32, 64, 1], [33, 66, 1], [64, 32, 0], [7, 130, 1],
  [8, 16, 1], [16, 8, 1], [34, 11, 0], [64, 7, 1], [5, 3, 1], [1, 1, 0],
] as const;

Deno.test("linear() has the same bits by lanes that own columns and without", async () => {
  for (const [inputs, outputs, bias] of COLUMNS) {
    const size = { rows: LEAST_ROWS + 17, inputs, outputs, bias };
    const what = `${inputs} → ${outputs} columns, ${bias} bias`;
    assert(hasColumns({ rows: size.rows, stride: paddedCols(inputs) }, outputs), what);
    assertEquals(await wordsOf(gpu, size), await wordsOf(without, size), what);
  }
});

Deno.test("linear() by lanes that own columns has the same bits beyond a binding", async () => {
  using small = await gpuOfBindings(2 ** 17);
  const size = { rows: 2 * LEAST_ROWS, inputs: 20, outputs: 20, bias: 1 };
  assertEquals(await wordsOf(small, size), await wordsOf(gpu, size));
});
