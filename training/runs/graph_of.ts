/** Loads or makes the graph that a run's settings name. */
import { type DatasetOptions, loadDataset } from "../../graphs/catalogue/datasets.ts";
import type { Graph } from "../../graphs/graph.ts";
import { GRAPH, type GraphSettings, GROWN_NAMES } from "../../graphs/settings.ts";
import { canonical } from "../../settings/key.ts";
import { pick } from "../../settings/resolve.ts";

/**
 * Loads or makes the graph of a run; `cache` is the folder of prepared data sets. Throws a sentence where
 * there is none, or where its settings are of another data set.
 */
export async function graphOf(
  settings: GraphSettings,
  { cache }: Pick<DatasetOptions, "cache"> = {},
): Promise<Graph> {
  const { dataset } = settings;
  const other = GROWN_NAMES.find((name) => settings[name] !== null && name !== dataset);
  if (other !== undefined) {
    throw new RangeError(
      `Cannot make ${dataset} from options of ${other}: only the data set "${other}" takes them`,
    );
  }
  return await loadDataset(dataset, { ...readingOf(settings), ...cache && { cache } });
}

/** Returns the same text for settings of the same data, so that a caller of many runs can cache graphs. */
export function graphKey(settings: GraphSettings): string {
  return canonical(pick(GRAPH, settings))!;
}

/** A graph's settings without its name. */
export type Reading = Omit<GraphSettings, "dataset">;

/** What a data set is told; what is not set is as usual of it. */
export function readingOf(
  {
    split,
    symmetric,
    selfLoops,
    features,
    makeFeatures,
    nodeFeatures,
    standardise,
    planted,
    chains,
  }: Reading,
) {
  return {
    ...split > 0 && { split },
    ...symmetric !== null && { symmetric },
    ...selfLoops !== null && { selfLoops },
    ...features !== null && { features },
    ...makeFeatures !== null && { makeFeatures },
    ...nodeFeatures !== null && { nodeFeatures },
    ...standardise && { standardise },
    ...planted !== null && { planted },
    ...chains !== null && { chains },
  };
}
