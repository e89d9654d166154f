/**
 * What a launch would take on a card that is not at hand, from what can be counted: its bytes, its
 * operations, and the invocations among which it shares them out.
 */
import type { AdapterInfo } from "../../gpu/adapter.ts";
import { WINDOW_ALIGNMENT } from "../../gpu/adapter.ts";
import type { CountedLaunch } from "./counting.ts";

/** A card, by its data sheet. */
export interface Card {
  readonly name: string;
  /** Bytes that its memory moves in a second. */
  readonly bandwidth: number;
  /** Operations of float32 in a second, two for a multiply-add. */
  readonly flops: number;
}

export const H100: Card = { name: "H100", bandwidth: 3.35e12, flops: 67e12 };
export const LAPTOP: Card = { name: "300 GB/s card", bandwidth: 300e9, flops: 15e12 };

/** What WebGPU allows on such cards. */
export const CARD: AdapterInfo = {
  name: "a card",
  driver: "none",
  software: false,
  maxBindingBytes: 2 ** 31 - 1,
  maxBufferBytes: 2 ** 33,
  maxWorkgroups: 65_535,
  alignment: WINDOW_ALIGNMENT,
};

/** Seconds from a load to its value, about, and the bytes that an invocation waits for at once: 4 vectors. */
const LATENCY = 0.6e-6;
const IN_FLIGHT = 64;
/** Seconds from a multiply-add to its result, about, and those that an invocation has under way at once. */
const ARITHMETIC_LATENCY = 2.5e-9;
const UNDER_WAY = 4;
/** Seconds between two launches of which one waits for the other. */
const BETWEEN = 3e-6;

/** What a launch waits for. */
export type Bound = "memory" | "arithmetic" | "few invocations" | "launch";

/** Seconds of a launch on a card, the gap before it included, and what most of them go to. */
export function predicted(launch: CountedLaunch, card: Card): { seconds: number; bound: Bound } {
  const { bytes, operations, invocations } = launch;
  const memory = bytes / card.bandwidth;
  const arithmetic = operations / card.flops;
  // Little's law: what is under way at once, by how long it takes.
  const few = Math.max(
    bytes * LATENCY / (invocations * IN_FLIGHT),
    operations * ARITHMETIC_LATENCY / (invocations * 2 * UNDER_WAY),
  );
  const parts = { memory, arithmetic, "few invocations": few, launch: BETWEEN };
  const bound = (Object.keys(parts) as Bound[]).reduce((a, b) => parts[b] > parts[a] ? b : a);
  return { seconds: Math.max(memory, arithmetic, few) + BETWEEN, bound };
}

/** Seconds of launches one after the other. */
export function predictedSeconds(launches: readonly CountedLaunch[], card: Card): number {
  return launches.reduce((sum, launch) => sum + predicted(launch, card).seconds, 0);
}
