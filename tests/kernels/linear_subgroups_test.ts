/**
 * `linear` by subgroups, where the adapter has them, gives the very bits that it gives without; without, it
 * is held against its reference where weights exceed a uniform window (linear_test.ts).
 */
import type { Device, Tensor } from "../../gpu/tensor.ts";
import { UNIFORM_BYTES } from "../../gpu/kernel.ts";
import { linear, linearBackwardInput, linearBackwardWeight } from "../../kernels/linear.ts";
import { splitColumns } from "../../kernels/copy_columns.ts";
import { assertEquals } from "../assert.ts";
import { type Dense, random } from "../reference/matrix.ts";
import { gpu, gpuOfBindings, gpuWithoutSubgroups } from "./device.ts";

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

/** The words of a product, of sums with a state of floats and of fixed-point numbers, and of gradients. */
async function wordsOf(
  gpu: Device,
  { rows, inputs, outputs, bias }: Record<"rows" | "inputs" | "outputs" | "bias", number>,
): Promise<Uint32Array[]> {
  using _scope = gpu.scope("all");
  const upload = ({ rows, cols, data }: Dense) =>
    gpu.upload({ rows, cols, data: Float32Array.from(data) });
  const [x, dy] = [upload(random(rows, inputs, 1)), upload(random(rows, outputs, 2))];
  const weight = windowOf(gpu, random(inputs + bias, outputs, 3));
  const dWeight = windowOf(gpu, random(inputs + bias, outputs, 4));
  const [added, [fixed]] = [upload(random(rows, outputs, 5)), splitColumns(dy, 1, "fixed")];
  linear(x, weight, { y: added, sign: 1 });
  linear(x, weight, { y: fixed!, sign: -1 });
  linearBackwardWeight(x, dy, dWeight);
  const dx = linearBackwardInput(dy, weight, inputs);
  const values = await gpu.read(linear(x, weight), added, fixed!, dx, dWeight);
  return values.map(({ buffer, byteOffset, length }) =>
    new Uint32Array(buffer, byteOffset, length)
  );
}

/** A matrix inside a larger buffer, as parameters are. */
function windowOf(gpu: Device, { rows, cols, data }: Dense): Tensor {
  const words = rows * Math.ceil(cols / 4) * 4 + UNIFORM_BYTES / 4;
  const window = gpu.empty(1, words, "weights").window(0, rows, cols);
  gpu.write(window, Float32Array.from(data));
  return window;
}
