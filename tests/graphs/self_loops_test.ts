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

Deno.test("withSelfLoops() refuses edges with features", () => {
  const words =
    "Cannot add self-loops to random as a loop would have no features: its edges have 2";
  assertThrows(() => withSelfLoops(randomGraph(5, 4, 1)), RangeError, words);
});
