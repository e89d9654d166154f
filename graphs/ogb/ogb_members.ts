/** Where an OGB archive has its tables: of one graph, or of one kind of nodes among several. */
import type { OgbDataset } from "../published/ogb.ts";

/** The tables of a graph by their places in an archive. */
export interface OgbMembers {
  /** Undefined where an archive counts its kinds of nodes together; then the labels are counted. */
  readonly nodeCount: string | undefined;
  readonly edgeCount: string;
  readonly edges: string;
  readonly edgeFeatures: string;
  readonly nodeFeatures: string;
  readonly labels: string;
  /** The folder of the split, below `split/`. */
  readonly split: string;
}

/** The tables of a data set. */
export function membersOf({ split, kind }: OgbDataset): OgbMembers {
  const edges = kind ? `raw/relations/${kind.relation}` : "raw";
  const of = (folder: string) => kind ? `raw/${folder}/${kind.nodes}` : "raw";
  return {
    nodeCount: kind ? undefined : "raw/num-node-list.csv.gz",
    edgeCount: `${edges}/num-edge-list.csv.gz`,
    edges: `${edges}/edge.csv.gz`,
    edgeFeatures: `${edges}/edge-feat.csv.gz`,
    nodeFeatures: `${of("node-feat")}/node-feat.csv.gz`,
    labels: `${of("node-label")}/node-label.csv.gz`,
    split: kind ? `${split}/${kind.nodes}` : split,
  };
}
