import { checkGraph } from "../../graphs/check.ts";
import type { Graph, Matrix } from "../../graphs/graph.ts";
import { assert, assertThrows } from "../assert.ts";
import { randomGraph } from "./edge_list.ts";

/** Three nodes, edges 0 → 1, 2 → 1 and 0 → 2. */
const SMALL: Graph = {
  name: "small",
  nodes: 3,
  rowPtr: Uint32Array.of(0, 0, 2, 3),
  colIdx: Uint32Array.of(0, 2, 0),
  edgeFeatures: matrix(3, 1, 0.5, 0.25, 1),
  x: matrix(3, 2, 1, 2, 3, 4, 5, 6),
  oneHot: matrix(3, 2, 1, 0, 0, 1, 1, 0),
  labels: matrix(3, 1, 0, 1, 1),
  split: { train: Uint32Array.of(2), valid: Uint32Array.of(0), test: Uint32Array.of(1) },
};

function matrix(rows: number, cols: number, ...values: number[]): Matrix {
  return { data: Float32Array.from(values), rows, cols };
}

function split(train: number[], valid: number[], test: number[]): Partial<Graph> {
  const [a, b, c] = [train, valid, test].map((part) => Uint32Array.from(part));
  return { split: { train: a!, valid: b!, test: c! } };
}

/** What is wrong, and the words that must say so. */
const BREACHES: Record<string, [Partial<Graph>, message: string]> = {
  "no nodes": [{ nodes: 0 }, "it needs nodes: nodes is 0"],
  "half a node": [{ nodes: 2.5 }, "nodes is 2.5, expected a whole number from 1"],
  "a short rowPtr": [{ rowPtr: Uint32Array.of(0, 3) }, "expected 4 entries, found 2"],
  "a rowPtr that begins late": [
    { rowPtr: Uint32Array.of(1, 1, 2, 3) },
    "rowPtr must begin with 0: rowPtr[0] is 1",
  ],
  "a rowPtr that descends": [
    { rowPtr: Uint32Array.of(0, 2, 1, 3) },
    "rowPtr must ascend: rowPtr[2] is 1 after 2, build it with fromEdges()",
  ],
  "a rowPtr that ends early": [
    { rowPtr: Uint32Array.of(0, 0, 2, 2) },
    "expected rowPtr[3] to be 3, found 2",
  ],
  "an edge from nowhere": [
    { colIdx: Uint32Array.of(0, 9, 0) },
    "an edge leaves it: colIdx[1] is 9, expected below its 3 nodes, number the nodes from 0",
  ],
  "a row out of order": [
    { colIdx: Uint32Array.of(2, 0, 0) },
    "the sources of a node must ascend: in row 1 colIdx[1] is 0 after 2",
  ],
  "too few rows of x": [
    { x: matrix(2, 2, 1, 2, 3, 4) },
    "x must have one row per node: expected 3 rows, found 2",
  ],
  "too few values of x": [
    { x: matrix(3, 2, 1, 2, 3, 4) },
    "x must hold rows times columns: expected 3 × 2 = 6 values, found 4",
  ],
  "NaN in x": [
    { x: matrix(3, 2, 1, 2, 3, NaN, 5, 6) },
    "x must be finite: x[1, 1] is NaN, replace it by a number or drop its node",
  ],
  "infinity in x": [{ x: matrix(3, 2, 1, 2, 3, 4, -Infinity, 6) }, "x[2, 0] is -Infinity"],
  "NaN in the edge features": [
    { edgeFeatures: matrix(3, 1, 0, 1, NaN) },
    "edgeFeatures must be finite: edgeFeatures[2, 0] is NaN",
  ],
  "too few edge features": [
    { edgeFeatures: matrix(2, 1, 0, 1) },
    "edgeFeatures must have one row per edge: expected 3 rows, found 2",
  ],
  "too few labels": [
    { labels: matrix(2, 1, 0, 1) },
    "labels must have one row per node: expected 3 rows, found 2",
  ],
  "a label of two": [
    { labels: matrix(3, 1, 0, 2, 1) },
    "labels must be 0 or 1, or NaN where missing: labels[1, 0] is 2, give each class a column of its own",
  ],
  "half a label": [{ labels: matrix(3, 1, 0, 1, 0.5) }, "labels[2, 0] is 0.5"],
  "a negative label": [{ labels: matrix(3, 1, -1, 1, 0) }, "labels[0, 0] is -1"],
  "an infinite label": [{ labels: matrix(3, 1, 0, 1, Infinity) }, "labels[2, 0] is Infinity"],
  "a class that is missing": [
    { classes: true, labels: matrix(3, 2, 0, 1, 1, 0, NaN, NaN) },
    "labels must be 0 or 1: labels[2, 0] is NaN",
  ],
  "too few values of labels": [
    { labels: matrix(3, 1, 0, 1) },
    "labels must hold rows times columns: expected 3 × 1 = 3 values, found 2",
  ],
  "a node of two categories": [
    { oneHot: matrix(3, 2, 1, 0, 1, 1, 1, 0) },
    "each row of oneHot must hold a single 1 among zeros: row 1 is 1 1",
  ],
  "a node of no category": [{ oneHot: matrix(3, 2, 1, 0, 0, 1, 0, 0) }, "row 2 is 0 0"],
  "a node of two classes": [
    { classes: true, labels: matrix(3, 2, 0, 1, 1, 1, 1, 0) },
    "each row of labels must hold a single 1 among zeros: row 1 is 1 1",
  ],
  "a node of no class": [
    { classes: true, labels: matrix(3, 2, 0, 1, 1, 0, 0, 0) },
    "nodes of its split must have a label: of 1 nodes of split.train 1 have none (in a file −1 or NaN), node 2 the first, " +
    "label them or take them out of the split",
  ],
  "a node without the one label": [
    { labels: matrix(3, 1, NaN, 1, 0) },
    "of 1 nodes of split.valid 1 have none (in a file −1 or NaN), node 0 the first",
  ],
  "weights among other edge features": [
    { weighted: true, edgeFeatures: matrix(3, 2, 1, 2, 3, 4, 5, 6) },
    "weights must be its one edge feature: expected 1 column, found 2",
  ],
  "half a category": [{ oneHot: matrix(3, 2, 0.5, 0.5, 0, 1, 1, 0) }, "row 0 is 0.5 0.5"],
  "nothing to learn from": [
    split([], [0, 1], [2]),
    "there is nothing to learn from: split.train has no nodes",
  ],
  "a split beyond the graph": [
    split([0], [1], [3]),
    "its split leaves it: split.test[0] is 3, expected below its 3 nodes",
  ],
  "a node in two parts": [
    split([0, 1], [2, 1], []),
    "split.valid[1] is 1, which is in split.train as well, remove it from one",
  ],
  "a node twice in a part": [
    split([0, 0], [1], [2]),
    "split.train[1] is 0, which is in split.train as well",
  ],
};

