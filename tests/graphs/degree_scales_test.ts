import {
  attentionScales,
  type DegreeScales,
  meanScales,
  symmetricScales,
} from "../../graphs/degree_scales.ts";
import { assert, assertEquals } from "../assert.ts";
import { dense, entries, randomGraph } from "./edge_list.ts";

const SHAPES = [[1, 0], [1, 3], [5, 0], [7, 30], [13, 60], [40, 37], [101, 900]] as const;

/** Products of a few float32 below 1. */
const ROUNDING = 1e-6;

/** What an edge list and scales stand for, entry by entry. */
function expand(nodes: number, edges: Iterable<readonly [number, number]>, scales: DegreeScales) {
  return dense(nodes, edges).map((row, i) =>
    row.map((count, j) =>
      scales.target[i]! * count * scales.source[j]! + (i === j ? scales.self[i]! : 0)
    )
  );
}

function assertClose(actual: number[][], expected: number[][]): void {
  const wanted = expected.flat();
  const close = actual.flat().every((value, k) => Math.abs(value - wanted[k]!) <= ROUNDING);
  assert(close, `${JSON.stringify(actual)} is not ${JSON.stringify(expected)}`);
}

Deno.test("symmetricScales() are D^-½ (A + I) D^-½, self-loops once", () => {
  for (const [nodes, edges] of SHAPES) {
    const graph = randomGraph(nodes, edges, edges);
    const looped = dense(nodes, entries(graph))
      .map((row, i) => row.map((count, j) => i === j ? 1 : count));
    const degrees = looped.map((row) => row.reduce((sum, count) => sum + count, 0));
    const expected = looped.map((row, i) =>
      row.map((count, j) => count / Math.sqrt(degrees[i]! * degrees[j]!))
    );
    assertClose(expand(nodes, entries(graph), symmetricScales(graph)), expected);
  }
});

Deno.test("symmetricScales() take back the loops that the graph has beyond one", () => {
  const graph = { nodes: 1, rowPtr: Uint32Array.of(0, 3), colIdx: Uint32Array.of(0, 0, 0) };
  const { target, source, self } = symmetricScales(graph);
  assertEquals([...target, ...source, ...self], [1, 1, -2]);
});

Deno.test("symmetricScales() sum weights, and take a node's own from its loop", () => {
  // Edges 1 → 0 of 3, the loop 0 → 0 of 5, and 0 → 1 of 2.
  const edges = { nodes: 2, rowPtr: Uint32Array.of(0, 2, 3), colIdx: Uint32Array.of(0, 1, 0) };
  const edgeFeatures = { data: Float32Array.of(5, 3, 2), rows: 3, cols: 1 };
  const { target, source, self } = symmetricScales({ ...edges, edgeFeatures, weighted: true });
  assertClose([[...target], [...self]], [[1 / Math.sqrt(8), 1 / Math.sqrt(3)], [0, 1 / 3]]);
  assert(source === target);
  // What is no weight has no effect.
  assertEquals(symmetricScales({ ...edges, edgeFeatures }), symmetricScales(edges));
});

Deno.test("symmetricScales() are 0 where weights sum to 0", () => {
  const edges = { nodes: 1, rowPtr: Uint32Array.of(0, 1), colIdx: Uint32Array.of(0) };
  const edgeFeatures = { data: Float32Array.of(0), rows: 1, cols: 1 };
  const { target, self } = symmetricScales({ ...edges, edgeFeatures, weighted: true });
  assertEquals([...target, ...self], [0, 0]);
});

Deno.test("meanScales() are the rows of A by their sums, and zeros", () => {
  for (const [nodes, edges] of SHAPES) {
    const graph = randomGraph(nodes, edges, edges);
    const expected = dense(nodes, entries(graph)).map((row) => {
      const degree = row.reduce((sum, count) => sum + count, 0);
      return row.map((count) => degree === 0 ? 0 : count / degree);
    });
    assertClose(expand(nodes, entries(graph), meanScales(graph)), expected);
  }
});

Deno.test("attentionScales() are roots of degrees, loops and repeats counted, at least 1", () => {
  for (const [nodes, edges] of SHAPES) {
    const graph = randomGraph(nodes, edges, edges);
    const counts = dense(nodes, entries(graph));
    const { target, source } = attentionScales(graph);
    for (let node = 0; node < nodes; node++) {
      const inDegree = counts[node]!.reduce((sum, count) => sum + count, 0);
      const outDegree = counts.reduce((sum, row) => sum + row[node]!, 0);
      assertClose([[target[node]!, source[node]!]], [[
        Math.sqrt(Math.max(1, inDegree)),
        1 / Math.sqrt(Math.max(1, outDegree)),
      ]]);
    }
  }
});
