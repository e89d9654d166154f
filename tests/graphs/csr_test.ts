import { compress, fromEdges, transpose } from "../../graphs/csr.ts";
import { assertEquals, assertThrows } from "../assert.ts";
import { dense, entries, randomEdges, row } from "./edge_list.ts";

const SHAPES = [[1, 0], [1, 3], [5, 0], [7, 4], [13, 60], [40, 37], [101, 900]] as const;

Deno.test("fromEdges() builds the adjacency of its edges", () => {
  for (const [nodes, edges] of SHAPES) {
    const { sources, targets, edgeFeatures } = randomEdges(nodes, edges, edges);
    const graph = fromEdges(nodes, sources, targets, edgeFeatures);
    const wanted = dense(nodes, Array.from(sources, (source, e) => [source, targets[e]!]));
    assertEquals(graph.rowPtr.length, nodes + 1);
    assertEquals(graph.colIdx.length, edges);
    assertEquals(dense(nodes, entries(graph)), wanted);
  }
});

Deno.test("fromEdges() sorts rows by target, then source, and keeps repeats in order", () => {
  for (const [nodes, edges] of SHAPES) {
    const { sources, targets, edgeFeatures } = randomEdges(nodes, edges, edges + 1);
    const graph = fromEdges(nodes, sources, targets, edgeFeatures);
    const order = [...sources.keys()].sort((a, b) =>
      targets[a]! - targets[b]! || sources[a]! - sources[b]! || a - b
    );
    assertEquals([...entries(graph)], order.map((e) => [sources[e]!, targets[e]!]));
    assertEquals(
      order.map((_, k) => row(graph.edgeFeatures, k)),
      order.map((e) => row(edgeFeatures, e)),
    );
  }
});

Deno.test("fromEdges() leaves its input as it was", () => {
  const given = randomEdges(9, 30, 0);
  const copy = structuredClone(given);
  fromEdges(9, given.sources, given.targets, given.edgeFeatures);
  assertEquals(given, copy);
});

Deno.test("fromEdges() refuses an edge that leaves the graph", () => {
  const none = { data: new Float32Array(2), rows: 2, cols: 1 };
  assertThrows(
    () => fromEdges(3, Uint32Array.of(0, 3), Uint32Array.of(1, 2), none),
    RangeError,
    "Cannot build a graph of 3 nodes as an edge leaves it: sources[1] is 3, expected below 3",
  );
  assertThrows(
    () => fromEdges(3, Uint32Array.of(0, 2), Uint32Array.of(7, 2), none),
    RangeError,
    "targets[0] is 7",
  );
});

Deno.test("fromEdges() refuses unequal lengths", () => {
  const features = { data: new Float32Array(3), rows: 3, cols: 1 };
  assertThrows(
    () => fromEdges(3, new Uint32Array(3), new Uint32Array(2), features),
    RangeError,
    "found 3 sources and 2 targets",
  );
  assertThrows(
    () => fromEdges(3, new Uint32Array(2), new Uint32Array(2), features),
    RangeError,
    "found 3 rows and 2 edges",
  );
});

Deno.test("compress() tells where each edge stood", () => {
  const { sources, targets } = randomEdges(11, 50, 2);
  const rows = compress(11, sources, targets);
  assertEquals([...entries(rows)], [...rows.edge].map((e) => [sources[e]!, targets[e]!]));
  assertEquals(rows.edge.toSorted(), Uint32Array.from({ length: 50 }, (_, e) => e));
});

Deno.test("transpose() builds the transposed adjacency", () => {
  for (const [nodes, edges] of SHAPES) {
    const { sources, targets } = randomEdges(nodes, edges, edges + 2);
    const graph = { nodes, ...compress(nodes, sources, targets) };
    const forward = dense(nodes, entries(graph));
    const turned = forward.map((_, j) => forward.map((sourcesOf) => sourcesOf[j]!));
    assertEquals(dense(nodes, entries(transpose(graph))), turned);
  }
});

Deno.test("transpose() names each edge's position in the forward rows", () => {
  const { sources, targets } = randomEdges(17, 120, 3);
  const graph = { nodes: 17, ...compress(17, sources, targets) };
  const forward = [...entries(graph)];
  const back = transpose(graph);
  const named = [...entries(back)].map(([i, j], k) => [[j, i], forward[back.edge[k]!]]);
  for (const [wanted, found] of named) assertEquals(found, wanted as [number, number]);
  assertEquals(back.edge.toSorted(), Uint32Array.from({ length: 120 }, (_, e) => e));
});

Deno.test("transpose() gives the graph itself when done twice", () => {
  const { sources, targets } = randomEdges(23, 150, 4);
  const graph = { nodes: 23, ...compress(23, sources, targets) };
  const twice = transpose({ nodes: 23, ...transpose(graph) });
  assertEquals(twice.rowPtr, graph.rowPtr);
  assertEquals(twice.colIdx, graph.colIdx);
});
