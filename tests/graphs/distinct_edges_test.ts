import { distinctEdges } from "../../graphs/distinct_edges.ts";
import { Random } from "../../graphs/random.ts";
import { assertEquals } from "../assert.ts";

const NODES = 7;

/** Forty edges among seven nodes: many repeated, some loops. */
function draw(seed: number) {
  const random = new Random(seed);
  const sources = new Uint32Array(40).map(() => random.below(NODES));
  const targets = new Uint32Array(40).map(() => random.below(NODES));
  return { sources, targets, weights: new Float32Array(40).map(() => 1 + random.below(4)) };
}

/** adjacency[target][source], by the definition. */
function dense({ sources, targets, weights }: ReturnType<typeof draw>, symmetric: boolean) {
  const adjacency = Array.from({ length: NODES }, () => new Array<number>(NODES).fill(0));
  sources.forEach((source, e) => adjacency[targets[e]!]![source]! += weights[e]!);
  if (!symmetric) return adjacency;
  return adjacency.map((row, i) => row.map((weight, j) => Math.max(weight, adjacency[j]![i]!)));
}

function denseRows({ rowPtr, colIdx, edgeFeatures }: ReturnType<typeof distinctEdges>) {
  const adjacency = Array.from({ length: NODES }, () => new Array<number>(NODES).fill(0));
  for (let i = 0; i < NODES; i++) {
    for (let e = rowPtr[i]!; e < rowPtr[i + 1]!; e++) {
      assertEquals(adjacency[i]![colIdx[e]!], 0); // once only
      adjacency[i]![colIdx[e]!] = edgeFeatures.cols === 1 ? edgeFeatures.data[e]! : 1;
    }
  }
  return adjacency;
}

for (const symmetric of [false, true]) {
  const how = symmetric ? "both ways" : "as they point";
  Deno.test(`distinctEdges() keeps each edge once, ${how}, its weights added up`, () => {
    for (let seed = 0; seed < 5; seed++) {
      const edges = draw(seed);
      const rows = distinctEdges(NODES, edges, { symmetric });
      assertEquals(denseRows(rows), dense(edges, symmetric));
    }
  });

  Deno.test(`distinctEdges() has no edge features without weights, ${how}`, () => {
    const { weights, ...edges } = draw(9);
    const rows = distinctEdges(NODES, edges, { symmetric });
    assertEquals([rows.edgeFeatures.cols, rows.edgeFeatures.rows], [0, rows.colIdx.length]);
    const expected = dense({ ...edges, weights }, symmetric).map((row) =>
      row.map((weight) => weight > 0 ? 1 : 0)
    );
    assertEquals(denseRows(rows), expected);
  });
}

Deno.test("distinctEdges() takes no edges at all", () => {
  const edges = { sources: new Uint32Array(0), targets: new Uint32Array(0) };
  assertEquals([...distinctEdges(3, edges, { symmetric: true }).rowPtr], [0, 0, 0, 0]);
});
