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
  within: option(real({ from: 0, to: 1 }), 0.8, {
    later: true,
    flag: "planted-within",
    help: "share of planted pairs that are drawn within a community",
  }),
  confidence: option(real({ from: 0, to: 1 }), 0, {
    later: true,
    flag: "planted-confidence",
    help:
      "how much of planted edge features tells whether an edge is within a community, not its ends' states",
  }),
  noise: option(real({ from: 0 }), 0, {
    later: true,
    flag: "planted-noise",
    help:
      "standard deviation of planted labels' own noise, where what the graph tells has one of 1",
  }),
  positives: option(v.nullable(real({ above: 0, below: 1 })), null, {
    later: true,
    flag: "planted-positives",
    help:
      "mean share of ones in planted tasks, half to one and a half of it in each; unless given, 0.2 to 0.5",
  }),
  seed: option(whole(), 0, { flag: "planted-seed", help: "seed of a planted graph" }),
});
/** Options of a planted graph as given: all may be left out. */
export type PlantedGiven = Given<typeof PLANTED>;
/** All options of a planted graph. */
export type PlantedOptions = Resolved<typeof PLANTED>;

/**
 * The options that chains are made from: see chains.ts. Equal options give equal graphs.
 *
 * @internal
 */
export const CHAINS = v.strictObject({
  length: option(whole({ from: 1, to: MOST.nodes }), 20, {
    flag: "chains-length",
    help: "nodes of a chain, whose first one alone shows the class of all",
  }),
  classes: option(whole({ from: 1, to: MOST.columns }), 2, {
    flag: "chains-classes",
    help: "classes of chains",
  }),
  perClass: option(whole({ from: 4, to: MOST.nodes }), 20, {
    flag: "chains-per-class",
    help: "chains of each class: three fifths to learn from, the rest to choose and judge by",
  }),
  features: option(columns(), 100, {
    flag: "chains-features",
    help: "feature columns of chains; the first ones show the class",
  }),
  noise: option(real({ from: 0 }), 0, {
    flag: "chains-noise",
    help: "bound of the uniform noise on every feature of chains",
  }),
  seed: option(whole(), 0, { flag: "chains-seed", help: "seed of chains: their parts and noise" }),
});
/** Options of chains as given: all may be left out. */
export type ChainsGiven = Given<typeof CHAINS>;
/** All options of chains. */
export type ChainsOptions = Resolved<typeof CHAINS>;

/** The data sets that are made from options, which stand in the settings under the data set's name. */
export const GROWN = { planted: PLANTED, chains: CHAINS } as const;
/** Their names. */
export const GROWN_NAMES = Object.keys(GROWN) as readonly (keyof typeof GROWN)[];

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
  standardise: option(flag(), false, {
    later: true,
    help: "shift and scale each column of node features to mean 0 and deviation 1",
  }),
  planted: option(v.nullable(PLANTED), null, { help: 'what the data set "planted" is grown from' }),
  chains: option(v.nullable(CHAINS), null, {
    later: true,
    help: 'what the data set "chains" is made from',
  }),
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

/** Checks a graph's options and fills in the defaults, those of a made graph too. Throws a sentence. */
export function graphSettings(given: GraphGiven): GraphSettings {
  const settings = resolve(GRAPH_SETTINGS, given);
  const untold = GROWN_NAMES.find((name) => name === settings.dataset && settings[name] === null);
  return untold ? { ...settings, [untold]: resolve(GROWN[untold], {}) } : settings;
}
