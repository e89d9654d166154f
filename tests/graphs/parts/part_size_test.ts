import { boundOf, largerOf, partSize, wholeSize } from "../../../graphs/parts/part_size.ts";
import { randomParts } from "../../../graphs/parts/partition.ts";
import { partitionOf, partsOf } from "../../../graphs/parts/parts.ts";
import { planted } from "../../../graphs/planted/planted.ts";
import { publishedSize } from "../../../graphs/planted/stand_in.ts";
import { prepare } from "../../../graphs/prepare.ts";
import { blankGraph } from "../../../graphs/parts/blank_graph.ts";
import { assert, assertEquals, assertThrows } from "../../assert.ts";

const draws = (seed: number, epochs: number) =>
  Array.from({ length: epochs }, (_, i) => () => partitionOf(seed, i + 1));

Deno.test("partSize() is the largest of the parts that are then trained, in all respects", () => {
  for (const [nodes, parts, skew] of [[101, 4, 0], [60, 7, 1], [12, 12, 0], [40, 1, 0]] as const) {
    const graph = planted({ nodes, degree: 5, skew });
    for (const [seed, epochs] of [[1, 1], [2, 6]] as const) {
      const all = [...partsOf(graph, { parts, epochs, seed })].map(({ graph }) => graph);
      assertEquals(partSize(graph, parts, draws(seed, epochs)), {
        nodes: Math.max(...all.map(({ nodes }) => nodes)),
        fewestNodes: Math.min(...all.map(({ nodes }) => nodes)),
        edges: Math.max(...all.map(({ colIdx }) => colIdx.length)),
        longestRow: Math.max(...all.map(({ longestRow }) => longestRow)),
      });
    }
  }
});

Deno.test("partSize() refuses parts without a node", () => {
  const graph = planted({ nodes: 12, degree: 2 });
  assertThrows(() => partSize(graph, 13, []), RangeError, "Cannot split 12 nodes into 13 parts");
});

Deno.test("partSize() of more draws than can be counted is a bound that no part exceeds, and a close one", () => {
  for (const skew of [0, 1]) {
    const graph = planted({ nodes: 4000, degree: 60, skew });
    for (const parts of [2, 4, 8]) {
      // So many that it would count for long; those that are counted are some of them.
      const bound = partSize(graph, parts, draws(1, 2 ** 27 / 100_000));
      const counted = partSize(graph, parts, draws(1, 40));
      assertEquals([bound.nodes, bound.fewestNodes], [counted.nodes, counted.fewestNodes]);
      assert(bound.edges >= counted.edges && bound.longestRow >= counted.longestRow);
      assert(bound.edges <= 1.25 * counted.edges, `${bound.edges} beside ${counted.edges}`);
    }
  }
});

Deno.test("boundOf() counts an edge and its way back as one draw of two", () => {
  // Node 2 i and node 2 i + 1 have an edge each way: an edge has its deviation from these pairs alone.
  const [nodes, times] = [2000, 200];
  const kept = Array.from({ length: times }, (_, i) => {
    const [part] = randomParts(nodes, 2, partitionOf(1, i));
    const own = new Set(part);
    return part!.filter((node) => own.has(node ^ 1)).length;
  });
  const mean = kept.reduce((sum, edges) => sum + edges) / times;
  const variance = kept.reduce((sum, edges) => sum + (edges - mean) ** 2, 0) / times;
  const bound = boundOf({ nodes, edges: nodes, longestRow: 1, variance: 0 }, 2);
  const deviation = (bound.edges - nodes / 4) / 6 - 1;
  assert(Math.abs(deviation / Math.sqrt(variance) - 1) < 0.15, `${deviation} of ${variance}`);
});

Deno.test("boundOf() of a single part is the graph itself", () => {
  const degrees = { nodes: 100, edges: 500, longestRow: 9, variance: 7 };
  assertEquals(boundOf(degrees, 1), {
    ...{ nodes: 100, fewestNodes: 100, edges: 500, longestRow: 9 },
  });
});

Deno.test("largerOf() takes the larger of each figure, and the fewest nodes of both", () => {
  const a = { nodes: 5, fewestNodes: 4, edges: 9, longestRow: 2 };
  const b = { nodes: 7, fewestNodes: 7, edges: 8, longestRow: 3 };
  assertEquals(largerOf(a, b), { nodes: 7, fewestNodes: 4, edges: 9, longestRow: 3 });
});

Deno.test("publishedSize() has a part's share of the nodes, and a little more than its edges", () => {
  const size = publishedSize("ogbn-products", 10);
  assertEquals(size.nodes, Math.ceil(2_449_029 / 10));
  const mean = 2 * 61_859_140 / 100;
  assert(size.edges > mean && size.edges < 1.05 * mean, `${size.edges} beside ${mean}`);
  const whole = publishedSize("ogbn-arxiv", 1);
  assertEquals([whole.nodes, whole.edges], [169_343, 2 * 1_166_243 + 169_343]);
});

Deno.test("blankGraph() has the size it is told, and the columns of its graph", () => {
  const graph = planted({ nodes: 30, degree: 4, categories: 3, tasks: 5 });
  const size = { nodes: 12, fewestNodes: 11, edges: 25, longestRow: 7 };
  const blank = blankGraph(graph, size);
  assertEquals([blank.nodes, blank.colIdx.length, blank.longestRow], [12, 25, 7]);
  assertEquals([blank.rowPtr.length, blank.rowPtr[0], blank.rowPtr[12]], [13, 0, 25]);
  for (const name of ["x", "oneHot", "labels"] as const) {
    assertEquals([blank[name]!.rows, blank[name]!.cols], [12, graph[name]!.cols]);
  }
  const { degreeScales } = prepare(graph);
  for (const name of ["symmetric", "mean", "attention"] as const) {
    const arrays = (of: typeof degreeScales) => new Set(Object.values(of[name])).size;
    assertEquals(arrays(blank.degreeScales), arrays(degreeScales), name);
  }
  assertEquals(wholeSize(blank).edges, 25);
  assert(blank.split.train.every((node) => node < 12));
});
