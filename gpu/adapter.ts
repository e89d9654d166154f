/** What there is to know of an adapter, whatever implements the device on it. */

/** What a row and `doctor` say of the adapter. */
export interface AdapterInfo {
  /** The adapter's name, as its driver gives it. */
  readonly name: string;
  /** Whose driver it is; WebGPU tells no version. */
  readonly driver: string;
  /** A driver that runs on the processor, as Mesa's lavapipe. */
  readonly software: boolean;
  /** Bytes that one binding may cover. */
  readonly maxBindingBytes: number;
  /** Bytes of one buffer. */
  readonly maxBufferBytes: number;
  /** Workgroups along one dimension of a launch, at most. */
  readonly maxWorkgroups: number;
  /** Where a window into a buffer may begin: at multiples of this. */
  readonly alignment: number;
  /** Lanes of a subgroup, where kernels may exchange values within one; absent where they may not. */
  readonly subgroup?: number;
}

/** Windows begin at WebGPU's guaranteed alignment, so that layouts are the same on every adapter. */
export const WINDOW_ALIGNMENT = 256;
