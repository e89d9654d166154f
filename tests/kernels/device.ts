/** The one device the tests share, and moving float64 references to it and back. */
import { type Gpu, openGpu } from "../../gpu/gpu.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import { type Dense, largestError } from "../reference/matrix.ts";

export const gpu: Gpu = await openGpu();

/** A reference matrix on the device, in float32. */
export function upload(x: Dense): Tensor {
  return gpu.upload({ rows: x.rows, cols: x.cols, data: Float32Array.from(x.data) }, "activations");
}

/** Rounds a reference matrix to float32, so that both sides start from equal numbers. */
export function rounded(x: Dense): Dense {
  return { ...x, data: Float64Array.from(Float32Array.from(x.data)) };
}

/** Values of a tensor. */
export async function read(tensor: Tensor): Promise<Float32Array> {
  return (await gpu.read(tensor))[0]!;
}

/** Fails unless the tensor equals the reference to `tolerance`, relative to its largest value. */
export async function assertClose(
  actual: Tensor,
  expected: Dense,
  tolerance: number,
  what: string,
): Promise<void> {
  if (actual.rows !== expected.rows || actual.cols !== expected.cols) {
    throw new Error(
      `${what} is ${actual.rows} × ${actual.cols}, not ${expected.rows} × ${expected.cols}`,
    );
  }
  const error = largestError(await read(actual), expected.data);
  if (!(error <= tolerance)) throw new Error(`${what} is off by ${error}, allowed ${tolerance}`);
  await assertPaddingZero(actual, what);
}

/** Rows are padded to whole vec4 with zeros, which every kernel relies on. */
async function assertPaddingZero(tensor: Tensor, what: string): Promise<void> {
  if (tensor.cols === tensor.stride) return;
  const padded = tensor.window(0, tensor.rows, tensor.stride);
  const values = await read(padded);
  for (let i = 0; i < values.length; i++) {
    if (i % tensor.stride >= tensor.cols && values[i] !== 0) {
      throw new Error(`${what} has ${values[i]} in the padding of row ${i / tensor.stride | 0}`);
    }
  }
}