for (const [what, [change, message]] of Object.entries(BREACHES)) {
  Deno.test(`checkGraph() refuses ${what}`, () => {
    const error = assertThrows(() => checkGraph({ ...SMALL, ...change }), RangeError, message);
    assert(error.message.startsWith('Cannot use graph "small" as '), error.message);
    assert(!error.message.includes("\n"), error.message);
  });
}

Deno.test("checkGraph() returns a good graph as it is", () => {
  assert(checkGraph(SMALL) === SMALL);
  for (const edges of [0, 1, 500]) {
    const graph = randomGraph(40, edges, edges);
    assert(checkGraph(graph) === graph);
  }
});

Deno.test("checkGraph() takes classes, one a node, and any number of tasks", () => {
  checkGraph({ ...SMALL, classes: true, labels: matrix(3, 2, 0, 1, 1, 0, 1, 0) });
  checkGraph({ ...SMALL, labels: matrix(3, 2, 1, 1, 0, 0, 1, 0) });
});

Deno.test("checkGraph() takes tasks whose labels are missing", () => {
  checkGraph({ ...SMALL, labels: matrix(3, 2, 1, NaN, NaN, NaN, 0, 1) });
});

Deno.test("checkGraph() takes nodes without a label outside of the split", () => {
  const rest = split([0], [1], []);
  checkGraph({ ...SMALL, ...rest, labels: matrix(3, 1, 0, 1, NaN) });
  checkGraph({ ...SMALL, ...rest, classes: true, labels: matrix(3, 2, 0, 1, 1, 0, 0, 0) });
});

Deno.test("checkGraph() takes nodes without category, features or part", () => {
  checkGraph({
    ...SMALL,
    oneHot: undefined,
    x: matrix(3, 0),
    edgeFeatures: matrix(3, 0),
    ...split([1], [], []),
  });
});
