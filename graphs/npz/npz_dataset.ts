/** Opens a published graph of NumPy arrays by its name, once it is fetched. */
import { openPrepared } from "../published/fetched.ts";
import type { Graph } from "../graph.ts";
import type { NpzName } from "../published/npz_table.ts";
import { npzGraph, type NpzOptions } from "./npz_graph.ts";

/** Options for reading it: those of a file, but both directions of each edge are the default. */
export interface NpzDatasetOptions extends NpzOptions {
  /** The folder of prepared data sets; default `REVGNN_CACHE`, or the system's folder of caches. */
  readonly cache?: string;
}

/** Opens a data set that `deno task data NAME` has fetched. */
export async function npzDataset(name: NpzName, options: NpzDatasetOptions = {}): Promise<Graph> {
  const { cache, symmetric = true, ...others } = options;
  const read = (path: string) => npzGraph(path, { ...others, symmetric });
  return { ...await openPrepared(name, cache, read), name };
}
