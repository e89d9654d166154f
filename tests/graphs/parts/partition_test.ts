import { checkGraph } from "../../../graphs/check.ts";
import type { Graph } from "../../../graphs/graph.ts";
import { induce, randomParts } from "../../../graphs/parts/partition.ts";
import { Random } from "../../../graphs/random.ts";
import { assert, assertEquals, assertThrows } from "../../assert.ts";
import { entries, randomGraph, row } from "../edge_list.ts";

Deno.test("randomParts() puts every node in exactly one part", () => {
  for (const [nodes, parts] of [[1, 1], [10, 10], [10, 3], [1009, 7], [13_789, 10]] as const) {
    const split = randomParts(nodes, parts, new Random(nodes));
    assertEquals(split.length, parts);
    const all = split.flatMap((part) => [...part]).sort((a, b) => a - b);
    assertEquals(all, [...Array(nodes).keys()]);
  }
});

Deno.test("randomParts() makes parts that ascend, of sizes that differ by at most one", () => {
  for (const [nodes, parts] of [[10, 3], [11, 4], [1009, 7]] as const) {
    const split = randomParts(nodes, parts, new Random(1));
    const sizes = split.map((part) => part.length);
    assert(Math.max(...sizes) - Math.min(...sizes) <= 1, `sizes ${sizes}`);
    for (const part of split) assertEquals(part, part.toSorted());
  }
});

Deno.test("randomParts() draws another partition at every call, the same for a seed", () => {
  const random = new Random(2);
  const first = randomParts(100, 4, random);
  const second = randomParts(100, 4, random);
  assert(first.join(" ") !== second.join(" "));
  assertEquals(randomParts(100, 4, new Random(2)), first);
});

Deno.test("randomParts() refuses parts without a node", () => {
  for (const parts of [0, 6, 1.5, NaN]) {
    assertThrows(
      () => randomParts(5, parts, new Random(0)),
      RangeError,
      `Cannot split 5 nodes into ${parts} parts as each part needs a node`,
    );
  }
});

/** The induced sub-graph by its definition: all edges with both ends inside, re-numbered. */
function inducedByHand(graph: Graph, nodes: number[]) {
  const kept = [...entries(graph)].map(([source, target], e) => ({ source, target, e }))
    .filter(({ source, target }) => nodes.includes(source) && nodes.includes(target));
  const within = (part: Uint32Array) =>
    [...part].filter((node) => nodes.includes(node)).map((node) => nodes.indexOf(node));
  return {
    edges: kept.map(({ source, target }) => [nodes.indexOf(source), nodes.indexOf(target)]),
    edgeFeatures: kept.map(({ e }) => row(graph.edgeFeatures, e)),
    x: nodes.map((node) => row(graph.x, node)),
    oneHot: nodes.map((node) => row(graph.oneHot!, node)),
    labels: nodes.map((node) => row(graph.labels, node)),
    train: within(graph.split.train),
    valid: within(graph.split.valid),
    test: within(graph.split.test),
  };
}

function rowsOf(part: Graph) {
  const all = (matrix: Graph["x"]) => Array.from({ length: matrix.rows }, (_, i) => row(matrix, i));
  return {
    edges: [...entries(part)],
    edgeFeatures: all(part.edgeFeatures),
    x: all(part.x),
    oneHot: all(part.oneHot!),
    labels: all(part.labels),
    train: [...part.split.train],
    valid: [...part.split.valid],
    test: [...part.split.test],
  };
}

Deno.test("induce() keeps the edges among its nodes, and all that belongs to them", () => {
  for (
    const [nodes, edges, parts] of [[1, 2, 1], [12, 0, 3], [30, 200, 4], [61, 900, 2]] as const
  ) {
    const graph = randomGraph(nodes, edges, edges);
    for (const part of randomParts(nodes, parts, new Random(nodes))) {
      const sub = induce(graph, part);
      assertEquals<unknown>(rowsOf(sub), inducedByHand(graph, [...part]));
      assertEquals(sub.nodes, part.length);
      assertEquals(sub.rowPtr.length, part.length + 1);
      assertEquals(sub.name, graph.name);
      if (sub.split.train.length > 0) checkGraph(sub);
    }
  }
});

Deno.test("induce() gives the graph itself for all its nodes", () => {
  const graph = randomGraph(50, 400, 3);
  const all = Uint32Array.from({ length: 50 }, (_, i) => i);
  assertEquals(induce(graph, all), graph);
  const classes = { ...graph, classes: true };
  assertEquals(induce(classes, all), classes);
  const weighted = { ...graph, weighted: true };
  assertEquals(induce(weighted, all), weighted);
});

Deno.test("induce() gives an empty graph for no nodes, and no oneHot where there is none", () => {
  const { oneHot: _, ...graph } = randomGraph(10, 30, 4);
  const none = induce(graph, new Uint32Array(0));
  assertEquals([none.nodes, none.colIdx.length, none.x.rows], [0, 0, 0]);
  assertEquals([...none.rowPtr], [0]);
  assert(!("oneHot" in none));
});

Deno.test("induce() refuses nodes that repeat, descend or leave the graph", () => {
  const graph = randomGraph(10, 30, 5);
  for (
    const [nodes, found] of [
      [[3, 3], "nodes[1] is 3 after 3"],
      [[3, 2], "nodes[1] is 2 after 3"],
      [[10], "nodes[0] is 10"],
    ] as const
  ) {
    assertThrows(
      () => induce(graph, Uint32Array.from(nodes)),
      RangeError,
      `Cannot induce a sub-graph as its nodes must ascend below 10: ${found}`,
    );
  }
});
