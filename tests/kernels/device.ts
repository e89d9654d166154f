/** The device that the tests of a file share, and how to move float64 matrices to it and back. */
import type { AdapterInfo } from "../../gpu/adapter.ts";
import { openDevice } from "../../gpu/open_device.ts";
import { Gpu } from "../../gpu/gpu.ts";
import { UNIFORM_BYTES } from "../../gpu/kernel.ts";
import type { Purpose } from "../../gpu/ledger.ts";
import { type Tensor, tensorBytes } from "../../gpu/tensor.ts";
import { type Dense, largestError } from "../reference/matrix.ts";

/** New tensors are full of NaN, so that no kernel gets by with memory that happens to be zero. */
class StrictGpu extends Gpu {
  override empty(rows: number, cols: number, purpose?: Purpose, bytes?: number): Tensor {
    const tensor = super.empty(rows, cols, purpose, bytes);
    const words = tensor.allocation.bytes / 4;
    this.write(tensor.window(0, 1, words), new Float32Array(words).fill(NaN));
    return tensor;
  }
}

const { device, info } = await openDevice();

/** Grids fold past 64 workgroups instead of 65,535, so that every kernel meets folded ones. */
const adapter = { ...info, maxWorkgroups: 64 };
export const gpu: Gpu = new StrictGpu(adapter, device, Infinity);

/** Launches kernels in the shape that they have on a card, until it is disposed of. */
export function shapesOfCard(): Disposable {
  const { software, subgroup } = adapter;
  Object.assign(adapter, { software: false, subgroup: undefined });
  return { [Symbol.dispose]: () => void Object.assign(adapter, { software, subgroup }) };
}

/**
 * Another device whose bindings cover this much: what is larger has to go in windows of rows and blocks
 * of edges. The device itself allows more, so that this holds it to it.
 */
export async function gpuOfBindings(
  maxBindingBytes: number,
  shapes: Partial<AdapterInfo> = {},
): Promise<Gpu> {
  const { device, info } = await openDevice();
  const create = device.createBindGroup.bind(device);
  device.createBindGroup = (descriptor) => {
    for (const { resource } of descriptor.entries) {
      const { size = 0 } = resource as GPUBufferBinding;
      if (size <= maxBindingBytes || size === UNIFORM_BYTES) continue;
      throw new Error(`${descriptor.label} binds ${size} bytes, allowed ${maxBindingBytes}`);
    }
    return create(descriptor);
  };
  const adapter = { ...info, maxWorkgroups: 64, maxBindingBytes, ...shapes };
  return new StrictGpu(adapter, device, Infinity);
}

/** Another device, whose kernels do without subgroups, as on most adapters. */
export async function gpuWithoutSubgroups(): Promise<Gpu> {
  const { device, info: { subgroup: _, ...info } } = await openDevice();
  return new StrictGpu({ ...info, maxWorkgroups: 64 }, device, Infinity);
}

/** A reference matrix on the device, in float32. */
export function upload(x: Dense): Tensor {
  return gpu.upload({ rows: x.rows, cols: x.cols, data: Float32Array.from(x.data) }, "activations");
}

const BYTES_BEFORE_WINDOW = 512;

/** A matrix where parameters stand: inside a larger buffer, here with NaN on either side. */
export function uploadWindow(x: Dense): Tensor {
  const bytes = BYTES_BEFORE_WINDOW + tensorBytes(x.rows, x.cols) + UNIFORM_BYTES;
  const window = gpu.empty(1, bytes / 4, "weights").window(BYTES_BEFORE_WINDOW, x.rows, x.cols);
  gpu.write(window, Float32Array.from(x.data));
  return window;
}

/** Rounds a reference matrix to float32, so that both sides start from equal numbers. */
export function rounded(x: Dense): Dense {
  return { ...x, data: Float64Array.from(Float32Array.from(x.data)) };
}

/** Values of a tensor. */
export async function read(tensor: Tensor): Promise<Float32Array> {
  return (await tensor.gpu.read(tensor))[0]!;
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

/** The same for what `uploadWindow` returned; fails as well if a value beside it was overwritten. */
export async function assertCloseWindow(
  actual: Tensor,
  expected: Dense,
  tolerance: number,
  what: string,
): Promise<void> {
  await assertClose(actual, expected, tolerance, what);
  const [first, end] = [actual.offset / 4, (actual.offset + actual.bytes) / 4];
  const values = await read(actual.window(-actual.offset, 1, actual.allocation.bytes / 4));
  const at = values.findIndex((value, k) => (k < first || k >= end) && !Number.isNaN(value));
  if (at >= 0) throw new Error(`${what}: ${values[at]} stands ${at - first} words from its window`);
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
