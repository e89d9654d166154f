/** A kernel: WGSL, its uniform parameters, and how it uses each of its buffers. */

/**
 * How a kernel uses a buffer: `read`, `write` (which may read too), or the same in a window of a
 * larger buffer, whose place is given at each dispatch. A `uniformWindow` is 64 KiB from there on,
 * which software drivers read once for all lanes; a `scalarWindow` is 16 bytes, as a uniform too, of
 * which the limits of adapters count more. `readRows` and `writeRows` have a row for each row of the
 * launch: where such a buffer exceeds a binding, the launch is split into windows of rows.
 */
export type Access =
  | "read"
  | "write"
  | "readWindow"
  | "writeWindow"
  | "uniformWindow"
  | "scalarWindow"
  | "readRows"
  | "writeRows";

/** What WebGPU binds a buffer as, for each way of using it. */
export const BINDING_TYPES = {
  read: "read-only-storage",
  write: "storage",
  readWindow: "read-only-storage",
  writeWindow: "storage",
  uniformWindow: "uniform",
  scalarWindow: "uniform",
  readRows: "read-only-storage",
  writeRows: "storage",
} as const;

/** Whether a buffer is a window whose place is given at each dispatch. */
export function isWindow(access: Access): boolean {
  return access.endsWith("Window");
}

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

/** What WebGPU grants a kernel on every adapter; some grant no more. */
const GRANTED = {
  "storage buffers": 8,
  "windows of storage buffers": 4,
  // One of eight is the parameters.
  "uniform windows": 7,
};

/**
 * Returns the kernel as it is given, the names of its parameters and buffers kept as types. Throws a
 * sentence where an adapter may refuse it.
 */
export function defineKernel<P extends string, B extends string>(
  kernel: Kernel<P, B>,
): Kernel<P, B> {
  const accesses = Object.values<Access>(kernel.buffers);
  const uniforms = accesses.filter((access) => BINDING_TYPES[access] === "uniform");
  const bound: typeof GRANTED = {
    "storage buffers": accesses.length - uniforms.length,
    "windows of storage buffers": accesses.filter(isWindow).length - uniforms.length,
    "uniform windows": uniforms.length,
  };
  for (const [what, most] of Object.entries(GRANTED)) {
    const count = bound[what as keyof typeof GRANTED];
    if (count <= most) continue;
    throw new RangeError(
      `Cannot define kernel ${kernel.name}: it binds ${count} ${what}, every adapter grants ${most}`,
    );
  }
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
