/** Loads any data set by its name, for the command line and for experiments. */
import { closestString } from "@std/text/closest-string";
import { quoted } from "../../settings/shown.ts";
import { withNodeFeatures } from "../features/node_features.ts";
import type { Graph } from "../graph.ts";
import { npzDataset, type NpzDatasetOptions } from "../npz/npz_dataset.ts";
import { NPZ_NAMES } from "../published/npz_table.ts";
import { npzGraph } from "../npz/npz_graph.ts";
import { isOgb, OGB_NAMES } from "../published/ogb.ts";
import { ogbGraph, type OgbOptions } from "../ogb/ogb_graph.ts";
import { openPrepared } from "../published/fetched.ts";
import { PAPERS_NAME } from "../published/papers.ts";
import { GraphFile } from "../parts/graph_file.ts";
import type { PartedGraph } from "../parts/stored_graph.ts";
import { chains } from "../planted/chains.ts";
import { planted } from "../planted/planted.ts";
import type { GraphGiven } from "../settings.ts";
import { folderGraph } from "../tables/folder_graph.ts";
import { withSelfLoops } from "../self_loops.ts";
import { standardised } from "../standardised.ts";
import type { WordnetOptions } from "../wordnet/synsets.ts";
import { wordnetFrames } from "../wordnet/wordnet_frames.ts";
import { wordnetLexnames } from "../wordnet/wordnet_lexnames.ts";

/** The options of all data sets; each takes those that concern it. */
export type DatasetOptions =
  & WordnetOptions
  & Pick<GraphGiven, "planted" | "chains" | "standardise">
  & NpzDatasetOptions
  & OgbOptions;

type Loader = (options: DatasetOptions) => Graph | Promise<Graph>;

const DATASETS = new Map<string, Loader>([
  ["wordnet-frames", wordnetFrames],
  ["wordnet-lexnames", wordnetLexnames],
  ["planted", ({ planted: options }) => planted(options ?? {})],
  ["chains", ({ chains: options }) => chains(options ?? {})],
  ...OGB_NAMES.map((name) => [name, (options: DatasetOptions) => ogbGraph(name, options)] as const),
  ...NPZ_NAMES.map((name) =>
    [name, (options: DatasetOptions) => npzDataset(name, options)] as const
  ),
]);

/** The names `loadDataset` knows. */
export const datasetNames: readonly string[] = [...DATASETS.keys()];

/** The names `loadParted` knows. */
export const partedNames: readonly string[] = [...datasetNames, PAPERS_NAME];

/** The ending of a path that names a graph's file. */
export const GRAPH_FILE = ".npz";

/** Whether a data set's name is a path: of a graph's file, or, with a slash in it, of a folder of tables. */
export function isGraphPath(name: string): boolean {
  return name.endsWith(GRAPH_FILE) || isGraphFolder(name);
}

/** Whether a data set's name is the path of a folder of tables. */
export function isGraphFolder(name: string): boolean {
  return !name.endsWith(GRAPH_FILE) && /[/\\]/.test(name);
}

/** Loads or makes the data set of that name, or reads the graph from that file or folder. */
export async function loadDataset(name: string, options: DatasetOptions = {}): Promise<Graph> {
  const { nodeFeatures, selfLoops, standardise } = options;
  const read = await loaderOf(name)(options);
  const featured = nodeFeatures ? await withNodeFeatures(read, nodeFeatures) : read;
  const graph = standardise ? standardised(featured) : featured;
  // ogbGraph() has added loops itself: some of its data sets have them by default.
  return selfLoops && !isOgb(name) ? withSelfLoops(graph) : graph;
}

/** As `loadDataset`; a data set that is larger than memory stays in its file, and parts are read from there. */
export async function loadParted(name: string, options: DatasetOptions = {}): Promise<PartedGraph> {
  if (name !== PAPERS_NAME) return await loadDataset(name, options);
  for (const what of ["nodeFeatures", "selfLoops", "standardise", "symmetric"] as const) {
    if (!options[what]) continue;
    throw new RangeError(
      `Cannot read ${name} with ${what}: it stays in its file, as it was prepared`,
    );
  }
  return await openPrepared(name, options.cache, (path) => GraphFile.open(path));
}

function loaderOf(name: string): Loader {
  const load = DATASETS.get(name);
  if (load) return load;
  if (name === PAPERS_NAME) {
    throw new RangeError(
      `Cannot load ${name} into memory: only parts of it are read, see loadParted()`,
    );
  }
  if (name.endsWith(GRAPH_FILE)) return (options) => npzGraph(name, options);
  if (isGraphFolder(name)) return (options) => folderGraph(name, options);
  const closest: string = closestString(name.slice(0, 100), datasetNames);
  throw new RangeError(
    `Cannot load data set ${quoted(name)} as none has that name: did you mean "${closest}", ` +
      `of ${datasetNames.join(", ")}, a file that ends in ${GRAPH_FILE} or a folder/ of tables`,
  );
}
