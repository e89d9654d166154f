/** A small graph in both forms of npz file, and helpers of the tests that read them. */
import type { Graph } from "../../graphs/graph.ts";
import { npzGraph, type NpzOptions } from "../../graphs/npz/npz_graph.ts";
import { assertEquals } from "../assert.ts";
import { array, npz, withFile, type WrittenArray } from "./npz_writer.ts";

export type Arrays = Record<string, WrittenArray | Uint8Array>;

/** Five nodes, edges 0 → 1, 0 → 2, 2 → 2, 3 → 0; two classes. */
export const BENCHMARK: Arrays = {
  adj_indices: array("<i4", [4], [1, 2, 2, 0]),
  adj_indptr: array("<i4", [6], [0, 2, 2, 3, 4, 4]),
  adj_shape: array("<i8", [2], [5, 5]),
  attr_data: array("<f4", [4], [1, 0.5, 2, 3]),
  attr_indices: array("<i4", [4], [0, 2, 1, 2]),
  attr_indptr: array("<i4", [6], [0, 2, 2, 3, 4, 4]),
  attr_shape: array("<i8", [2], [5, 3]),
  labels: array("<i8", [5], [0, 1, 1, 0, 1]),
};

/** Six nodes, undirected edges 0 – 1 (twice), 1 – 2, 3 – 3; three classes, two splits. */
export const HETEROPHILOUS: Arrays = {
  node_features: array("<f4", [6, 2], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]),
  node_labels: array("<i8", [6], [0, 1, 2, 0, 1, 2]),
  edges: array("<i8", [4, 2], [0, 1, 1, 2, 1, 0, 3, 3]),
  train_masks: array("|b1", [2, 6], [1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1]),
  val_masks: array("|b1", [2, 6], [0, 0, 1, 1, 0, 0, 0, 0, 1, 1, 0, 0]),
  test_masks: array("|b1", [2, 6], [0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0]),
};

/** The graph of a file of these arrays. */
export async function readGraph(
  arrays: Arrays,
  options: NpzOptions = {},
  deflate = true,
): Promise<Graph> {
  let graph: Graph | undefined;
  await withFile(npz(arrays, { deflate }), async (path) => {
    graph = await npzGraph(path, options);
    assertEquals(graph.name, path);
  });
  return graph!;
}

export function without(arrays: Arrays, ...names: string[]): Arrays {
  return Object.fromEntries(Object.entries(arrays).filter(([name]) => !names.includes(name)));
}
