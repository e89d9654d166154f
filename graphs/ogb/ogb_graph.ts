/** Opens a prepared data set of the Open Graph Benchmark, read as its rules say. */
import { ArrayFile } from "../files/array_file.ts";
import { checkGraph } from "../check.ts";
import { distinctEdges } from "../distinct_edges.ts";
import { openPrepared } from "../published/fetched.ts";
import type { Graph, Matrix } from "../graph.ts";
import { mostColumns, zeros } from "../matrix.ts";
import { isDirected, OGB_DATASETS, type OgbDataset, type OgbName } from "../published/ogb.ts";
import { OGB_FORMAT } from "./ogb_convert.ts";
import { NO_CLASS } from "./ogb_tables.ts";
import { withSelfLoops } from "../self_loops.ts";

/** Options for opening a data set. */
export interface OgbOptions {
  /** The folder of prepared data sets; default `REVGNN_CACHE`, or the system's folder of caches. */
  readonly cache?: string;
  /**
   * Adds each edge's reverse, every edge once; default true for ogbn-arxiv, which is directed. The
   * others are stored with both directions.
   */
  readonly symmetric?: boolean;
  /**
   * Gives every node exactly one loop; default true for ogbn-arxiv, as in all published models. GCN
   * counts its own loop in any case.
   */
  readonly selfLoops?: boolean;
}

/** Opens a data set that `deno task data NAME` has prepared. */
export async function ogbGraph(name: OgbName, options: OgbOptions = {}): Promise<Graph> {
  const directed = isDirected(name);
  const { symmetric = directed, selfLoops = directed } = options;
  let graph = await openPrepared(name, options.cache, (path) => readGraph(name, path));
  checkParts(name, graph);
  checkGraph(graph); // before its rows are followed
  if (symmetric && directed) graph = { ...graph, ...bothDirections(graph) };
  return selfLoops ? withSelfLoops(graph) : graph;
}

async function readGraph(name: OgbName, path: string): Promise<Graph> {
  using file = await ArrayFile.open(path);
  const { format } = file.metadata;
  if (file.metadata.name === name && format === OGB_FORMAT) return await graphOf(name, file);
  throw new Error(
    `Cannot open ${path} as another version prepared it: run deno task data ${name} --fresh`,
  );
}

async function graphOf(name: OgbName, file: ArrayFile): Promise<Graph> {
  const { classes }: OgbDataset = OGB_DATASETS[name];
  const rowPtr = await file.integers("row_ptr");
  const colIdx = await file.integers("col_idx");
  const none = { data: new Float32Array(0), rows: colIdx.length, cols: 0 };
  const x = await matrix(file, "x");
  return {
    name,
    nodes: x.rows,
    rowPtr,
    colIdx,
    edgeFeatures: file.has("edge_features") ? await matrix(file, "edge_features") : none,
    x,
    ...file.has("species") && { oneHot: await oneHot(file, "species") },
    ...classes === undefined
      ? { labels: await matrix(file, "labels") }
      : { labels: await oneHot(file, "classes", classes), classes: true },
    split: {
      train: await file.integers("train"),
      valid: await file.integers("valid"),
      test: await file.integers("test"),
    },
  };
}

async function matrix(file: ArrayFile, name: string): Promise<Matrix> {
  const { shape: [rows = 0, cols = 0], data } = await file.floats(name);
  return { data, rows, cols };
}

/** Throws a sentence if a part has no node; an earlier version prepared such files. */
function checkParts(name: OgbName, { split }: Graph): void {
  const empty = (["train", "valid", "test"] as const).find((part) => split[part].length === 0);
  if (empty === undefined) return;
  throw new RangeError(
    `Cannot use graph "${name}" as the split's ${empty} has no nodes: expected some in each part, ` +
      `prepare a whole archive by deno task data ${name} --fresh`,
  );
}

/** Rows with a 1 in the column that the number names; rows of 0 for `NO_CLASS`. */
async function oneHot(file: ArrayFile, name: string, classes?: number): Promise<Matrix> {
  const numbers = await file.integers(name);
  // Species are numbered by rank, so that there are no more than nodes.
  const most = classes ?? Math.min(numbers.length, mostColumns(numbers.length));
  const stray = numbers.findIndex((number) => number >= most && number !== NO_CLASS);
  if (stray >= 0) {
    throw new SyntaxError(
      `Cannot read ${file.path} as ${name}[${stray}] is ${numbers[stray]}: expected below ${most}`,
    );
  }
  const of = (number: number) => number === NO_CLASS ? -1 : number;
  const cols = classes ?? numbers.reduce((most, number) => Math.max(most, of(number) + 1), 0);
  const matrix = zeros(numbers.length, cols);
  for (let i = 0; i < numbers.length; i++) {
    if (numbers[i] !== NO_CLASS) matrix.data[i * cols + numbers[i]!] = 1;
  }
  return matrix;
}

function bothDirections({ nodes, rowPtr, colIdx }: Graph) {
  const targets = new Uint32Array(colIdx.length);
  for (let i = 0; i < nodes; i++) targets.fill(i, rowPtr[i], rowPtr[i + 1]);
  return distinctEdges(nodes, { sources: colIdx, targets }, { symmetric: true });
}
