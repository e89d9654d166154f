/** The options that say which graph a run learns from, and how it is read. */
import * as v from "valibot";
import { flag, oneOf, option, paths, real, text, whole } from "../settings/option.ts";
import { resolve } from "../settings/resolve.ts";
import type { Given, Resolved } from "../settings/types.ts";

/** What features can be made of, for a graph whose nodes have none. */
export const MADE_FEATURES = ["constant", "degree", "one-hot"] as const;
/** What is made of a graph for nodes without features. */
export type MadeFeatures = typeof MADE_FEATURES[number];

/** Beyond these a planted graph is a slip of the pen; the paper's largest has 2.4 million nodes. */
const MOST = { nodes: 2 ** 26, columns: 65_536 } as const;
const columns = () => whole({ from: 0, to: MOST.columns });

/**
 * The options that a planted graph is grown from: see planted.ts. Equal options give equal graphs.
 *
 * @internal
 */
export const PLANTED = v.strictObject({
  nodes: option(whole({ from: 1, to: MOST.nodes }), 2000, {
    flag: "planted-nodes",
    help: "nodes of a planted graph",
  }),
  degree: option(real({ from: 0 }), 10, {
    flag: "planted-degree",
    help: "mean number of a planted node's in-edges; of a regular graph, each node's number",
  }),
  communities: option(whole({ from: 1, to: MOST.nodes }), 8, {
    flag: "planted-communities",
    help: "planted communities; node i is of community i mod communities",
  }),
  skew: option(real({ from: 0, to: 10 }), 0, {
    flag: "planted-skew",
    help:
      "standard deviation of a planted graph's ln(expected degree): 0 for equal nodes, 1 for hubs",
  }),
  regular: option(flag(), false, {
    flag: "planted-regular",
    help:
      "plant the same number of in-edges at each node, from any nodes, repeats and loops included",
  }),
  features: option(columns(), 16, {
    flag: "planted-features",
    help: "feature columns of a planted graph without categories",
  }),
  edgeFeatures: option(columns(), 8, {
    flag: "planted-edge-features",
    help: "edge feature columns of a planted graph",
  }),
  tasks: option(columns(), 8, {
    flag: "planted-tasks",
    help: "tasks, or classes, of a planted graph",
  }),
  classes: option(flag(), false, {
    flag: "planted-classes",
    help: "plant one class of many instead of tasks",
  }),
  categories: option(columns(), 0, {
    flag: "planted-categories",
    help:
      "planted one-hot categories, like ogbn-proteins' species; x is then the sum of a node's edge features",
  }),
  seed: option(whole(), 0, { flag: "planted-seed", help: "seed of a planted graph" }),
});
/** Options of a planted graph as given: all may be left out. */
export type PlantedGiven = Given<typeof PLANTED>;
/** All options of a planted graph. */
export type PlantedOptions = Resolved<typeof PLANTED>;

/** The name of the data set that is grown from options. */
export const PLANTED_NAME = "planted";

/** The settings of a run that its graph depends on. */
export const GRAPH = {
  dataset: option(text(), "wordnet-frames", { help: "data set, or the path of a graph's file" }),
  split: option(whole(), 0, { help: "which of the splits of a graph's file" }),
  symmetric: option(v.nullable(flag()), null, {
    help: "add each edge's reverse; unless given, as is usual for the data set",
  }),
  selfLoops: option(v.nullable(flag()), null, {
    help: "put a loop at every node; unless given, as is usual for the data set",
  }),
  features: option(v.nullable(whole({ from: 1 })), null, {
    help: "how many of an npz graph's features to keep, the most frequent; unless given, all",
  }),
  makeFeatures: option(v.nullable(oneOf(MADE_FEATURES)), null, {
    help: "features to make for an npz graph that has none",
  }),
  nodeFeatures: option(v.nullable(paths()), null, {
    later: true,
    help:
      "files of node features in place of the data set's: .npy, .safetensors, .pt, .emb; joined",
  }),
  planted: option(v.nullable(PLANTED), null, { help: 'what the data set "planted" is grown from' }),
};
/**
 * The declarations of all options that say which graph a run learns from.
 *
 * @internal
 */
export const GRAPH_SETTINGS = v.strictObject(GRAPH);
/** All options that say which graph a run learns from. */
export type GraphSettings = Resolved<typeof GRAPH_SETTINGS>;
/** The same as given: all may be left out. */
export type GraphGiven = Given<typeof GRAPH_SETTINGS>;

/** Checks a graph's options and fills in the defaults, those of a planted graph too. Throws a sentence. */
export function graphSettings(given: GraphGiven): GraphSettings {
  const settings = resolve(GRAPH_SETTINGS, given);
  const untold = settings.dataset === PLANTED_NAME && settings.planted === null;
  return untold ? { ...settings, planted: resolve(PLANTED, {}) } : settings;
}
