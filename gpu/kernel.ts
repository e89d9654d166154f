/** A kernel: WGSL, its uniform parameters, and how it uses each of its buffers. */

/**
 * How a kernel uses a buffer: `read`, `write` (which may read too), or the same in a window of a
 * larger buffer, whose place is given at each dispatch. A `uniformWindow` is 64 KiB from there on,
 * which software drivers read once for all lanes.
 */
export type Access = "read" | "write" | "readWindow" | "writeWindow" | "uniformWindow";

/** Binding 0 holds `params` in this order; the buffers follow in theirs. */
export interface Kernel<P extends string, B extends string> {
  /** The entry point; the first kernel of a file has the file's name. */
  readonly name: string;
  /** The WGSL file, for messages. */
  readonly file: string;
  readonly code: string;
  readonly params: Readonly<Record<P, "u32" | "f32">>;
  readonly buffers: Readonly<Record<B, Access>>;
}

export function defineKernel<P extends string, B extends string>(
  kernel: Kernel<P, B>,
): Kernel<P, B> {
  return kernel;
}

/** One launch of a kernel. */
export interface Launch<P extends string, B extends string> {
  readonly params: Readonly<Record<P, number>>;
  readonly buffers: Readonly<Record<B, import("./tensor.ts").Tensor>>;
  /** Override constants; each set of values is a pipeline of its own. */
  readonly constants?: Readonly<Record<string, number>>;
  readonly workgroups: number;
}

/** Bytes of a uniform window: what every adapter allows. */
export const UNIFORM_BYTES = 65_536;

/** Invocations in a workgroup; every kernel's WORKGROUP_SIZE. */
export const WORKGROUP_SIZE = 64;

/** The workgroups that `invocations` need. */
export function workgroupsFor(invocations: number): number {
  return Math.ceil(invocations / WORKGROUP_SIZE);
}
