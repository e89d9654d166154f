/**
 * A run's state on disk. The last two are kept, so that one which the disk has damaged costs no more than
 * the time between them.
 */
import { dirname } from "node:path";
import { linkTarget } from "../../graphs/files/link_target.ts";
import { holderOf, type Lock, lock } from "../../graphs/files/lock.ts";
import { readFile } from "../../graphs/files/read_file.ts";
import { removeWhole, writeWhole } from "../../graphs/files/whole_file.ts";
import type { RunIdentity } from "./run_identity.ts";
import { decodeState, encodeState, identityIn, OtherRunError, type RunState } from "./run_state.ts";

/** Default seconds from one writing of the state to the next. */
export const RESUME_SECONDS = 60;
/** Seconds before the first one, and least before another: less is sooner done again. */
const FIRST_SECONDS = 5;
/** Share of an epoch's time that writing the state before it may take. */
const SHARE = 0.1;

/** Where a run's state is kept, and how often. */
export interface ResumeOptions {
  /** The file that holds the state; the one before it is in `path` with `.before` at its end. */
  readonly path: string;
  /**
   * Most seconds from one writing to the next; default 60, and 0 writes after each epoch. A young run is
   * written sooner, and so is its end.
   */
  readonly seconds?: number;
  /**
   * Whether a file that the run cannot continue from is discarded with a note instead of refused: for files
   * that the user did not name. Default false.
   */
  readonly discards?: boolean;
}

/** The two files of a run's state, locked against other processes until it is disposed of. */
export class RunStateFile implements Disposable {
  readonly #path: string;
  readonly #identity: RunIdentity;
  readonly #seconds: number;
  readonly #discards: boolean;
  readonly #begun = performance.now();
  #written = this.#begun;
  /** Seconds that the last writing took. */
  #took = 0;
  /** Whether what stands at the path is a state to keep when the next one comes. */
  #good = false;
  #warned = false;
  #lock: Lock | undefined;

  constructor(
    { path, seconds = RESUME_SECONDS, discards = false }: ResumeOptions,
    identity: RunIdentity,
  ) {
    this.#path = path;
    this.#identity = identity;
    this.#discards = discards;
    this.#seconds = seconds;
  }

  /**
   * Keeps other processes off until this is disposed of. One that is at the same run is refused with a
   * sentence, or waited for where the user did not name the file: it is what a `reproduce` that was killed
   * left, and ends with its epoch.
   */
  async lock(): Promise<void> {
    const path = `${linkTarget(this.#path)}.lock`;
    try {
      this.#lock = await lock(path);
    } catch {
      return; // where no lock can be written, no state can, which is warned of then
    }
    if (this.#lock !== undefined) return;
    const who = await holderOf(path);
    if (!this.#discards) {
      throw new Error(
        `Cannot go on from ${this.#path}: ${who}, is at the same run; wait for its end, or name ` +
          "another file",
      );
    }
    console.warn(`note: waits for the end of ${who}, which is at the same run`);
    this.#lock = await lock(path, { wait: true });
  }

  [Symbol.dispose](): void {
    this.#lock?.[Symbol.dispose]();
  }

  /**
   * Reads the state to continue from; undefined where there is none. A damaged one is passed over with a
   * note for the one before it. Where that is no better, and for another run's state or what is no state,
   * it throws a sentence, as writing would destroy the file; unless such files are discarded.
   */
  async read(): Promise<RunState | undefined> {
    const newest = await this.#at(this.#path);
    if (newest instanceof Error) {
      const before = newest instanceof OtherRunError
        ? undefined
        : await this.#at(beforeOf(this.#path));
      if (before === undefined || before instanceof Error) return this.#refuse(newest);
      console.warn(
        `note: ${this.#path} is of no use: ${newest.message}; ` +
          `the run goes on from ${beforeOf(this.#path)}, the state before it`,
      );
      return before;
    }
    this.#good = newest !== undefined;
    // A writer that was killed between its two renamings left the one before alone.
    const found = newest ?? await this.#at(beforeOf(this.#path));
    return found instanceof Error ? this.#refuse(found) : found;
  }

  /** The state in a file; undefined where there is none, an error that says why it is of no use. */
  async #at(path: string): Promise<RunState | undefined | Error> {
    if (!await isThere(path)) return undefined;
    const bytes = await readFile(path);
    try {
      return decodeState(bytes, this.#identity);
    } catch (error) {
      return error as Error;
    }
  }

  #refuse({ message }: Error): undefined {
    const why = `Cannot go on from ${this.#path}: ${message}`;
    if (!this.#discards) throw new Error(`${why}; name another file, or remove it to begin anew`);
    console.warn(`note: ${why}; the run begins anew`);
  }

  /**
   * Whether it is time to write. Until a run has lasted as long as the usual time between two states, each
   * comes when half of the run would be lost without it.
   */
  get due(): boolean {
    const [age, since] = [this.#begun, this.#written].map((then) => elapsed(then));
    return since! >= Math.min(this.#seconds, Math.max(FIRST_SECONDS, age! - since!));
  }

  /** The same before an epoch of so many seconds, in which a run can only be stopped without a warning. */
  isDueBefore(seconds: number): boolean {
    return elapsed(this.#written) >= FIRST_SECONDS && this.#took <= SHARE * seconds;
  }

  /** Writes the state. A failure does not stop the run, which is worth more: it warns once. */
  async write(state: RunState): Promise<void> {
    const begun = performance.now();
    try {
      await Deno.mkdir(dirname(this.#path), { recursive: true });
      const bytes = encodeState(state, this.#identity);
      await writeWhole(this.#path, bytes, this.#good ? beforeOf(this.#path) : undefined);
      this.#good = true;
    } catch (error) {
      if (!this.#warned) {
        console.warn(`${(error as Error).message}; the run goes on, but could not be resumed`);
      }
      this.#warned = true;
    }
    this.#written = performance.now();
    this.#took = elapsed(begun);
  }
}

/**
 * Reads how many parts a saved run evaluates by, for a call that names none: the number that fits may have
 * changed since. Undefined where there is no state; whoever continues from it reports that.
 */
export async function evaluatePartsOf(path: string): Promise<number | undefined> {
  for (const one of [path, beforeOf(path)]) {
    try {
      const { evaluateParts = "1" } = identityIn(await readFile(one));
      return Number(evaluateParts);
    } catch {
      // The one before may do.
    }
  }
  return undefined;
}

/** Removes a run's states, once its row is safe. */
export async function removeRunState(path: string): Promise<void> {
  // In this order, whoever is killed in between leaves the run's end rather than a time before it.
  await removeWhole(beforeOf(path));
  await removeWhole(path);
}

/** Beside the file itself, wherever a link leads. */
function beforeOf(path: string): string {
  return `${linkTarget(path)}.before`;
}

async function isThere(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
  }
  return true;
}

/** Seconds since a time of `performance.now()`, which no setting of the clock moves. */
function elapsed(since: number): number {
  return (performance.now() - since) / 1000;
}
