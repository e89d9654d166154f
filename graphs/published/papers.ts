/** ogbn-papers100M: OGB's largest data set of nodes, in arrays rather than tables; its graph stays in its file. */
import type { PublishedDataset } from "./published.ts";

/** Its name. */
export const PAPERS_NAME: PapersName = "ogbn-papers100M";
/** The type of its name. */
export type PapersName = "ogbn-papers100M";

/** What is known of it before it is there; nobody has listed its checksum. */
export const PAPERS = {
  url: "https://snap.stanford.edu/ogb/data/nodeproppred/papers100M-bin.zip",
  root: "papers100M-bin",
  nodes: 111_059_956,
  edges: 1_615_685_872,
  split: "time",
  classes: 172,
} as const satisfies PublishedDataset & Record<string, unknown>;
