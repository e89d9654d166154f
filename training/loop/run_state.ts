/**
 * A run's state on disk, from which a killed run continues: safetensors of weights, moments and the best
 * epoch's weights, with all else as JSON in the header. Random numbers need no state, as they are counted
 * by steps and epochs.
 */
import { dirname } from "node:path";
import { readFile } from "../../graphs/files/read_file.ts";
import { removeWhole, writeWhole } from "../../graphs/files/whole_file.ts";
import type { Ledger } from "../../gpu/ledger.ts";
import type { Scores } from "../row.ts";
import { differenceOf, type RunIdentity } from "./run_identity.ts";
import { decodeSafetensors, encodeSafetensors, type StoredTensor } from "../files/safetensors.ts";
import type { SolveEnd } from "../steps/solve_statistics.ts";
import { storedIdentity, storedProgress, storedValues } from "./stored_state.ts";
import type { Progress } from "./train_options.ts";

/** How far a run has come. */
export interface RunProgress {
  /** Epochs done. */
  epoch: number;
  /** Training loss of each epoch. */
  readonly losses: number[];
  readonly seconds: number[];
  /** Seconds spent waiting for parts. */
  waited: number;
  /** The ledger's peaks so far. */
  peakBytes: number;
  activationBytes: number;
  /** The best epoch by validation. */
  best: { readonly epoch: number; readonly scores: Scores } | null;
  readonly solves: SolveEnd[];
}

/** Flat values with running statistics, the optimiser's moments, and the best epoch's values. */
export interface RunValues {
  readonly weights: Float32Array;
  readonly moments: readonly Float32Array[];
  readonly best: Float32Array | null;
}

export interface RunState {
  readonly progress: RunProgress;
  readonly values: RunValues;
}

/** The progress of a run that has not begun. */
export function freshProgress(): RunProgress {
  return {
    ...{ epoch: 0, losses: [], seconds: [], waited: 0 },
    ...{ peakBytes: 0, activationBytes: 0, best: null, solves: [] },
  };
}

/** Adds an epoch to a run's progress. */
export function addEpoch(
  done: RunProgress,
  { loss, seconds }: Progress,
  other: { waited: number; solves: readonly SolveEnd[]; ledger: Ledger },
): void {
  done.epoch++;
  done.losses.push(loss);
  done.seconds.push(seconds);
  done.waited += other.waited;
  const { ledger, solves } = other;
  // Only how solves ended is kept, not their curves of residuals.
  done.solves.push(
    ...solves.map(({ of, status, steps, residual }) => ({ of, status, steps, residual })),
  );
  done.peakBytes = Math.max(done.peakBytes, ledger.peak);
  done.activationBytes = Math.max(done.activationBytes, ledger.activationPeak);
}

/** Default seconds from one writing of the state to the next. */
const SECONDS = 60;

/** Where a run's state is kept, and how often. */
export interface ResumeOptions {
  /** The file that holds the state. */
  readonly path: string;
  /** Least seconds from one writing to the next; default 60. The end of training is always written. */
  readonly seconds?: number;
  /**
   * Whether a file that the run cannot continue from is discarded with a note instead of refused: for files
   * that the user did not name. Default false.
   */
  readonly discards?: boolean;
}

export class RunStateFile {
  readonly #path: string;
  readonly #identity: RunIdentity;
  readonly #milliseconds: number;
  readonly #discards: boolean;
  #written = performance.now();
  #warned = false;

  constructor(
    { path, seconds = SECONDS, discards = false }: ResumeOptions,
    identity: RunIdentity,
  ) {
    this.#path = path;
    this.#identity = identity;
    this.#discards = discards;
    this.#milliseconds = 1000 * seconds;
  }

  /**
   * Reads the state to continue from; undefined where there is no file. A damaged file, another run's, or
   * one that is no state throws a sentence, as writing would destroy it; unless such files are discarded.
   */
  async read(): Promise<RunState | undefined> {
    try {
      await Deno.stat(this.#path);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return undefined;
    }
    const bytes = await readFile(this.#path);
    try {
      return decode(bytes, this.#identity);
    } catch (error) {
      const why = `Cannot go on from ${this.#path}: ${(error as Error).message}`;
      if (!this.#discards) {
        throw new Error(`${why}; name another file, or remove it to begin anew`);
      }
      console.warn(`note: ${why}; the run begins anew`);
      return undefined;
    }
  }

  /** Whether it is time to write. */
  get due(): boolean {
    return performance.now() - this.#written >= this.#milliseconds;
  }

  /** Writes the state. A failure does not stop the run, which is worth more: it warns once. */
  async write(state: RunState): Promise<void> {
    try {
      await Deno.mkdir(dirname(this.#path), { recursive: true });
      await writeWhole(this.#path, encode(state, this.#identity));
    } catch (error) {
      if (!this.#warned) {
        console.warn(`${(error as Error).message}; the run goes on, but could not be resumed`);
      }
      this.#warned = true;
    }
    this.#written = performance.now();
  }
}

/**
 * Reads how many parts a saved run evaluates by, for a call that names none: the number that fits may have
 * changed since. Undefined where there is no state; whoever continues from it reports that.
 */
export async function evaluatePartsOf(path: string): Promise<number | undefined> {
  try {
    const { metadata } = decodeSafetensors(await readFile(path), "it");
    const { evaluateParts = "1" } = storedIdentity(metadata.run!);
    return Number(evaluateParts);
  } catch {
    return undefined;
  }
}

/** Removes a run's state, once its row is safe. */
export async function removeRunState(path: string): Promise<void> {
  await removeWhole(path);
}

function encode({ progress, values }: RunState, identity: RunIdentity): Uint8Array {
  const tensors = new Map<string, StoredTensor>();
  const add = (name: string, data: Float32Array) =>
    tensors.set(name, { shape: [data.length], data });
  add("weights", values.weights);
  values.moments.forEach((moment, i) => add(`moments.${i}`, moment));
  if (values.best) add("best", values.best);
  // An infinite residual is null in JSON.
  const metadata = { run: JSON.stringify(identity), progress: JSON.stringify(progress) };
  return encodeSafetensors(tensors, metadata, { checksums: true });
}

function decode(bytes: Uint8Array<ArrayBuffer>, identity: RunIdentity): RunState {
  const { tensors, metadata, checked } = decodeSafetensors(bytes, "it");
  const { run, progress } = metadata;
  if (run === undefined || progress === undefined || !checked) {
    throw new SyntaxError("it is not the state of a run, or an older version's");
  }
  const difference = differenceOf(storedIdentity(run), identity);
  if (difference !== undefined) throw new RangeError(`it is of another run, ${difference}`);
  return { progress: storedProgress(progress), values: storedValues(tensors) };
}
