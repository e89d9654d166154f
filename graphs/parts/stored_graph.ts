/** Graphs that stay in a file, larger than memory: what is read of them are random parts. */
import type { Graph, GraphOutline } from "../graph.ts";
import type { Degrees } from "./part_size.ts";

/** A graph in a file. Its labels have a row for each node that has one. */
export interface StoredGraph extends GraphOutline {
  /** Its file. */
  readonly path: string;
  /** The file's checksums, which tell it from any other. */
  readonly checksums: string;
  /** What the sizes of its parts depend on. */
  readonly degrees: Degrees;
  /** [rows of labels]: the node of each row, ascending. */
  readonly labelled: Uint32Array;
  /** Reads the sub-graph induced by `nodes`, which must ascend: the same as `induce` makes in memory. */
  induce(nodes: Uint32Array): Graph;
}

/** A graph that random parts can be taken of. */
export type PartedGraph = Graph | StoredGraph;

/** Whether a graph stays in its file. */
export function isStored(graph: PartedGraph): graph is StoredGraph {
  return "induce" in graph;
}

/** The graph, if it is in memory; else throws a sentence that says what cannot be done to it, and what can. */
export function inMemory(graph: PartedGraph, what: string, instead = "use more parts"): Graph {
  if (!isStored(graph)) return graph;
  throw new RangeError(
    `Cannot ${what} ${graph.name} as a whole: only random parts of it are read from ${graph.path}, ` +
      instead,
  );
}

/** The labelled nodes of a part: where they stand among its nodes, and the rows of their labels. */
export interface LabelledPlaces {
  readonly places: Uint32Array;
  readonly rows: Uint32Array;
}

/** Which of these nodes, ascending, are labelled. */
export function labelledPlaces(
  { labelled }: Pick<StoredGraph, "labelled">,
  nodes: Uint32Array,
): LabelledPlaces {
  const most = Math.min(labelled.length, nodes.length);
  const [places, rows] = [new Uint32Array(most), new Uint32Array(most)];
  let [row, found] = [0, 0];
  for (let place = 0; place < nodes.length; place++) {
    while (row < labelled.length && labelled[row]! < nodes[place]!) row++;
    if (labelled[row] !== nodes[place]) continue;
    places[found] = place;
    rows[found++] = row;
  }
  return { places: places.slice(0, found), rows: rows.slice(0, found) };
}
