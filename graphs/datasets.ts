/** The data sets by name, for the command line and for experiments. */
import { closestString } from "@std/text/closest-string";
import type { Graph } from "./graph.ts";
import { planted, type PlantedOptions } from "./planted.ts";
import { wordnetFrames, type WordnetFramesOptions } from "./wordnet_frames.ts";

/** What any of the data sets may be told; each takes what concerns it. */
export type DatasetOptions = WordnetFramesOptions & Partial<PlantedOptions>;

const DATASETS = new Map<string, (options: DatasetOptions) => Graph | Promise<Graph>>([
  ["wordnet-frames", wordnetFrames],
  ["planted", (options) => planted({ ...options, ...plantedSize(options) })],
]);

/** The names `loadDataset` knows. */
export const datasetNames: readonly string[] = [...DATASETS.keys()];

/** Loads or makes the data set of that name. */
export async function loadDataset(name: string, options: DatasetOptions = {}): Promise<Graph> {
  const load = DATASETS.get(name);
  if (load) return await load(options);
  const closest: string = closestString(name, datasetNames);
  throw new RangeError(
    `Cannot load data set "${name}" as none has that name: did you mean "${closest}", ` +
      `of ${datasetNames.join(", ")}`,
  );
}

function plantedSize({ nodes = 2000, degree = 10 }: DatasetOptions) {
  return { nodes, degree };
}
