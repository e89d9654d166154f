/**
 * A device that runs nothing and books all: for forecasts, at any size, on any machine. The forecast of a
 * training step is the step itself, on this device.
 */
import { type AdapterInfo, WINDOW_ALIGNMENT } from "./adapter.ts";
import { BookedDevice } from "./booked_device.ts";
import type { Tensor } from "./tensor.ts";

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
  override readonly dryRun = true;

  constructor(like: AdapterInfo = UNLIMITED) {
    super(like, Infinity);
  }

  protected override create(): void {}
  protected override destroy(): void {}
  protected override writeBlock(): void {}
  protected override createStaging(): void {}
  protected override fill(): void {}
  protected override recordClear(): void {}
  protected override recordCopy(): void {}
  protected override recordLaunch(): void {}
  protected override send(): void {}

  protected override recordRead(tensors: readonly Tensor[]): () => Promise<Float32Array[]> {
    return () => Promise.resolve(tensors.map(({ rows, cols }) => new Float32Array(rows * cols)));
  }
}
