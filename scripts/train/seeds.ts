/** `train --runs`: the seeds of a call, and what the files of each are called. */
import { doesNotOpen } from "../../graphs/files/read_file.ts";
import type { RunSettings } from "../../training/settings.ts";
import { type Flag, UsageError } from "../flags/flags.ts";
import { checkFileWritable } from "../shared/writable.ts";

/** What stands for a run's seed in the names of its files. */
const SEED = "{seed}";

/** More runs than this are a slip of the pen. */
const MOST_RUNS = 1000;

/** The flag of how many runs a call makes, which moves no bit of one: no row has it. */
export const RUNS_FLAG = {
  runs: {
    type: "integer",
    minimum: 1,
    maximum: MOST_RUNS,
    default: 1,
    help:
      `runs, one after another, of the seeds from --seed on; ${SEED} in a file's name is the seed`,
  },
} as const satisfies Record<string, Flag>;

/** The files that a call names, by their flags. */
export interface CallFiles {
  readonly save: string | undefined;
  readonly predictions: string | undefined;
  readonly log: string | undefined;
  readonly resume: string | undefined;
  readonly report: string | undefined;
}

/** The files among a call's flags. */
export function pickFiles({ save, predictions, log, resume, report }: CallFiles): CallFiles {
  return { save, predictions, resume, report, log };
}

/** The seeds of so many runs. */
export function seedsOf({ seed }: RunSettings, runs: number): number[] {
  return Array.from({ length: runs }, (_, i) => seed + i);
}

/** A path with the seed where its name says so. */
export function pathOfSeed(path: string, seed: number): string {
  return path.replaceAll(SEED, String(seed));
}

/** The files of one seed; all of them have one page. */
export function filesOfSeed(files: CallFiles, seed: number): CallFiles {
  const of = (path: string | undefined) => path === undefined ? path : pathOfSeed(path, seed);
  const { save, predictions, log, resume, report } = files;
  return {
    ...{ save: of(save), predictions: of(predictions), log: of(log), resume: of(resume) },
    report,
  };
}

/** Throws a sentence where a call's files cannot be those of so many runs. */
export function checkSeedFiles(
  { epochs }: RunSettings,
  runs: number,
  files: CallFiles,
): void {
  const { report, ...ofSeeds } = files;
  const [flag] = Object.entries(files).find(([, path]) => path !== undefined) ?? [];
  if (epochs === 0 && flag !== undefined) {
    throw new UsageError(`Cannot use --${flag} with --epochs 0: a step alone has no epochs`);
  }
  if (report?.includes(SEED)) {
    throw new UsageError(
      `Cannot use --report ${report}: one page has the runs of all seeds, name it without ${SEED}`,
    );
  }
  if (runs === 1) return;
  if (epochs === 0) {
    throw new UsageError(`Cannot use --runs ${runs} with --epochs 0: a step alone has no score`);
  }
  for (const [flag, path] of Object.entries(ofSeeds)) {
    if (path === undefined || path.includes(SEED)) continue;
    throw new UsageError(
      `Cannot use --${flag} ${path} with --runs ${runs}: each run would write over the last one's, ` +
        `name it with the seed in it, as ${withSeed(path)}`,
    );
  }
}

/** `a/best-{seed}.npy` of `a/best.npy`. */
function withSeed(path: string): string {
  return path.replace(/(\.[^./\\]*)?$/, `-${SEED}$1`);
}

/** Tries every seed's files, and opens its teacher, before the first is trained rather than after it. */
export async function tryFiles(
  { teacher }: RunSettings,
  seeds: readonly number[],
  files: CallFiles,
): Promise<void> {
  for (const seed of seeds) {
    for (const [flag, path] of Object.entries(filesOfSeed(files, seed))) {
      if (path !== undefined) await checkFileWritable(path, flag);
    }
    if (teacher?.includes(SEED)) await tryToOpen(pathOfSeed(teacher, seed));
  }
}

async function tryToOpen(path: string): Promise<void> {
  try {
    (await Deno.open(path)).close();
  } catch (error) {
    throw doesNotOpen(path, error);
  }
}
