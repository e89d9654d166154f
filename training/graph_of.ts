/** The graph that a run's settings name: its data set, and how that is made or read. */
import { type DatasetOptions, loadDataset } from "../graphs/datasets.ts";
import type { Graph } from "../graphs/graph.ts";
import { withPlantedDefaults } from "../graphs/planted.ts";
import type { RunSettings } from "./row.ts";

/** What of a run's settings its graph depends on. */
export type GraphSettings = Pick<
  RunSettings,
  "dataset" | "split" | "symmetric" | "selfLoops" | "features" | "makeFeatures" | "planted"
>;

/**
 * Loads or makes the graph of a run; `cache` is the folder of prepared data sets. Throws a sentence where
 * there is none, or where its settings are of another data set.
 */
export async function graphOf(
  settings: GraphSettings,
  { cache }: Pick<DatasetOptions, "cache"> = {},
): Promise<Graph> {
  return await loadDataset(settings.dataset, { ...optionsOf(settings), ...cache && { cache } });
}

/** The same text for settings of the same data, so that whoever makes many runs may keep their graphs. */
export function graphKey(settings: GraphSettings): string {
  const { dataset } = settings;
  const options = optionsOf(settings);
  const known = dataset === PLANTED ? withPlantedDefaults(options) : options;
  return JSON.stringify([dataset, Object.entries(known).sort(([a], [b]) => a < b ? -1 : 1)]);
}

const PLANTED = "planted";

function optionsOf(
  { dataset, split, symmetric, selfLoops, features, makeFeatures, planted }: GraphSettings,
) {
  if (planted && dataset !== PLANTED) {
    throw new RangeError(
      `Cannot plant ${dataset}: only the data set "${PLANTED}" is grown from options`,
    );
  }
  return {
    ...(split && { split }),
    ...(symmetric !== undefined && { symmetric }),
    ...(selfLoops !== undefined && { selfLoops }),
    ...(features !== undefined && { features }),
    ...(makeFeatures !== undefined && { makeFeatures }),
    ...planted,
  };
}
