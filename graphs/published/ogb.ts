/** The data sets of the Open Graph Benchmark for predicting properties of nodes, as published. */
import type { PublishedDataset } from "./published.ts";

/** What is known of a data set before its archive is read. */
export interface OgbDataset extends PublishedDataset {
  /** The folder inside the archive. */
  readonly root: string;
  /** The folder of the split. */
  readonly split: string;
  /** Whether an edge stands for both of its directions: OGB's `add_inverse_edge`. */
  readonly inverse: boolean;
  /** Number of classes, if a label is one of many; otherwise each column is a task. */
  readonly classes?: number;
  /** In an archive of several kinds of nodes, the one that is read, and the folder of the edges among them. */
  readonly kind?: { readonly nodes: string; readonly relation: string };
  /** Whether nodes have a species; x is then the sum of their edges' features. */
  readonly species?: boolean;
}

const PUBLISHER = "https://snap.stanford.edu/ogb/data/nodeproppred/";

/** The checksums were measured by third parties. */
export const OGB_DATASETS = {
  "ogbn-proteins": {
    url: `${PUBLISHER}proteins.zip`,
    root: "proteins",
    sha256: "1cd3113dc2a6f0c87a549332b77d78be45cf99804c254c18d9c72029164a0859",
    nodes: 132_534,
    edges: 39_561_252,
    split: "species",
    inverse: true,
    species: true,
  },
  "ogbn-arxiv": {
    url: `${PUBLISHER}arxiv.zip`,
    root: "arxiv",
    bytes: 83_058_288,
    sha256: "49f85c801589ecdcc52cfaca99693aaea7b8af16a9ac3f41dd85a5f3193fe276",
    nodes: 169_343,
    edges: 1_166_243,
    split: "time",
    inverse: false,
    classes: 40,
  },
  "ogbn-products": {
    url: `${PUBLISHER}products.zip`,
    root: "products",
    bytes: 1_480_993_786,
    sha256: "5ea0a112edaec2141c0a2a612dd4aed58df97ff3e1ab1a0ca8238f43cbbb50a8",
    nodes: 2_449_029,
    edges: 61_859_140,
    split: "sales_ranking",
    inverse: true,
    classes: 47,
  },
  // Its papers and their citations; authors, institutions and fields of study are left out.
  "ogbn-mag": {
    url: `${PUBLISHER}mag.zip`,
    root: "mag",
    nodes: 736_389,
    edges: 5_416_271,
    split: "time",
    inverse: false,
    classes: 349,
    kind: { nodes: "paper", relation: "paper___cites___paper" },
  },
} as const satisfies Record<string, OgbDataset>;

/** The name of a data set of the Open Graph Benchmark. */
export type OgbName = keyof typeof OGB_DATASETS;
/** All of these names. */
export const OGB_NAMES = Object.keys(OGB_DATASETS) as OgbName[];

/** Whether `name` is one of them. */
export function isOgb(name: string): name is OgbName {
  return Object.hasOwn(OGB_DATASETS, name);
}

/**
 * Whether a data set's edges are directed. If so, all published models add each edge's reverse and a
 * loop at every node; both are the default here too.
 */
export function isDirected(name: OgbName): boolean {
  return !OGB_DATASETS[name].inverse;
}
