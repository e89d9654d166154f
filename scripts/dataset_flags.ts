/** The flags that say which graph, and how it is read. */
import { datasetNames, GRAPH_FILE, loadDataset } from "../graphs/datasets.ts";
import type { Graph } from "../graphs/graph.ts";
import { isDirected, isOgb, OGB_NAMES } from "../graphs/ogb.ts";
import type { RunSettings } from "../training/row.ts";
import { type Flag, UsageError, type Values } from "./flags.ts";
import { prepareDataset } from "./prepare_dataset.ts";

/** Which graph; each task says what for. */
export const DATASET_CHOICE = {
  type: "choice",
  choices: datasetNames,
  file: GRAPH_FILE,
} as const;

/** Where a data set that is prepared comes from and goes. */
export const SOURCE_FLAGS = {
  from: { type: "string", help: "an ogbn data set's archive, to prepare it where it is not yet" },
  cache: {
    type: "string",
    help: "folder of prepared data sets; default REVGNN_CACHE, or the system's",
  },
} as const satisfies Record<string, Flag>;

/** How its edges and features are read. */
export const READING_FLAGS = {
  split: { type: "integer", minimum: 0, default: 0, help: "which of a file's splits" },
  symmetric: {
    type: "boolean",
    open: true,
    help: "add each edge's reverse: of a file; usual of ogbn-arxiv",
  },
  selfLoops: { type: "boolean", open: true, help: "a loop at every node; usual of ogbn-arxiv" },
  features: { type: "integer", minimum: 1, help: "of a file, the most frequent; default all" },
} as const satisfies Record<string, Flag>;

type Source = Values<typeof SOURCE_FLAGS>;
type Reading = Pick<RunSettings, "split" | "symmetric" | "selfLoops" | "features">;

/** Loads the graph; where an archive is named and nothing prepared yet, prepares it first. */
export async function loadGraph(
  name: string,
  { from, cache }: Source,
  reading: Reading,
): Promise<Graph> {
  if (from !== undefined) {
    if (!isOgb(name)) {
      throw new UsageError(
        `Cannot use --from with ${name}: only ${OGB_NAMES.join(", ")} are prepared from an archive`,
      );
    }
    const { path, prepared } = await prepareDataset(name, { cache, from });
    if (!prepared) console.error(`note: ${path} is there already, ${from} is not read`);
  }
  return await loadDataset(name, { ...reading, ...cache !== undefined && { cache } });
}

/** How a call has its graph read, as far as it is not as usual. */
export function readingOf(
  dataset: string,
  { split, symmetric, selfLoops, features }: Values<typeof READING_FLAGS>,
): Reading {
  const usual = isOgb(dataset) && isDirected(dataset);
  const file = dataset.endsWith(GRAPH_FILE);
  if (!file) refuse(dataset, { split: split > 0, features: features !== undefined }, "");
  if (!file && !usual) {
    refuse(dataset, { symmetric: symmetric !== undefined }, " and ogbn-arxiv");
  }
  return {
    ...split > 0 && { split },
    // What is usual of a file depends on its form.
    ...symmetric !== undefined && (file || symmetric !== usual) && { symmetric },
    ...selfLoops !== undefined && selfLoops !== usual && { selfLoops },
    ...features !== undefined && { features },
  };
}

function refuse(dataset: string, given: Record<string, boolean>, others: string): void {
  const flag = Object.keys(given).find((flag) => given[flag]);
  if (flag === undefined) return;
  throw new UsageError(
    `Cannot use --${flag} with ${dataset}: only ${GRAPH_FILE} files${others} take it`,
  );
}
