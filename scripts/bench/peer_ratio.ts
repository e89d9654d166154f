/** Times training steps of ours and of another library in turn, so that drifts of the machine cancel. */
import { PeerFailure, PeerMissing } from "./answering_process.ts";
import { timesInTurn } from "./median_time.ts";
import { type PeerData, PeerProcess } from "./peer_process.ts";
import type { Peer } from "./peers.ts";

/** Milliseconds of one step of each program, taken one after the other. */
export interface Pair {
  readonly ours: number;
  readonly theirs: number;
}

/** The least time of each program, their ratio theirs / ours, and its least and most over the pairs. */
export interface Ratio extends Pair {
  readonly ratio: number;
  readonly least: number;
  readonly most: number;
}

/** A step of ours, and what a peer needs to take it as well. */
export interface BenchStep {
  readonly data: PeerData;
  /** Losses of its first steps without dropout, which a peer must match. */
  readonly losses: readonly number[];
  /** Dropout rate of the steps that are timed. */
  readonly dropout: number;
  /** Takes one step and waits for it. */
  take(): Promise<void>;
}

/** A peer's result: its ratio and the largest relative difference of losses, or a sentence on its failure. */
export type PeerOutcome =
  & { readonly peer: string }
  & (
    | Ratio & { readonly libraries: string; readonly apart: number }
    | { readonly failure: string; readonly missing?: boolean }
  );

/**
 * The largest relative difference between two programs' losses of the same steps: float32 rounds, and the
 * update before the second step divides small gradients by their own size. Measured: up to 4e-6, in jax-js.
 */
export const SAME_LOSS = 1e-4;

/** Ratio of the least times, and its spread over the pairs. */
export function ratioOf(pairs: readonly Pair[]): Ratio {
  const ours = Math.min(...pairs.map((pair) => pair.ours));
  const theirs = Math.min(...pairs.map((pair) => pair.theirs));
  const ratios = pairs.map((pair) => pair.theirs / pair.ours);
  return {
    ...{ ours, theirs, ratio: theirs / ours },
    ...{ least: Math.min(...ratios), most: Math.max(...ratios) },
  };
}

/** Proves that a peer does the same work, then times it; a peer's failure is returned, not thrown. */
export async function comparePeer(
  { name, command, install }: Peer,
  step: BenchStep,
  pairs: number,
): Promise<PeerOutcome> {
  try {
    const { peer: process, libraries } = await PeerProcess.start(command, step.data);
    await using peer = process;
    const apart = await provenEqual(peer, step.losses);
    const times = await stepsInTurn(pairs, step, peer);
    return { peer: name, ...ratioOf(times), libraries, apart };
  } catch (error) {
    if (error instanceof PeerMissing) {
      const failure = `${error.message} is not installed (${install})`;
      return { peer: name, failure, missing: true };
    }
    if (error instanceof PeerFailure) return { peer: name, failure: error.message };
    throw error;
  }
}

/** The largest relative difference between a peer's losses and ours; throws if it is too large. */
async function provenEqual(peer: PeerProcess, losses: readonly number[]): Promise<number> {
  let apart = 0;
  for (const [at, ours] of losses.entries()) {
    const { loss } = await peer.step(0);
    const error = Math.abs(loss - ours) / Math.abs(ours);
    if (!(error <= SAME_LOSS)) {
      throw new PeerFailure(
        `its loss of step ${at + 1} is ${loss}, ours ${ours}: not the same work`,
      );
    }
    apart = Math.max(apart, error);
  }
  return apart;
}

/** Milliseconds of pairs of steps, ours and a peer's. */
async function stepsInTurn(pairs: number, step: BenchStep, peer: PeerProcess): Promise<Pair[]> {
  const ours = async () => {
    const start = performance.now();
    await step.take();
    return performance.now() - start;
  };
  const theirs = async () => (await peer.step(step.dropout)).milliseconds;
  return (await timesInTurn(pairs, ours, theirs)).map(([ours, theirs]) => ({ ours, theirs }));
}
