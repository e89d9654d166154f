/** Threads of Mesa's software driver, the one whose number can be said. */
import type { AdapterInfo } from "./adapter.ts";

/** The variable that says how many it starts; with 0 it works in the thread that sends. */
export const DRIVER_THREADS = "LP_NUM_THREADS";

/** Whether a driver heeds the variable. */
export function heedsThreads({ name }: AdapterInfo): boolean {
  return name.startsWith("llvmpipe");
}

/** The value of the variable for so many cores. */
export function threadsFor(cores: number): string {
  // To hand small launches to one other thread takes longer than to do them.
  return String(cores === 1 ? 0 : cores);
}

/** How many cores a software driver of this process runs kernels on: all that it may, or as the environment says. */
export function driverCores(adapter: AdapterInfo): number {
  const all = navigator.hardwareConcurrency;
  const { state } = Deno.permissions.querySync({ name: "env", variable: DRIVER_THREADS });
  if (!heedsThreads(adapter) || state !== "granted") return all;
  const threads = Number.parseInt(Deno.env.get(DRIVER_THREADS) ?? "");
  return threads >= 0 ? Math.max(1, Math.min(all, threads)) : all;
}
