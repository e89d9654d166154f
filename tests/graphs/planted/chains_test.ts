import { checkGraph } from "../../../graphs/check.ts";
import type { Graph } from "../../../graphs/graph.ts";
import { chains, chainsCeiling } from "../../../graphs/planted/chains.ts";
import type { ChainsGiven } from "../../../graphs/settings.ts";
import { assert, assertEquals, assertThrows } from "../../assert.ts";
import { entries, row } from "../edge_list.ts";

const classOf = ({ labels }: Graph, i: number) => row(labels, i).indexOf(1);

Deno.test("chains() joins each node to the one before it in its chain, and no chain to another", () => {
  for (const [length, classes, perClass] of [[1, 2, 4], [2, 3, 5], [7, 4, 6]] as const) {
    const graph = checkGraph(chains({ length, classes, perClass, features: 4 }));
    const nodes = length * classes * perClass;
    assertEquals([graph.nodes, graph.x.cols, graph.labels.cols], [nodes, 4, classes]);
    const expected = Array.from({ length: nodes }, (_, i) => [i - 1, i])
      .filter(([, i]) => i! % length > 0);
    assertEquals([...entries(graph)].map(([j, i]) => [j, i]), expected);
  }
});

Deno.test("chains() shows a chain's class by its first node's features, and tells it at every node", () => {
  const [length, classes, perClass] = [5, 3, 4];
  const graph = chains({ length, classes, perClass, features: 6 });
  for (let i = 0; i < graph.nodes; i++) {
    const label = Math.floor(i / length / perClass);
    assertEquals(classOf(graph, i), label);
    const shown = i % length === 0;
    assertEquals(
      row(graph.x, i),
      Array.from({ length: 6 }, (_, c) => shown && c === label ? 1 : 0),
    );
  }
});

Deno.test("chains() adds uniform noise within its bound, and changes no split by it", () => {
  const options = { length: 50, features: 20, seed: 1 };
  const [clean, noisy] = [chains(options), chains({ ...options, noise: 0.5 })];
  assertEquals(noisy.split, clean.split);
  const noise = noisy.x.data.map((value, at) => value - clean.x.data[at]!);
  assert(noise.every((value) => Math.abs(value) <= 0.5 + 1e-6));
  const mean = noise.reduce((sum, value) => sum + value) / noise.length;
  const square = noise.reduce((sum, value) => sum + value ** 2, 0) / noise.length;
  // 40,000 draws: five standard errors of a uniform variable's mean and mean square.
  assert(Math.abs(mean) <= 5 * 0.5 / Math.sqrt(3 * noise.length), `mean ${mean}`);
  assert(
    Math.abs(square - 0.5 ** 2 / 3) <= 5 * 0.075 / Math.sqrt(noise.length),
    `square ${square}`,
  );
});

Deno.test("chains() gives each part whole chains, as many of every class", () => {
  const [length, classes] = [4, 3];
  for (const [perClass, counts] of [[4, [2, 1, 1]], [5, [3, 1, 1]], [20, [12, 4, 4]]] as const) {
    const graph = chains({ length, classes, perClass });
    const { train, valid, test } = graph.split;
    assertEquals([...train, ...valid, ...test].sort((a, b) => a - b), [
      ...Array(graph.nodes).keys(),
    ]);
    [train, valid, test].forEach((part, p) => {
      const places = Array.from(part, (i) => `${classOf(graph, i)} ${i % length}`);
      for (let label = 0; label < classes; label++) {
        for (let place = 0; place < length; place++) {
          const count = places.filter((text) => text === `${label} ${place}`).length;
          assertEquals(count, counts[p]);
        }
      }
    });
  }
});

Deno.test("chains() repeats itself for a seed, and not for another", () => {
  const options = { noise: 0.1, seed: 3 };
  assertEquals(chains(options), chains(options));
  const other = chains({ ...options, seed: 4 });
  assert(chains(options).x.data.join() !== other.x.data.join());
  assert(chains(options).split.test.join() !== other.split.test.join());
});

Deno.test("chains() refuses what it cannot make", () => {
  const refusals: [ChainsGiven, string][] = [
    [{ length: 0 }, "Cannot use length 0: expected a whole number from 1"],
    [{ perClass: 3 }, "Cannot use perClass 3: expected a whole number from 4"],
    [{ classes: 3, features: 2 }, "Cannot show 3 classes by 2 features: one is needed for each"],
    [{ noise: -1 }, "Cannot use noise -1: expected a number from 0"],
    [
      { length: 2 ** 20 },
      "their features would have 4194304000 values, expected at most 2147483648",
    ],
  ];
  for (const [options, message] of refusals) {
    assertThrows(() => chains(options), RangeError, message);
  }
});

Deno.test("chainsCeiling() is the best that any rule of a node's own hops does", () => {
  for (const [length, classes] of [[1, 2], [4, 2], [6, 3]] as const) {
    const graph = chains({ length, classes, perClass: 5, features: 3 });
    for (let hops = 0; hops <= length; hops++) {
      for (const part of [graph.split.train, graph.split.valid, graph.split.test]) {
        const error = Math.abs(
          chainsCeiling({ length, classes }, hops) - bestOf(graph, hops, part),
        );
        assert(error <= 1e-12, `${hops} hops of ${length} nodes are off by ${error}`);
      }
    }
  }
});

/**
 * The accuracy of the best rule there is for nodes that see their own features and those of so many nodes
 * before them, and how many there are: of all that look alike it takes the most frequent class.
 */
function bestOf(graph: Graph, hops: number, part: Uint32Array): number {
  const views = new Map<string, number[]>();
  for (const i of part) {
    const seen: number[][] = [];
    for (let at = i, hop = 0; hop <= hops; hop++) {
      seen.push(row(graph.x, at));
      const [begin, end] = [graph.rowPtr[at]!, graph.rowPtr[at + 1]!];
      if (begin === end) break;
      at = graph.colIdx[begin]!;
    }
    const view = JSON.stringify(seen);
    views.set(view, [...views.get(view) ?? [], classOf(graph, i)]);
  }
  const right = [...views.values()].map((classes) =>
    Math.max(...classes.map((one) => classes.filter((other) => other === one).length))
  );
  return right.reduce((sum, count) => sum + count, 0) / part.length;
}
