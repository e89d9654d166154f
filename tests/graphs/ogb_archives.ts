/** Writes the archives that tests read, in the layout of the Open Graph Benchmark. */
import { zipSync } from "fflate";
import { gzipSync } from "node:zlib";
import type { Graph, Matrix } from "../../graphs/graph.ts";

/** Tables by their member's name without the ending; raw bytes stand as they are. */
export type Tables = Readonly<Record<string, string | Uint8Array>>;

/** Three nodes, two species, edges 0 – 1, 2 – 1 (twice) and the loop 2 – 2; two features, three tasks. */
export const PROTEINS: Tables = {
  "raw/num-node-list": "3\n",
  "raw/num-edge-list": "4\n",
  "raw/edge": "0,1\n2,1\n2,1\n2,2\n",
  "raw/edge-feat": "0.5,0.001\n0.25,0.0\n1.0,0.125\n0.062,1e-3\n",
  "raw/node_species": "9606\n511145\n9606\n",
  "raw/node-label": "0,1,nan\n1.0,0.0,1.0\nnan,nan,0\n",
  "split/species/train": "2\n",
  "split/species/valid": "0\n",
  "split/species/test": "1\n",
};

/** Four nodes; citations 1 → 0, 0 → 1, 2 → 0, 3 → 3, of classes 0, 39, 7, 7. */
export const ARXIV: Tables = {
  "raw/num-node-list": "4\n",
  "raw/num-edge-list": "4\n",
  "raw/edge": "1,0\n0,1\n2,0\n3,3\n",
  "raw/node-feat": "-0.057943,1\n2,3.5e-05\n0,0\n1e10,-4\n",
  "raw/node-label": "0\n39\n7\n7\n",
  "raw/node_year": "2013\n2015\n2014\n2020\n",
  "split/time/train": "0\n2\n",
  "split/time/valid": "1\n",
  "split/time/test": "3\n",
};

/** The same as products: an edge once, its reverse understood. */
export const PRODUCTS: Tables = {
  ...without(ARXIV, "split/time/train", "split/time/valid", "split/time/test"),
  "split/sales_ranking/train": "0\n",
  "split/sales_ranking/valid": "1\n",
  "split/sales_ranking/test": "2\n3\n",
};

/** Four papers and their citations as in ARXIV, of classes 0, 348, 7, 7; other kinds of nodes beside them. */
export const MAG: Tables = {
  "raw/num-node-dict": "author,field_of_study,institution,paper\n9,8,7,4\n",
  "raw/triplet-type-list": "author,writes,paper\npaper,cites,paper\n",
  "raw/nodetype-has-label": "author,field_of_study,institution,paper\nFalse,False,False,True\n",
  "raw/relations/author___writes___paper/edge": "8,0\n",
  "raw/relations/author___writes___paper/num-edge-list": "1\n",
  "raw/relations/paper___cites___paper/edge": ARXIV["raw/edge"]!,
  "raw/relations/paper___cites___paper/edge_reltype": "1\n1\n1\n1\n",
  "raw/relations/paper___cites___paper/num-edge-list": "4\n",
  "raw/node-feat/paper/node-feat": ARXIV["raw/node-feat"]!,
  "raw/node-feat/paper/node_year": ARXIV["raw/node_year"]!,
  "raw/node-label/paper/node-label": "0\n348\n7\n7\n",
  "split/time/nodetype-has-split":
    "author,field_of_study,institution,paper\nFalse,False,False,True\n",
  "split/time/paper/train": "0\n2\n",
  "split/time/paper/valid": "1\n",
  "split/time/paper/test": "3\n",
};

export function without(tables: Tables, ...names: string[]): Tables {
  return Object.fromEntries(Object.entries(tables).filter(([name]) => !names.includes(name)));
}

/** The members of an archive: each table gzipped. */
export function members(root: string, tables: Tables): Record<string, Uint8Array> {
  return Object.fromEntries([
    [`${root}/RELEASE_v1.txt`, new Uint8Array(0)],
    ...Object.entries(tables).map(([name, table]) => [
      `${root}/${name}.csv.gz`,
      typeof table === "string" ? new Uint8Array(gzipSync(table)) : table,
    ]),
  ]);
}

/** The bytes of an archive. */
export function ogbZip(root: string, tables: Tables): Uint8Array {
  return zipSync(members(root, tables), { level: 1 });
}

/** A planted graph as ogbn-proteins' tables: each edge once, a node's category its species. */
export function proteinsTables(graph: Graph): Tables {
  const { edgeFeatures, labels, oneHot } = graph;
  const features = edgesOnce(graph).map(({ at }) => line(edgeFeatures.data, at, edgeFeatures.cols));
  return {
    ...commonTables(graph, "species"),
    "raw/edge-feat": features.join(""),
    "raw/node_species": perNode(graph, (i) => `${3702 + 100 * place(oneHot!, i)}\n`),
    "raw/node-label": perNode(graph, (i) => line(labels.data, i, labels.cols)),
  };
}

/** A planted graph of classes as ogbn-arxiv's tables: each edge in one direction. */
export function arxivTables(graph: Graph): Tables {
  const { x, labels } = graph;
  return {
    ...commonTables(graph, "time"),
    "raw/node-feat": perNode(graph, (i) => line(x.data, i, x.cols)),
    "raw/node-label": perNode(graph, (i) => `${place(labels, i)}\n`),
    "raw/node_year": perNode(graph, () => "2015\n"),
  };
}

function commonTables(graph: Graph, split: string): Tables {
  const edges = edgesOnce(graph);
  const { train, valid, test } = graph.split;
  return {
    "raw/num-node-list": `${graph.nodes}\n`,
    "raw/num-edge-list": `${edges.length}\n`,
    "raw/edge": edges.map(({ source, target }) => `${source},${target}\n`).join(""),
    [`split/${split}/train`]: list(train),
    [`split/${split}/valid`]: list(valid),
    [`split/${split}/test`]: list(test),
  };
}

/** Of the two directions of each edge the one from the lower node, and where it stands. */
function edgesOnce({ nodes, rowPtr, colIdx }: Graph) {
  const edges: { source: number; target: number; at: number }[] = [];
  for (let target = 0; target < nodes; target++) {
    for (let at = rowPtr[target]!; at < rowPtr[target + 1]!; at++) {
      const source = colIdx[at]!;
      if (source <= target) edges.push({ source, target, at });
    }
  }
  return edges;
}

function perNode({ nodes }: Graph, row: (i: number) => string): string {
  return Array.from({ length: nodes }, (_, i) => row(i)).join("");
}

/** The column of a row's 1. */
function place({ data, cols }: Matrix, row: number): number {
  return data.subarray(row * cols, (row + 1) * cols).indexOf(1);
}

function line(data: Float32Array, row: number, cols: number): string {
  return data.subarray(row * cols, (row + 1) * cols).join(",") + "\n";
}

function list(nodes: Uint32Array): string {
  return Array.from(nodes, (node) => `${node}\n`).join("");
}

/** The names in a folder, ascending. */
export function namesIn(folder: string): string[] {
  return Array.from(Deno.readDirSync(folder), ({ name }) => name).sort();
}
