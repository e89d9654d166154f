/** Times kernels, layers and a training step, and counts the bytes and operations of their work. */
// @ts-types="types-d3"
import * as d3 from "d3";
import type { AdapterInfo } from "../../gpu/adapter.ts";
import { openGpu } from "../../gpu/gpu.ts";
import type { Device } from "../../gpu/tensor.ts";
import { DeviceGraph } from "../../batch/device_graph.ts";
import type { Graph } from "../../graphs/graph.ts";
import type { RevGnnOptions } from "../../models/rev_gnn.ts";
import type { Timed } from "../../reports/rows/bench_row.ts";
import { openStep } from "./bench_step.ts";
import { type CountedLaunch, CountingDryRun, workOf } from "./counting.ts";
import { denseCases, genCases, type KernelCase } from "./kernel_cases.ts";
import { BENCH_GROUPS, layerCases } from "./layer_cases.ts";
import { medianTime } from "./median_time.ts";
import { encoderCases, nodeCases, operatorCases } from "./operator_cases.ts";
import { lossCases, optimiserCases, solverCases } from "./update_cases.ts";

/** What is timed call by call. */
export type CaseKind = "kernels" | "layers";

/** Calls of a case that are timed together: until so many milliseconds have passed, but no more of them. */
const ENOUGH = 10;
const MOST_CALLS = 64;

/** Times all cases of a kind for layers of so many channels, on a device opened for them. */
export async function caseTimes(
  kind: CaseKind,
  data: Graph,
  channels: number,
  rounds: number,
): Promise<Record<string, Timed>> {
  using gpu = await openGpu();
  using graph = new DeviceGraph(gpu, data);
  const launches = await caseLaunches(kind, data, channels, gpu.adapter);
  const times: Record<string, Timed> = {};
  for (const [name, launch] of Object.entries(await casesOf(kind, graph, data, channels))) {
    times[name] = {
      milliseconds: await callTime(gpu, rounds, launch),
      ...workOf(launches[name]!),
    };
  }
  return times;
}

/** Median milliseconds of a call. */
async function callTime(gpu: Device, rounds: number, launch: KernelCase): Promise<number> {
  const time = await openTimer(gpu, launch);
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) times.push(await time());
  return d3.median(times)!;
}

/**
 * Warms a case up; the function it returns gives milliseconds of a call, of several at once if one is over
 * too soon to be timed.
 */
export async function openTimer(gpu: Device, launch: KernelCase): Promise<() => Promise<number>> {
  const witness = gpu.empty(1, 1);
  const run = async (calls: number) => {
    for (let call = 0; call < calls; call++) launchAndFree(launch);
    await gpu.read(witness);
  };
  const calls = Math.min(MOST_CALLS, Math.ceil(ENOUGH / await medianTime(1, () => run(1))));
  await run(calls);
  return async () => {
    const start = performance.now();
    await run(calls);
    return (performance.now() - start) / calls;
  };
}

/** Counts, without a device, the launches of each case with their work. */
export async function caseLaunches(
  kind: CaseKind,
  data: Graph,
  channels: number,
  like?: AdapterInfo,
): Promise<Record<string, readonly CountedLaunch[]>> {
  using gpu = new CountingDryRun(like);
  using graph = new DeviceGraph(gpu, data);
  const cases = Object.entries(await casesOf(kind, graph, data, channels));
  gpu.take(); // what made the cases' tensors
  return Object.fromEntries(cases.map(([name, launch]) => {
    launchAndFree(launch);
    return [name, gpu.take()];
  }));
}

/** Counts, without a device, the launches of a training step with its update. */
export async function stepLaunches(
  data: Graph,
  options: RevGnnOptions,
  like?: AdapterInfo,
): Promise<readonly CountedLaunch[]> {
  using gpu = new CountingDryRun(like);
  using step = await openStep(gpu, data, options, { updates: true });
  gpu.take();
  await step.take();
  return gpu.take();
}

/** Every case of a kind on this graph, by name; a kernel has the channels of a group. */
export async function casesOf(
  kind: CaseKind,
  graph: DeviceGraph,
  data: Graph,
  channels: number,
): Promise<Record<string, KernelCase>> {
  const d = channels / BENCH_GROUPS;
  if (kind === "layers") return await layerCases(graph, data, channels);
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

function launchAndFree(launch: KernelCase): void {
  for (const tensor of [launch() ?? []].flat()) tensor[Symbol.dispose]();
}
