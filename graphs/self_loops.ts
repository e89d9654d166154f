/** Self-loops, for convolutions that do not add their own. */
import type { Graph } from "./graph.ts";

/** The graph with one loop at every node, in place of any there are; it must have no edge features. */
export function withSelfLoops(graph: Graph): Graph {
  const { nodes, rowPtr, colIdx, edgeFeatures } = graph;
  if (edgeFeatures.cols > 0) {
    throw new RangeError(
      `Cannot add self-loops to ${graph.name} as a loop would have no features: ` +
        `its edges have ${edgeFeatures.cols}`,
    );
  }
  const looped = new Uint32Array(colIdx.length + nodes);
  const loopedPtr = new Uint32Array(nodes + 1);
  let count = 0;
  for (let i = 0; i < nodes; i++) {
    let edge = rowPtr[i]!;
    const end = rowPtr[i + 1]!;
    while (edge < end && colIdx[edge]! < i) looped[count++] = colIdx[edge++]!;
    looped[count++] = i;
    while (edge < end && colIdx[edge] === i) edge++;
    while (edge < end) looped[count++] = colIdx[edge++]!;
    loopedPtr[i + 1] = count;
  }
  return {
    ...graph,
    rowPtr: loopedPtr,
    colIdx: looped.slice(0, count),
    edgeFeatures: { data: edgeFeatures.data, rows: count, cols: 0 },
  };
}
