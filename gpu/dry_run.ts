/**
 * A device that runs nothing and books all: for forecasts, at any size, on any machine. The forecast of a
 * training step is the step itself, on this device.
 */
import { type AdapterInfo, WINDOW_ALIGNMENT } from "./adapter.ts";
import { BookedDevice } from "./booked_device.ts";
import type { Kernel } from "./kernel.ts";
import type { Launch, Tensor } from "./tensor.ts";

/** An adapter that sets no limits. */
const UNLIMITED: AdapterInfo = {
  name: "dry run",
  driver: "none",
  software: true,
  maxBindingBytes: Infinity,
  maxBufferBytes: Infinity,
  maxWorkgroups: 65_535,
  alignment: WINDOW_ALIGNMENT,
};

/** A device that only keeps the ledger, within the limits of an adapter where one is given. */
export function openDryRun(like?: AdapterInfo): DryRun {
  return new DryRun(like);
}

/** Tensors have sizes and no values: all that is read is zero. */
export class DryRun extends BookedDevice {
  /** Is true, as nothing runs. */
  override readonly dryRun = true;

  /** Books within the limits of an adapter; without one it sets none. */
  constructor(like: AdapterInfo = UNLIMITED) {
    super(like, Infinity);
  }

  /** Makes no buffer: the ledger has booked its bytes. */
  protected override create(): void {}
  /** Destroys nothing, as no buffer was made. */
  protected override destroy(): void {}
  /** Writes no parameters, as no kernel reads them. */
  protected override writeBlock(): void {}
  /** Makes no staging buffer: the ledger has booked its bytes. */
  protected override createStaging(): void {}
  /** Writes no values, as tensors have none. */
  protected override fill(): void {}
  /** Records no zeros. */
  protected override recordClear(): void {}
  /** Records no copy. */
  protected override recordCopy(): void {}
  /** Records no launch. */
  protected override recordLaunch<P extends string, B extends string>(
    _kernel: Kernel<P, B>,
    _launch: Launch<P, B>,
    _block: number,
    _workgroups: number,
  ): void {}
  /** Sends nothing, as nothing is recorded. */
  protected override send(): void {}

  /** Records no read; what it returns gives zeros, rows × cols of each tensor. */
  protected override recordRead(tensors: readonly Tensor[]): () => Promise<Float32Array[]> {
    return () => Promise.resolve(tensors.map(({ rows, cols }) => new Float32Array(rows * cols)));
  }
}
