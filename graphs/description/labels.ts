/** How a graph's labels are spread over its nodes and its split, and how alike neighbours' labels are. */
import type { Graph, LabelValue, Split } from "../graph.ts";

const PARTS = ["train", "valid", "test"] as const;

/** Nodes that have a label of a task or class, and those of them that are positive. */
export interface LabelCount {
  readonly labelled: number;
  readonly positive: number;
}

/** A class, or a task of its own. */
export interface LabelFacts {
  /** The file's value of a class; of a task, or where the file has none, its number from 0. */
  readonly value: LabelValue;
  readonly all: LabelCount;
  readonly train: LabelCount;
  readonly valid: LabelCount;
  readonly test: LabelCount;
}

/** Counts the labels of each column, in all nodes and in each part of the split. */
export function labelFacts({ nodes, labels, classes, labelValues, split }: Graph): LabelFacts[] {
  const everyone = Uint32Array.from({ length: nodes }, (_, node) => node);
  const labelled = classes && labelledRows(labels);
  return Array.from({ length: labels.cols }, (_, col) => {
    const count = (among: Uint32Array): LabelCount => {
      const found = { labelled: 0, positive: 0 };
      for (const node of among) {
        const label = labels.data[node * labels.cols + col]!;
        if (labelled ? labelled[node] : !Number.isNaN(label)) found.labelled++;
        if (label === 1) found.positive++;
      }
      return found;
    };
    return {
      value: classes ? labelValues?.[col] ?? col : col,
      all: count(everyone),
      train: count(split.train),
      valid: count(split.valid),
      test: count(split.test),
    };
  });
}

/** [nodes]: 1 for each row of one-hot labels that has a 1. */
function labelledRows({ data, rows, cols }: Graph["labels"]): Uint8Array {
  const labelled = new Uint8Array(rows);
  for (let at = 0; at < data.length; at++) if (data[at] === 1) labelled[Math.floor(at / cols)] = 1;
  return labelled;
}

/** How many nodes each part of the split has, and how many are in none. */
export interface SplitFacts extends Record<typeof PARTS[number], number> {
  readonly outside: number;
}

/** Counts the nodes of a split. */
export function splitFacts(nodes: number, split: Split): SplitFacts {
  const [train, valid, test] = PARTS.map((part) => split[part].length) as [number, number, number];
  return { train, valid, test, outside: nodes - train - valid - test };
}

/** How often an edge's two ends have one label; of several tasks the mean. */
export interface Homophily {
  /** Edges beside loops both of whose ends have a label; of several tasks the mean. */
  readonly edges: number;
  /** The share of these edges whose ends have the same label. */
  readonly same: number;
  /**
   * That share, so scaled that 1 is only equal labels, and 0 what random edges between nodes of the same
   * degrees have (Platonov et al., 2023, "Characterizing graph datasets for node classification").
   */
  readonly adjusted: number;
}

/** Measures homophily; null where no edge has two labels, or all labels are the same. */
export function homophilyOf(graph: Graph): Homophily | null {
  const { labels: { cols }, classes } = graph;
  const measured = classes
    ? [homophilyIn(graph, classOf(graph), cols)]
    : Array.from({ length: cols }, (_, task) => homophilyIn(graph, taskOf(graph, task), 2));
  const found = measured.filter((one) => one !== null);
  if (found.length === 0) return null;
  const mean = (of: (one: Homophily) => number) =>
    found.reduce((sum, one) => sum + of(one), 0) / found.length;
  return {
    edges: mean(({ edges }) => edges),
    same: mean(({ same }) => same),
    adjusted: mean(({ adjusted }) => adjusted),
  };
}

/** A node without a label. */
const NONE = -1;

/** [nodes]: each node's class. */
function classOf({ nodes, labels: { data, cols } }: Graph): Int32Array {
  const values = new Int32Array(nodes).fill(NONE);
  for (let at = 0; at < data.length; at++) {
    if (data[at] === 1) values[Math.floor(at / cols)] = at % cols;
  }
  return values;
}

/** [nodes]: each node's label of one task. */
function taskOf({ nodes, labels: { data, cols } }: Graph, task: number): Int32Array {
  return Int32Array.from({ length: nodes }, (_, node) => {
    const label = data[node * cols + task]!;
    return Number.isNaN(label) ? NONE : label;
  });
}

function homophilyIn(
  { nodes, rowPtr, colIdx }: Graph,
  values: Int32Array,
  count: number,
): Homophily | null {
  const ends = new Float64Array(count); // of edges, by the value of the node there
  let edges = 0;
  let same = 0;
  for (let target = 0; target < nodes; target++) {
    const here = values[target]!;
    if (here === NONE) continue;
    for (let e = rowPtr[target]!; e < rowPtr[target + 1]!; e++) {
      const there = values[colIdx[e]!]!;
      if (there === NONE || colIdx[e] === target) continue;
      edges++;
      if (there === here) same++;
      ends[here]!++;
      ends[there]!++;
    }
  }
  const chance = ends.reduce((sum, one) => sum + (one / (2 * edges)) ** 2, 0);
  if (edges === 0 || chance === 1) return null;
  return { edges, same: same / edges, adjusted: (same / edges - chance) / (1 - chance) };
}
