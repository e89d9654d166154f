/** What kernels need of an adapter: WebGPU's default limits, which all adapters have. */

/** A limit's name in WebGPU, as words, and the default. */
export const NEEDED = {
  maxStorageBuffersPerShaderStage: ["storage buffers", 8],
  maxDynamicStorageBuffersPerPipelineLayout: ["storage windows", 4],
  maxDynamicUniformBuffersPerPipelineLayout: ["uniform windows", 8],
  maxUniformBufferBindingSize: ["uniform bytes", 65_536],
  maxComputeWorkgroupStorageSize: ["workgroup bytes", 16_384],
  maxComputeInvocationsPerWorkgroup: ["invocations", 256],
  maxComputeWorkgroupsPerDimension: ["workgroups", 65_535],
  maxStorageBufferBindingSize: ["largest binding", 2 ** 27],
  maxBufferSize: ["largest buffer", 2 ** 28],
  minStorageBufferOffsetAlignment: ["storage offsets", 256],
  minUniformBufferOffsetAlignment: ["uniform offsets", 256],
} as const satisfies Partial<Record<keyof GPUSupportedLimits, readonly [string, number]>>;

/** A limit of the adapter at hand beside what kernels need. */
export interface Limit {
  readonly what: string;
  readonly has: number;
  readonly needs: number;
  readonly enough: boolean;
}

/** An adapter's limits in the order of `NEEDED`. */
export function limitsOf(has: Readonly<Record<keyof typeof NEEDED, number>>): Limit[] {
  return Object.entries(NEEDED).map(([name, [what, needs]]) => {
    const value = has[name as keyof typeof NEEDED];
    // An alignment is the better the finer it is.
    const enough = name.startsWith("min") ? value <= needs : value >= needs;
    return { what, has: value, needs, enough };
  });
}
