/** Self-loops, for convolutions that do not add their own. */
import type { Graph } from "./graph.ts";

/**
 * Returns the graph with exactly one loop at every node. If edges have weights, a loop keeps its weight
 * and a new one has 1; other edge features are refused, as a loop would have none.
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
