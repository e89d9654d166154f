/** The flags that choose a graph and say how it is read. */
import { cacheFolder } from "../../graphs/published/cache_folder.ts";
import {
  datasetNames,
  type DatasetOptions,
  GRAPH_FILE,
  loadDataset,
} from "../../graphs/catalogue/datasets.ts";
import { cachePath, FETCHED_NAMES, isFetched } from "../../graphs/published/fetched.ts";
import type { Graph } from "../../graphs/graph.ts";
import { isNpzDataset, NPZ_NAMES } from "../../graphs/published/npz_table.ts";
import { isDirected, isOgb } from "../../graphs/published/ogb.ts";
import { GRAPH, type GraphGiven, PLANTED_NAME } from "../../graphs/settings.ts";
import { type Flag, type FlagValues, kebab, refuseOnePlace, UsageError } from "./flags.ts";
import { prepareDataset } from "../shared/prepare_dataset.ts";
import { type SettingFlag, settingFlags } from "./settings_flags.ts";

/** Which graph; each task says what for. */
export const DATASET_CHOICE = {
  type: "choice",
  choices: datasetNames,
  file: GRAPH_FILE,
} as const;

/** Where a data set that is prepared comes from and goes. */
export const SOURCE_FLAGS = {
  from: {
    type: "path",
    folder: "or file",
    help: "a published data set's file, to prepare it where it is not yet",
  },
  cache: {
    type: "path",
    folder: true,
    writes: true,
    help: "folder of prepared data sets; default REVGNN_CACHE, or the system's",
  },
} as const satisfies Record<string, Flag>;

const { dataset: _named, ...READING } = GRAPH;
/** How its edges and features are read, or what it is grown from. */
export const GRAPH_FLAGS: readonly SettingFlag[] = settingFlags(READING);

type Source = FlagValues<typeof SOURCE_FLAGS>;
/** Refuses flags that would write over the file which the data set is read from. */
export function refuseWritten(
  name: string,
  cache: string | undefined,
  outputs: Readonly<Record<string, string | undefined>>,
): void {
  const file = isFetched(name) ? cachePath(cacheFolder(cache), name) : name;
  if (!isFetched(name) && !name.endsWith(GRAPH_FILE)) return; // it is made here
  const written = Object.entries(outputs).flatMap(([flag, path]) =>
    path === undefined ? [] : [{ flag, path, writes: true }]
  );
  refuseOnePlace([{ flag: "dataset", path: file }, ...written]);
}

/** Loads the graph; where an archive is named and nothing prepared yet, prepares it first. */
export async function loadGraph(
  name: string,
  { from, cache }: Source,
  reading: Omit<DatasetOptions, "cache">,
): Promise<Graph> {
  if (from !== undefined) {
    if (!isFetched(name)) {
      throw new UsageError(
        `Cannot use --from with ${name}: only ${FETCHED_NAMES.join(", ")} are prepared from a file`,
      );
    }
    const { path, prepared } = await prepareDataset(name, { cache, from });
    if (!prepared) console.error(`note: ${path} is there already, prepared from ${from}`);
  }
  return await loadDataset(name, { ...reading, ...cache !== undefined && { cache } });
}

/** Whether a data set is a graph of NumPy arrays. */
export function isNpz(dataset: string): boolean {
  return dataset.endsWith(GRAPH_FILE) || isNpzDataset(dataset);
}

/** How a call has its graph read, as far as it is not as usual. Throws where another data set is so read. */
export function graphGiven(dataset: string, given: GraphGiven): GraphGiven {
  const { split = 0, symmetric, selfLoops, features, makeFeatures, planted } = given;
  const file = dataset.endsWith(GRAPH_FILE);
  const npz = isNpz(dataset);
  const directed = isOgb(dataset) && isDirected(dataset);
  if (!npz) {
    refuse(dataset, {
      split: split > 0,
      features: features !== undefined,
      "make-features": makeFeatures !== undefined,
    });
  }
  if (features !== undefined && makeFeatures !== undefined) {
    throw new UsageError(
      `Cannot use --features with --make-features ${makeFeatures}: it chooses among a file's own`,
    );
  }
  if (!npz && !directed) refuse(dataset, { symmetric: symmetric !== undefined }, "ogbn-arxiv");
  if (planted !== undefined && dataset !== PLANTED_NAME) {
    const [option] = Object.keys(planted!);
    throw new UsageError(
      `Cannot use --planted-${kebab(option!)} with ${dataset}: only ${PLANTED_NAME} takes it`,
    );
  }
  return {
    ...given,
    // What is usual of a file depends on its form.
    symmetric: symmetric && !file ? undefined : symmetric,
    selfLoops: selfLoops === directed ? undefined : selfLoops,
  };
}

function refuse(dataset: string, given: Record<string, boolean>, ...others: string[]): void {
  const flag = Object.keys(given).find((flag) => given[flag]);
  if (flag === undefined) return;
  const takers = [`${GRAPH_FILE} files`, ...NPZ_NAMES, ...others];
  throw new UsageError(
    `Cannot use --${flag} with ${dataset}: only ${takers.slice(0, -1).join(", ")} and ` +
      `${takers.at(-1)} take it`,
  );
}
