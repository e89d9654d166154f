/** Flags that choose a data set and how its graph is read, and what they load. */
import { cacheFolder } from "../../graphs/published/cache_folder.ts";
import {
  type DatasetOptions,
  GRAPH_FILE,
  isGraphFolder,
  isGraphPath,
  loadParted,
  partedNames,
} from "../../graphs/catalogue/datasets.ts";
import { cachePath, FETCHED_NAMES, isFetched } from "../../graphs/published/fetched.ts";
import { tablesIn } from "../../graphs/tables/find_tables.ts";
import type { PartedGraph } from "../../graphs/parts/stored_graph.ts";
import { isNpzDataset, NPZ_NAMES } from "../../graphs/published/npz_table.ts";
import { isDirected, isOgb } from "../../graphs/published/ogb.ts";
import { GRAPH, type GraphGiven, GROWN_NAMES } from "../../graphs/settings.ts";
import { type Flag, type FlagValues, kebab, refuseOnePlace, UsageError } from "./flags.ts";
import { prepareDataset } from "../shared/prepare_dataset.ts";
import { type SettingFlag, settingFlags } from "./settings_flags.ts";

/** The values of a flag that names a data set; each task adds its own help. */
export const DATASET_CHOICE = {
  type: "choice",
  choices: partedNames,
  file: GRAPH_FILE,
  folder: "of tables",
} as const;

/** Flags for the file that a published data set is prepared from, and the folder it is kept in. */
export const SOURCE_FLAGS = {
  from: {
    type: "path",
    folder: "or file",
    help: "a published data set's file, to prepare the data set from if it is not prepared yet",
  },
  cache: {
    type: "path",
    folder: true,
    writes: true,
    help: "folder of prepared data sets; default $REVGNN_CACHE, or in the system's cache folder",
  },
} as const satisfies Record<string, Flag>;

const { dataset: _named, ...READING } = GRAPH;
/** Flags for how a graph's edges and features are read, or how a planted graph is made. */
export const GRAPH_FLAGS: readonly SettingFlag[] = settingFlags(READING);

type Source = FlagValues<typeof SOURCE_FLAGS>;
/** Throws where a flag would write over the file that the data set is read from. */
export function refuseWritten(
  name: string,
  cache: string | undefined,
  outputs: Readonly<Record<string, string | undefined>>,
): void {
  if (!isFetched(name) && !isGraphPath(name)) return; // it is made here
  const files = isFetched(name)
    ? [cachePath(cacheFolder(cache), name)]
    : isGraphFolder(name)
    ? tablesIn(name)
    : [name];
  const written = Object.entries(outputs).flatMap(([flag, path]) =>
    path === undefined ? [] : [{ flag, path, writes: true }]
  );
  refuseOnePlace([...files.map((path) => ({ flag: "dataset", path })), ...written]);
}

/** Loads the graph; prepares it first if `from` names its file and it is not prepared yet. */
export async function loadGraph(
  name: string,
  { from, cache }: Source,
  reading: Omit<DatasetOptions, "cache">,
): Promise<PartedGraph> {
  if (from !== undefined) {
    if (!isFetched(name)) {
      throw new UsageError(
        `Cannot use --from with ${name}: only ${FETCHED_NAMES.join(", ")} are prepared from a file`,
      );
    }
    const { path, prepared } = await prepareDataset(name, { cache, from });
    if (!prepared) console.error(`note: ${path} is there already, prepared from ${from}`);
  }
  return await loadParted(name, { ...reading, ...cache !== undefined && { cache } });
}

/** Whether a data set is one's own, or published as an .npz file: it may have splits and columns to choose from. */
export function isNpz(dataset: string): boolean {
  return isGraphPath(dataset) || isNpzDataset(dataset);
}

/** What a call sets about reading its graph, without the usual; throws if it does not suit the data set. */
export function graphGiven(dataset: string, given: GraphGiven): GraphGiven {
  const { split = 0, symmetric, selfLoops, features, makeFeatures, nodeFeatures } = given;
  const file = isGraphPath(dataset);
  const npz = isNpz(dataset);
  const directed = isOgb(dataset) && isDirected(dataset);
  if (!npz) {
    refuse(dataset, {
      split: split > 0,
      features: features !== undefined,
      "make-features": makeFeatures !== undefined,
    });
  }
  const source = features !== undefined
    ? "features"
    : makeFeatures !== undefined && "make-features";
  if (nodeFeatures !== undefined && source) {
    throw new UsageError(
      `Cannot use --node-features with --${source}: features are either the data set's or those files'`,
    );
  }
  if (features !== undefined && makeFeatures !== undefined) {
    throw new UsageError(
      `Cannot use --features with --make-features ${makeFeatures}: features are either the file's or made`,
    );
  }
  if (!npz && !directed) refuse(dataset, { symmetric: symmetric !== undefined }, "ogbn-arxiv");
  const other = GROWN_NAMES.find((name) => given[name] !== undefined && name !== dataset);
  if (other !== undefined) {
    const [option] = Object.keys(given[other]!);
    throw new UsageError(
      `Cannot use --${other}-${kebab(option!)} with ${dataset}: only ${other} takes it`,
    );
  }
  return {
    ...given,
    // Whether an .npz file is usually symmetric depends on its form.
    symmetric: symmetric && !file ? undefined : symmetric,
    selfLoops: selfLoops === directed ? undefined : selfLoops,
  };
}

function refuse(dataset: string, given: Record<string, boolean>, ...others: string[]): void {
  const flag = Object.keys(given).find((flag) => given[flag]);
  if (flag === undefined) return;
  const takers = [`${GRAPH_FILE} files`, "folders of tables", ...NPZ_NAMES, ...others];
  throw new UsageError(
    `Cannot use --${flag} with ${dataset}: only ${takers.slice(0, -1).join(", ")} and ` +
      `${takers.at(-1)} take it`,
  );
}
