/** How many runs of a plan go on at a time. */
import type { AdapterInfo } from "../../gpu/adapter.ts";
import { heedsThreads } from "../../gpu/driver_threads.ts";
import { openGpu } from "../../gpu/gpu.ts";
import { knownMemory } from "../../gpu/known_memory.ts";
import { isGraphPath } from "../../graphs/catalogue/datasets.ts";
import { isFetched } from "../../graphs/published/fetched.ts";
import { plural } from "../../reports/findings/format.ts";
import { UsageError } from "../flags/flags.ts";
import type { Planned } from "./plan.ts";

/** Processes, and the cores that a software driver has in each. */
export interface AtOnce {
  readonly processes: number;
  /** None where nothing is shared out. */
  readonly cores?: number;
}

/** Bytes that a run of a small graph may take with its process. */
const RUN_BYTES = 3 * 2 ** 30;
/** Nodes of a planted graph that is small. */
const SMALL_NODES = 2 ** 17;

/**
 * Two runs on a core each are sooner done than one after the other on two: launches on small graphs are
 * too short to be shared out. Throws where so many as given would share what no row tells.
 */
export async function atOnce(runs: readonly Planned[], given?: number): Promise<AtOnce> {
  if (runs.length === 0 || given === 1) return { processes: 1 };
  using gpu = await openGpu();
  const { adapter } = gpu;
  const allowed = given === undefined
    ? usuallyAtOnce(adapter, runs, (await knownMemory(adapter))?.free)
    : checked(adapter, given, navigator.hardwareConcurrency);
  const processes = Math.min(runs.length, allowed);
  if (processes === 1) return { processes };
  return { processes, cores: Math.floor(navigator.hardwareConcurrency / processes) };
}

/** One a core, as far as there is memory for small graphs; of so many free bytes, 0 where that is not known. */
export function usuallyAtOnce(
  adapter: AdapterInfo,
  runs: readonly Planned[],
  free = 0,
): number {
  if (!heedsThreads(adapter) || !runs.every(isSmall)) return 1;
  return Math.max(1, Math.min(navigator.hardwareConcurrency, Math.floor(free / RUN_BYTES)));
}

/** A graph that is published, or anybody's own, may take all memory that there is. */
function isSmall({ settings: { dataset, planted } }: Planned): boolean {
  return !isFetched(dataset) && !isGraphPath(dataset) && (planted?.nodes ?? 0) <= SMALL_NODES;
}

function checked(adapter: AdapterInfo, given: number, cores: number): number {
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
