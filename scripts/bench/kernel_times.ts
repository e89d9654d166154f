/** Times each kernel, and counts the bytes and operations of its work. */
import type { AdapterInfo } from "../../gpu/adapter.ts";
import { DryRun } from "../../gpu/dry_run.ts";
import { openGpu } from "../../gpu/gpu.ts";
import type { Kernel } from "../../gpu/kernel.ts";
import type { Launch } from "../../gpu/tensor.ts";
import { DeviceGraph } from "../../batch/device_graph.ts";
import type { Graph } from "../../graphs/graph.ts";
import { denseCases, genCases, type KernelCase } from "./kernel_cases.ts";
import { medianTime } from "./median_time.ts";
import { encoderCases, nodeCases, operatorCases } from "./operator_cases.ts";
import { lossCases, optimiserCases, solverCases } from "./update_cases.ts";

export interface KernelTime {
  /** Median time from a launch until it has run. */
  readonly milliseconds: number;
  /** The size of all tensors it reads or writes: the least it must move, if caches serve repeated reads. */
  readonly bytes: number;
  /** Floating-point operations of its formula. */
  readonly operations: number;
}

/** Times each kernel on a group of `d` channels, on a device opened for it. */
export async function kernelTimes(
  data: Graph,
  d: number,
  rounds: number,
): Promise<Record<string, KernelTime>> {
  using gpu = await openGpu();
  using graph = new DeviceGraph(gpu, data);
  using witness = gpu.empty(1, 1);
  const work = kernelWork(data, d, gpu.adapter);
  const times: Record<string, KernelTime> = {};
  for (const [name, { launch, operations }] of Object.entries(casesOf(graph, d))) {
    const milliseconds = await medianTime(rounds, async () => {
      launchAndFree(launch);
      await gpu.read(witness);
    });
    times[name] = { milliseconds, bytes: work[name]!.bytes, operations };
  }
  return times;
}

/** Counts, without a device, the bytes that each kernel must move, and lists the files it launches. */
export function kernelWork(
  data: Graph,
  d: number,
  like?: AdapterInfo,
): Record<string, { bytes: number; files: readonly string[] }> {
  const gpu = new CountingDryRun(like);
  using graph = new DeviceGraph(gpu, data);
  const counts = Object.entries(casesOf(graph, d)).map(([name, { launch }]) => {
    gpu.bound.clear();
    gpu.files.clear();
    launchAndFree(launch);
    const bytes = [...gpu.bound.values()].reduce((sum, bytes) => sum + bytes, 0);
    return [name, { bytes, files: [...gpu.files] }];
  });
  return Object.fromEntries(counts);
}

function casesOf(graph: DeviceGraph, d: number): Record<string, KernelCase> {
  return {
    ...denseCases(graph, d),
    ...genCases(graph, d),
    ...operatorCases(graph, d),
    ...nodeCases(graph, d),
    ...encoderCases(graph, d),
    ...lossCases(graph),
    ...optimiserCases(graph),
    ...solverCases(graph, d),
  };
}

function launchAndFree(launch: KernelCase["launch"]): void {
  for (const tensor of [launch() ?? []].flat()) tensor[Symbol.dispose]();
}

/** A dry run that notes which tensors and files launches use. */
class CountingDryRun extends DryRun {
  /** Bytes of each tensor, by its place in memory. */
  readonly bound = new Map<string, number>();
  readonly files = new Set<string>();

  override launch<P extends string, B extends string>(
    kernel: Kernel<P, B>,
    launch: Launch<P, B>,
  ): void {
    this.files.add(kernel.file);
    for (const name in kernel.buffers) {
      const tensor = launch.buffers[name];
      if (tensor) this.bound.set(`${tensor.allocation.id}+${tensor.offset}`, tensor.bytes);
    }
    super.launch(kernel, launch);
  }
}
