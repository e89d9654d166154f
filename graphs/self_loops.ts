/** Self-loops, for convolutions that do not add their own. */
import type { Graph } from "./graph.ts";

/**
 * The graph with one loop at every node, in place of any there are. A loop has weight 1 where edges have
 * weights, unless the node has one already; other edge features it has none, so there must be none.
 */
export function withSelfLoops(graph: Graph): Graph {
  const { nodes, rowPtr, colIdx, edgeFeatures, weighted = false } = graph;
  if (edgeFeatures.cols > 0 && !weighted) {
    throw new RangeError(
      `Cannot add self-loops to ${graph.name} as a loop would have no features: ` +
        `its edges have ${edgeFeatures.cols}`,
    );
  }
  const looped = new Uint32Array(colIdx.length + nodes);
  const weights = new Float32Array(weighted ? looped.length : 0);
  const loopedPtr = new Uint32Array(nodes + 1);
  let count = 0;
  for (let i = 0; i < nodes; i++) {
    let edge = rowPtr[i]!;
    const end = rowPtr[i + 1]!;
    const add = (source: number, weight = 1) => {
      looped[count] = source;
      if (weighted) weights[count] = weight;
      count++;
    };
    while (edge < end && colIdx[edge]! < i) add(colIdx[edge]!, edgeFeatures.data[edge++]);
    let own: number | undefined;
    while (edge < end && colIdx[edge] === i) own = edgeFeatures.data[edge++];
    add(i, own);
    while (edge < end) add(colIdx[edge]!, edgeFeatures.data[edge++]);
    loopedPtr[i + 1] = count;
  }
  return {
    ...graph,
    rowPtr: loopedPtr,
    colIdx: looped.slice(0, count),
    edgeFeatures: weighted
      ? { data: weights.slice(0, count), rows: count, cols: 1 }
      : { data: edgeFeatures.data, rows: count, cols: 0 },
  };
}
