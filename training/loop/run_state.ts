/**
 * A run's state on disk, so that a run that was killed goes on where it was: safetensors of weights,
 * moments and the best epoch's weights, all else as JSON in the header. Random numbers are counted by
 * steps and epochs and need no state.
 */
import { dirname } from "node:path";
import { readFile } from "../../graphs/files/read_file.ts";
import { removeWhole, writeWhole } from "../../graphs/files/whole_file.ts";
import type { Ledger } from "../../gpu/ledger.ts";
import type { Scores } from "../row.ts";
import { differenceOf, type RunIdentity } from "./run_identity.ts";
import { decodeSafetensors, encodeSafetensors, type StoredTensor } from "../files/safetensors.ts";
import type { SolveEnd } from "../steps/solve_statistics.ts";
import type { Progress } from "./train_options.ts";

/** What a run has come to. */
export interface RunProgress {
  /** Epochs done. */
  epoch: number;
  /** Of each of them. */
  readonly losses: number[];
  readonly seconds: number[];
  /** Seconds in which parts were waited for. */
  waited: number;
  /** The ledger's peaks so far. */
  peakBytes: number;
  activationBytes: number;
  /** The best epoch by validation. */
  best: { readonly epoch: number; readonly scores: Scores } | null;
  readonly solves: SolveEnd[];
}

/** Flat values, running statistics included; the optimiser's moments; the best epoch's values. */
export interface RunValues {
  readonly weights: Float32Array;
  readonly moments: readonly Float32Array[];
  readonly best: Float32Array | null;
}

export interface RunState {
  readonly progress: RunProgress;
  readonly values: RunValues;
}

/** A run that has not begun. */
export function freshProgress(): RunProgress {
  return {
    ...{ epoch: 0, losses: [], seconds: [], waited: 0 },
    ...{ peakBytes: 0, activationBytes: 0, best: null, solves: [] },
  };
}

/** Adds an epoch to what the run has come to. */
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
  // Their curves of residuals are not counted.
  done.solves.push(
    ...solves.map(({ of, status, steps, residual }) => ({ of, status, steps, residual })),
  );
  done.peakBytes = Math.max(done.peakBytes, ledger.peak);
  done.activationBytes = Math.max(done.activationBytes, ledger.activationPeak);
}

/** Seconds from one writing of the state to the next, unless told otherwise. */
const SECONDS = 60;

/** Where a run's state is kept, and how often. */
export interface ResumeOptions {
  /** The file that holds the state. */
  readonly path: string;
  /** Least time from one writing to the next; default 60. The end of the training is always written. */
  readonly seconds?: number;
  /**
   * Whether a file that cannot be gone on with is given up, with a note, rather than refused: for files
   * that nobody named. Default false.
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
   * The state to go on from; undefined where there is no file. Refuses, with a sentence, a file of another
   * run, a damaged one, or one that is no state at all, as writing would end what it holds; unless such
   * files are discarded.
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

  /** Writes the state. Where that fails, the run is worth more than its state: one warning, and on. */
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
 * The parts that the evaluations of a file's run go by, for a call that names none: as many as fit may be
 * others today. Undefined where there is no state, which whoever goes on from it will say.
 */
export async function evaluatePartsOf(path: string): Promise<number | undefined> {
  try {
    const { metadata } = decodeSafetensors(await readFile(path), "it");
    const { evaluateParts = "1" }: RunIdentity = JSON.parse(metadata.run!);
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
  const difference = differenceOf(JSON.parse(run), identity);
  if (difference !== undefined) throw new RangeError(`it is of another run, ${difference}`);
  const moments = [...tensors.keys()].filter((name) => name.startsWith("moments.")).sort();
  const data = (name: string) => tensors.get(name)?.data as Float32Array | undefined;
  const parsed: RunProgress = JSON.parse(progress);
  const solves = parsed.solves.map((solve) => ({ ...solve, residual: solve.residual ?? Infinity }));
  return {
    progress: { ...parsed, solves },
    values: {
      weights: data("weights")!,
      moments: moments.map((name) => data(name)!),
      best: data("best") ?? null,
    },
  };
}
