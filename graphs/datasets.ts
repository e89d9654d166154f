/** The data sets by name, for the command line and for experiments. */
import { closestString } from "@std/text/closest-string";
import type { Graph } from "./graph.ts";
import { npzGraph, type NpzOptions } from "./npz_graph.ts";
import { OGB_NAMES } from "./ogb.ts";
import { ogbGraph, type OgbOptions } from "./ogb_graph.ts";
import { planted, type PlantedOptions, withPlantedDefaults } from "./planted.ts";
import { wordnetFrames, type WordnetFramesOptions } from "./wordnet_frames.ts";

/** What any of the data sets may be told; each takes what concerns it. */
export type DatasetOptions =
  & WordnetFramesOptions
  & Partial<PlantedOptions>
  & NpzOptions
  & OgbOptions;

const DATASETS = new Map<string, (options: DatasetOptions) => Graph | Promise<Graph>>([
  ["wordnet-frames", wordnetFrames],
  ["planted", (options) => planted(withPlantedDefaults(options))],
  ...OGB_NAMES.map((name) => [name, (options: DatasetOptions) => ogbGraph(name, options)] as const),
]);

/** The names `loadDataset` knows. */
export const datasetNames: readonly string[] = [...DATASETS.keys()];

/** What the path of a graph in a file ends in. */
export const GRAPH_FILE = ".npz";

/** Loads or makes the data set of that name, or reads the graph of that file. */
export async function loadDataset(name: string, options: DatasetOptions = {}): Promise<Graph> {
  const load = DATASETS.get(name);
  if (load) return await load(options);
  if (name.endsWith(GRAPH_FILE)) return await npzGraph(name, options);
  const closest: string = closestString(name, datasetNames);
  throw new RangeError(
    `Cannot load data set "${name}" as none has that name: did you mean "${closest}", ` +
      `of ${datasetNames.join(", ")} or a file that ends in ${GRAPH_FILE}`,
  );
}
