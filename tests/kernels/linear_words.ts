/** What linear maps and their gradients give, to the bit. */
import type { Device, Tensor } from "../../gpu/tensor.ts";
import { UNIFORM_BYTES } from "../../gpu/kernel.ts";
import { splitColumns } from "../../kernels/copy_columns.ts";
import { linear, linearBackwardInput, linearBackwardWeight } from "../../kernels/linear.ts";
import { type Dense, random } from "../reference/matrix.ts";

/** The words of a product, of sums with a state of floats and of fixed-point numbers, and of gradients. */
export async function wordsOf(
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
