/**
 * Counts, without a device, the work of whatever is launched: bytes that must move, operations, and the
 * invocations among which a launch shares them out.
 */
import { DryRun } from "../../gpu/dry_run.ts";
import { type Access, type Kernel, WORKGROUP_SIZE } from "../../gpu/kernel.ts";
import type { Launch, Tensor } from "../../gpu/tensor.ts";
import type { Timed, Work } from "../../reports/rows/bench_row.ts";
import { type AnyLaunch, operationsOf } from "./operations.ts";

/** One launch of a kernel. */
export interface CountedLaunch extends Work {
  readonly kernel: string;
  readonly file: string;
  readonly invocations: number;
}

/** A dry run that keeps the work of each launch, as the device would get them: those of windows too. */
export class CountingDryRun extends DryRun {
  #launches: CountedLaunch[] = [];

  /** The launches since the last call. */
  take(): CountedLaunch[] {
    return this.#launches.splice(0);
  }

  protected override recordLaunch<P extends string, B extends string>(
    kernel: Kernel<P, B>,
    launch: Launch<P, B>,
    _block: number,
    workgroups: number,
  ): void {
    const any = launch as unknown as AnyLaunch;
    this.#launches.push({
      kernel: kernel.name,
      file: kernel.file,
      bytes: bytesOf(kernel, any),
      operations: operationsOf(kernel, any),
      invocations: workgroups * WORKGROUP_SIZE,
    });
  }
}

/** The work of launches together. */
export function workOf(launches: readonly CountedLaunch[]): Omit<Timed, "milliseconds"> {
  const sum = (of: "bytes" | "operations") => launches.reduce((all, one) => all + one[of], 0);
  return {
    bytes: sum("bytes"),
    operations: sum("operations"),
    launches: launches.length,
    invocations: Math.max(...launches.map(({ invocations }) => invocations)),
  };
}

/** Buffers that a kernel reads before it writes them, whatever its constants are. */
const UPDATED: Readonly<Record<string, readonly string[]>> = {
  accumulate: ["y"],
  adam: ["weight", "first", "second"],
  combine: ["y"],
  distillation: ["dLogits", "rowLoss"],
  edge_softmax_backward: ["dAttention"],
  half_step: ["state"],
  half_step_back: ["state"],
  rmsprop: ["weight", "square"],
};

/** Kernels that add to what they write where RESIDUAL says so. */
const WITH_RESIDUAL: readonly string[] = [
  "linear",
  "linear_columns_subgroups",
  "linear_subgroups",
  "edge_sum",
];

function bytesOf({ name, buffers: accesses }: Kernel<string, string>, launch: AnyLaunch): number {
  // Long rows are among all rows, whose launch is counted.
  if (name.endsWith("_long")) return 0;
  const { buffers, constants = {} } = launch;
  const adds = constants.ACCUMULATE || WITH_RESIDUAL.includes(name) && constants.RESIDUAL;
  const [read, written] = [new Map<string, number>(), new Map<string, number>()];
  for (const buffer in accesses) {
    const tensor = buffers[buffer];
    if (tensor === undefined) continue;
    const writes = isWritten(accesses[buffer]!);
    if (writes) written.set(placeOf(tensor), tensor.bytes);
    if (!writes || adds || UPDATED[name]?.includes(buffer)) read.set(placeOf(tensor), tensor.bytes);
  }
  return [...read.values(), ...written.values()].reduce((sum, bytes) => sum + bytes, 0);
}

function isWritten(access: Access): boolean {
  return access.startsWith("write");
}

/** Where a tensor stands: bound twice, it moves once. */
function placeOf({ allocation, offset }: Tensor): string {
  return `${allocation.id}+${offset}`;
}
