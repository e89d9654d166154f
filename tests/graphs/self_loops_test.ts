import { checkGraph } from "../../graphs/check.ts";
import type { Graph } from "../../graphs/graph.ts";
import { withSelfLoops } from "../../graphs/self_loops.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { randomGraph } from "./edge_list.ts";

/** The sources of a node's in-edges. */
const row = (
  { rowPtr, colIdx }: Graph,
  i: number,
) => [...colIdx.subarray(rowPtr[i], rowPtr[i + 1])];

Deno.test("withSelfLoops() puts one loop at every node, and leaves all else", () => {
  let repeated = 0;
  for (const edges of [0, 1, 300]) {
    const none = { data: new Float32Array(0), rows: edges, cols: 0 };
    const graph = { ...randomGraph(20, edges, edges), edgeFeatures: none };
    const looped = checkGraph(withSelfLoops(graph));
    for (let i = 0; i < 20; i++) {
      const others = row(graph, i).filter((source) => source !== i);
      if (row(graph, i).length > others.length + 1) repeated++;
      assertEquals(row(looped, i), [...others, i].sort((a, b) => a - b));
    }
    assertEquals(withSelfLoops(looped), looped);
  }
  assert(repeated > 0);
});

Deno.test("withSelfLoops() gives a loop the weight of the one that is there, or 1", () => {
  // Edges 1 → 0 of 3, 0 → 1 of 2, and the loop 1 → 1 of 5.
  const looped = withSelfLoops({
    ...randomGraph(2, 0, 1),
    rowPtr: Uint32Array.of(0, 1, 3),
    colIdx: Uint32Array.of(1, 0, 1),
    edgeFeatures: { data: Float32Array.of(3, 2, 5), rows: 3, cols: 1 },
    weighted: true,
  });
  assertEquals([...looped.colIdx], [0, 1, 0, 1]);
  assertEquals(looped.edgeFeatures, { data: Float32Array.of(1, 3, 2, 5), rows: 4, cols: 1 });
  checkGraph(looped);
});

Deno.test("withSelfLoops() refuses edges with features", () => {
  const words =
    "Cannot add self-loops to random as a loop would have no features: its edges have 2";
  assertThrows(() => withSelfLoops(randomGraph(5, 4, 1)), RangeError, words);
});
