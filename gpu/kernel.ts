/** A kernel: WGSL, its uniform parameters, and how it uses each of its buffers. */

/**
 * How a kernel uses a buffer: `read`, `write` (which may read too), or the same in a window of a
 * larger buffer, whose place is given at each dispatch. A `uniformWindow` is 64 KiB from there on,
 * which software drivers read once for all lanes. `readRows` and `writeRows` have a row for each row of
 * the launch: where such a buffer exceeds a binding, the launch is split into windows of rows.
 */
export type Access =
  | "read"
  | "write"
  | "readWindow"
  | "writeWindow"
  | "uniformWindow"
  | "readRows"
  | "writeRows";

/** Whether a buffer has a row for each row of the launch. */
export function ofRows(access: Access): boolean {
  return access === "readRows" || access === "writeRows";
}

/** Binding 0 holds `params` in this order; the buffers follow in theirs. */
export interface Kernel<P extends string, B extends string> {
  /** The entry point; the first kernel of a file has the file's name. */
  readonly name: string;
  /** The WGSL file, for messages. */
  readonly file: string;
  /** The WGSL source. */
  readonly code: string;
  /** The type of each uniform parameter, by name. */
  readonly params: Readonly<Record<P, "u32" | "f32">>;
  /** How the kernel uses each of its buffers, by name. */
  readonly buffers: Readonly<Record<B, Access>>;
  /**
   * The parameter that counts rows, where buffers have rows. Of a split launch's other parameters
   * `firstRow` moves with the window, and windows hold whole blocks of `blockRows` rows.
   */
  readonly rows?: NoInfer<P>;
  /** The buffers that may hold fixed-point numbers; a launch refuses those in any other. */
  readonly fixed?: readonly NoInfer<B>[];
}

/** Returns the kernel as it is given, the names of its parameters and buffers kept as types. */
export function defineKernel<P extends string, B extends string>(
  kernel: Kernel<P, B>,
): Kernel<P, B> {
  return kernel;
}

/** Bytes of a uniform window: what every adapter allows. */
export const UNIFORM_BYTES = 65_536;

/** Invocations in a workgroup; every kernel's WORKGROUP_SIZE. */
export const WORKGROUP_SIZE = 64;

/** The workgroups that `invocations` need. */
export function workgroupsFor(invocations: number): number {
  return Math.ceil(invocations / WORKGROUP_SIZE);
}
