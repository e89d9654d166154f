/** Checks what every data set must hold before a model sees it; errors name the entry. */
import type { Graph, Matrix } from "./graph.ts";

/** Returns the graph, or throws a RangeError that says what is wrong, where, and what to do. */
export function checkGraph(graph: Graph): Graph {
  try {
    checkRows(graph);
    checkMatrix("x", graph.x, graph.nodes, "node");
    checkShape("labels", graph.labels, graph.nodes, "node");
    checkMatrix("edgeFeatures", graph.edgeFeatures, graph.colIdx.length, "edge");
    checkLabels(graph);
    checkWeights(graph);
    if (graph.classes) checkOneHot("labels", graph.labels, 0);
    if (graph.oneHot) {
      checkMatrix("oneHot", graph.oneHot, graph.nodes, "node");
      checkOneHot("oneHot", graph.oneHot);
    }
    checkSplit(graph);
    checkLabelled(graph);
  } catch (error) {
    if (!(error instanceof Breach)) throw error;
    throw new RangeError(`Cannot use graph "${graph.name}" as ${error.message}`);
  }
  return graph;
}

class Breach extends Error {}

function checkRows({ nodes, rowPtr, colIdx }: Graph): void {
  if (!Number.isInteger(nodes) || nodes < 1) {
    throw new Breach(`it needs nodes: nodes is ${nodes}, expected a whole number from 1`);
  }
  if (rowPtr.length !== nodes + 1) {
    throw new Breach(
      `rowPtr must have one entry more than there are nodes: ` +
        `expected ${nodes + 1} entries, found ${rowPtr.length}`,
    );
  }
  if (rowPtr[0] !== 0) throw new Breach(`rowPtr must begin with 0: rowPtr[0] is ${rowPtr[0]}`);
  for (let i = 0; i < nodes; i++) {
    if (rowPtr[i + 1]! >= rowPtr[i]!) continue;
    throw new Breach(
      `rowPtr must ascend: rowPtr[${i + 1}] is ${rowPtr[i + 1]} after ${rowPtr[i]}, ` +
        `build it with fromEdges()`,
    );
  }
  if (rowPtr[nodes] !== colIdx.length) {
    throw new Breach(
      `rowPtr must end with the number of edges: ` +
        `expected rowPtr[${nodes}] to be ${colIdx.length}, found ${rowPtr[nodes]}`,
    );
  }
  for (let i = 0; i < nodes; i++) checkRow(i, rowPtr[i]!, rowPtr[i + 1]!, colIdx, nodes);
}

function checkRow(row: number, begin: number, end: number, colIdx: Uint32Array, nodes: number) {
  for (let e = begin; e < end; e++) {
    const source = colIdx[e]!;
    if (source >= nodes) {
      throw new Breach(
        `an edge leaves it: colIdx[${e}] is ${source}, expected below its ${nodes} nodes, ` +
          `number the nodes from 0`,
      );
    }
    if (e > begin && source < colIdx[e - 1]!) {
      throw new Breach(
        `the sources of a node must ascend: in row ${row} colIdx[${e}] is ${source} ` +
          `after ${colIdx[e - 1]}, build it with fromEdges()`,
      );
    }
  }
}

function checkMatrix(what: string, matrix: Matrix, rows: number, per: string): void {
  checkShape(what, matrix, rows, per);
  const { data } = matrix;
  const at = findStray(data);
  if (at < 0) return;
  throw new Breach(
    `${what} must be finite: ${entry(what, matrix, at)} is ${data[at]}, ` +
      `replace it by a number or drop its ${per}`,
  );
}

/**
 * Returns the position of the first NaN or infinity; a bare loop, as there are hundreds of millions of
 * edge features.
 */
function findStray(data: Float32Array): number {
  for (let at = 0; at < data.length; at++) {
    const value = data[at]!;
    if (value - value !== 0) return at;
  }
  return -1;
}

function checkShape(what: string, matrix: Matrix, rows: number, per: string): void {
  const { data, cols } = matrix;
  if (matrix.rows !== rows) {
    throw new Breach(
      `${what} must have one row per ${per}: expected ${rows} rows, found ${matrix.rows}`,
    );
  }
  if (data.length !== rows * cols) {
    throw new Breach(
      `${what} must hold rows times columns: ` +
        `expected ${rows} × ${cols} = ${rows * cols} values, found ${data.length}`,
    );
  }
}

function checkLabels({ labels, classes = false }: Graph): void {
  const { data } = labels;
  const at = data.findIndex((value) =>
    value !== 0 && value !== 1 && (classes || !Number.isNaN(value))
  );
  if (at < 0) return;
  throw new Breach(
    `labels must be 0 or 1${classes ? "" : ", or NaN where missing"}: ` +
      `${entry("labels", labels, at)} is ${data[at]}, give each class a column of its own`,
  );
}

/** Checks that each row has a single 1, or as few as `least`. */
function checkOneHot(what: string, { data, rows, cols }: Matrix, least = 1): void {
  for (let row = 0, at = 0; row < rows; row++) {
    let ones = 0;
    for (let c = 0; c < cols; c++, at++) ones += data[at] === 1 ? 1 : data[at] === 0 ? 0 : NaN;
    if (ones === 1 || ones === least) continue;
    throw new Breach(
      `each row of ${what} must hold a single 1 among zeros: ` +
        `row ${row} is ${data.subarray(at - cols, at).join(" ")}`,
    );
  }
}

function checkSplit({ nodes, split }: Graph): void {
  if (split.train.length === 0) {
    throw new Breach(`there is nothing to learn from: split.train has no nodes, expected some`);
  }
  const parts = ["train", "valid", "test"] as const;
  const seen = new Uint8Array(nodes);
  for (const [p, part] of parts.entries()) {
    for (const [k, node] of split[part].entries()) {
      const here = `split.${part}[${k}]`;
      if (node >= nodes) {
        throw new Breach(
          `its split leaves it: ${here} is ${node}, expected below its ${nodes} nodes, ` +
            `number the nodes from 0`,
        );
      }
      if (seen[node]! > 0) {
        throw new Breach(
          `a node must stand in one part of the split only: ${here} is ${node}, ` +
            `which is in split.${parts[seen[node]! - 1]} as well, remove it from one`,
        );
      }
      seen[node] = p + 1;
    }
  }
}

/** Checks that each node of the split has a label; among several tasks, some may be missing. */
function checkLabelled(graph: Graph): void {
  const { labels: { data, cols }, classes = false, split } = graph;
  if (cols > 1 && !classes) return;
  const has = (node: number) =>
    classes ? data.subarray(node * cols, (node + 1) * cols).includes(1) : !Number.isNaN(data[node]);
  for (const part of ["train", "valid", "test"] as const) {
    const bare = split[part].filter((node) => !has(node));
    if (bare.length === 0) continue;
    const state = `${bare.length} have none (in a file −1 or NaN), node ${bare[0]} the first`;
    throw new Breach(
      `nodes of its split must have a label: of ${split[part].length} nodes of split.${part} ` +
        `${state}, label them or take them out of the split`,
    );
  }
}

function checkWeights({ weighted, edgeFeatures: { cols } }: Graph): void {
  if (!weighted || cols === 1) return;
  throw new Breach(`weights must be its one edge feature: expected 1 column, found ${cols}`);
}

function entry(what: string, { cols }: Matrix, at: number): string {
  return `${what}[${Math.floor(at / cols)}, ${at % cols}]`;
}
