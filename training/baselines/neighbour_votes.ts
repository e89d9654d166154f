/**
 * The vote of neighbours: a node's prediction is the mean label of the training nodes from which walks
 * of 1 … h edges lead to it, each walk a vote,
 *
 *     ŷ_i = Σ_{k=1..h} (Aᵏ Y)_i / Σ_{k=1..h} (Aᵏ 1)_i,    Y and 1 of training nodes alone;
 *
 * where no walk does, that of all training nodes. It learns nothing, and sees no features.
 */
import type { Graph, Matrix } from "../../graphs/graph.ts";
import { columnMeans, zeros } from "../../graphs/matrix.ts";

/** Columns that are summed together: few enough that millions of nodes fit the memory. */
const BLOCK = 16;

/** Votes for each task or class. */
export interface Votes {
  /** The most edges of a walk. */
  readonly hops: number;
  /** [rows, tasks]: the votes for each task. */
  readonly positive: Matrix;
  /** [rows, tasks]: the votes of training nodes with a label of the task. */
  readonly all: Matrix;
}

/** Counts the votes on `nodes`, one row each, by walks of at most so many edges; `hops` ascend. */
export function neighbourVotes(
  graph: Graph,
  hops: readonly number[],
  nodes: Uint32Array,
): Votes[] {
  const { labels: { data, cols }, split: { train } } = graph;
  const votes = hops.map((hops) => ({
    hops,
    positive: zeros(nodes.length, cols),
    all: zeros(nodes.length, cols),
  }));
  const missing = train.some((node) => data.subarray(node * cols, (node + 1) * cols).some(isNaN));
  for (let first = 0; first < cols; first += BLOCK) {
    const count = Math.min(BLOCK, cols - first);
    const start = (of: (label: number) => number, width: number) => {
      const values = new Float64Array(graph.nodes * width);
      for (const node of train) {
        for (let c = 0; c < width; c++) {
          values[node * width + c] = of(data[node * cols + first + c]!);
        }
      }
      return values;
    };
    const sums = walkSums(graph, start((label) => label === 1 ? 1 : 0, count), hops);
    keep(votes.map(({ positive }) => positive), sums, { nodes, first, count, cols: count });
    // Unless labels are missing, the voters of all columns are the same.
    if (first > 0 && !missing) continue;
    const width = missing ? count : 1;
    const voters = walkSums(graph, start((label) => Number.isNaN(label) ? 0 : 1, width), hops);
    const columns = missing ? { first, count } : { first: 0, count: cols };
    keep(votes.map(({ all }) => all), voters, { nodes, ...columns, cols: width });
  }
  return votes;
}

/** Copies for each number of hops the rows of `nodes` into the columns from `first`; one column into all. */
function keep(
  into: readonly Matrix[],
  sums: Iterable<Float64Array>,
  { nodes, first, count, cols }: {
    readonly nodes: Uint32Array;
    readonly first: number;
    readonly count: number;
    readonly cols: number;
  },
): void {
  let k = 0;
  for (const sum of sums) {
    const to = into[k++]!;
    nodes.forEach((node, row) => {
      for (let c = 0; c < count; c++) {
        to.data[row * to.cols + first + c] = sum[node * cols + (cols === 1 ? 0 : c)]!;
      }
    });
  }
}

/** Yields for each number of hops Σ_{k=1..hops} (Aᵏ start), the same array each time. */
function* walkSums(
  { nodes, rowPtr, colIdx }: Graph,
  start: Float64Array<ArrayBuffer>,
  hops: readonly number[],
): Generator<Float64Array> {
  const cols = start.length / nodes;
  const sum = new Float64Array(start.length);
  let from = start;
  let to = new Float64Array(start.length);
  for (let hop = 1; hop <= hops.at(-1)!; hop++) {
    to.fill(0);
    for (let i = 0; i < nodes; i++) {
      for (let e = rowPtr[i]!; e < rowPtr[i + 1]!; e++) {
        const source = colIdx[e]! * cols;
        for (let c = 0; c < cols; c++) to[i * cols + c]! += from[source + c]!;
      }
    }
    for (let at = 0; at < sum.length; at++) sum[at]! += to[at]!;
    [from, to] = [to, from];
    if (hops.includes(hop)) yield sum;
  }
}

/** The share of votes for each task; of training nodes at large where there are none. */
export function shareOf({ positive, all }: Votes, graph: Graph): Matrix {
  const usual = columnMeans(graph.labels, graph.split.train);
  const { rows, cols } = positive;
  const data = positive.data.map((votes, at) =>
    all.data[at]! > 0 ? votes / all.data[at]! : usual[at % cols]!
  );
  return { data, rows, cols };
}
