/** How many runs of a plan go on at a time. */
import type { AdapterInfo } from "../../gpu/adapter.ts";
import { heedsThreads } from "../../gpu/driver_threads.ts";
import { openGpu } from "../../gpu/gpu.ts";
import { knownMemory } from "../../gpu/known_memory.ts";
import { plural } from "../../reports/findings/format.ts";
import { UsageError } from "../flags/flags.ts";
import type { Planned } from "./plan.ts";

/** Processes, and the cores that a software driver has in each. */
export interface AtOnce {
  readonly processes: number;
  /** None where nothing is shared out. */
  readonly cores?: number;
}

/** Bytes that a run of a data set that is made here, not fetched, may take with its process. */
const RUN_BYTES = 3 * 2 ** 30;
/** Data sets that are made here, and small; a published one may take all memory that there is. */
const MADE: readonly string[] = ["planted", "chains", "wordnet-frames", "wordnet-lexnames"];

/**
 * Two runs on a core each are sooner done than one after the other on two: launches on small graphs are
 * too short to be shared out. Throws where so many as given would share what no row tells.
 */
export async function atOnce(runs: readonly Planned[], given?: number): Promise<AtOnce> {
  if (runs.length === 0 || given === 1) return { processes: 1 };
  using gpu = await openGpu();
  const processes = Math.min(runs.length, await allowed(gpu.adapter, runs, given));
  if (processes === 1) return { processes };
  return { processes, cores: Math.floor(navigator.hardwareConcurrency / processes) };
}

async function allowed(
  adapter: AdapterInfo,
  runs: readonly Planned[],
  given: number | undefined,
): Promise<number> {
  const cores = navigator.hardwareConcurrency;
  if (given === undefined) {
    if (!heedsThreads(adapter)) return 1;
    if (!runs.every(({ settings }) => MADE.includes(settings.dataset))) return 1;
    const { free } = await knownMemory(adapter) ?? { free: 0 };
    return Math.max(1, Math.min(cores, Math.floor(free / RUN_BYTES)));
  }
  const what = `Cannot do ${given} runs at a time`;
  if (!heedsThreads(adapter)) {
    throw new UsageError(
      `${what} on ${adapter.name}: their times would be those of shared hardware, only Mesa's software ` +
        "driver can be told its share; leave out --at-once",
    );
  }
  if (given > cores) {
    throw new UsageError(`${what}: each takes a core, and there are ${plural(cores, "core")}`);
  }
  return given;
}
