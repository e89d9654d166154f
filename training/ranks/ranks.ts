/**
 * The processes of one training. Each trains on parts of its own; what they add up is the same for all, and
 * does not depend on how many they are but by the parts' order.
 */

/** One of these processes, and what all of them do together; each call is made by all. */
export interface Ranks {
  /** Which of the processes this is, from 0. */
  readonly rank: number;
  /** How many they are. */
  readonly size: number;
  /** Seconds spent in these calls, waiting for others included. */
  readonly seconds: number;
  /**
   * Adds up what each rank has, in their order, onto `start` if that is given. As in kernels/accumulate.ts,
   * what is below float32's normal range counts as 0.
   */
  sum(values: Float32Array, start?: Float32Array): Promise<Float32Array>;
  /** What each rank has, in their order. */
  gather(bytes: Uint8Array): Promise<Uint8Array[]>;
  /** Returns once all ranks are here. */
  barrier(): Promise<void>;
}

/** A process by itself. */
export const ALONE: Ranks = {
  rank: 0,
  size: 1,
  seconds: 0,
  sum: (values) => Promise.resolve(values),
  gather: (bytes) => Promise.resolve([bytes]),
  barrier: () => Promise.resolve(),
};

/** What each rank has of a kind that JSON knows, in their order. */
export async function gatherJson<T>(ranks: Ranks, value: T): Promise<T[]> {
  if (ranks.size === 1) return [value];
  const texts = await ranks.gather(new TextEncoder().encode(JSON.stringify(value)));
  return texts.map((text) => JSON.parse(new TextDecoder().decode(text)));
}

/** What each rank has of floats, in their order. */
export async function gatherFloats(ranks: Ranks, values: Float32Array): Promise<Float32Array[]> {
  if (ranks.size === 1) return [values];
  const { buffer, byteOffset, byteLength } = values;
  const all = await ranks.gather(new Uint8Array(buffer, byteOffset, byteLength));
  return all.map((bytes) => new Float32Array(bytes.slice().buffer));
}
