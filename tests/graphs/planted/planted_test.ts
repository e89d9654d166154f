import { checkGraph } from "../../../graphs/check.ts";
import type { Graph } from "../../../graphs/graph.ts";
import { planted } from "../../../graphs/planted/planted.ts";
import type { PlantedGiven } from "../../../graphs/settings.ts";
import { assert, assertEquals, assertThrows } from "../../assert.ts";
import { dense, entries, row } from "../edge_list.ts";

const degrees = ({ rowPtr }: Graph) => Array.from(rowPtr.subarray(1), (end, i) => end - rowPtr[i]!);

Deno.test("planted() makes a valid graph of the size asked for", () => {
  const cases: (PlantedGiven & { nodes: number; degree: number })[] = [
    { nodes: 1, degree: 0 },
    { nodes: 8, degree: 3 },
    { nodes: 8, degree: 7 },
    { nodes: 500, degree: 12 },
    { nodes: 500, degree: 12, skew: 1 },
    { nodes: 300, degree: 7, communities: 1, features: 3, edgeFeatures: 2, tasks: 5 },
    { nodes: 100, degree: 4, communities: 200, edgeFeatures: 0, features: 0, tasks: 0 },
    { nodes: 200, degree: 6, categories: 4 },
    { nodes: 200, degree: 6, categories: 4, tasks: 5, classes: true },
    { nodes: 200, degree: 6, regular: true },
  ];
  for (const options of cases) {
    const graph = checkGraph(planted(options));
    const { nodes, degree, features = 16, edgeFeatures = 8, tasks = 8, categories } = options;
    assertEquals(graph.nodes, nodes);
    assertEquals(graph.colIdx.length, nodes * degree);
    assertEquals(graph.edgeFeatures.cols, edgeFeatures);
    assertEquals(graph.x.cols, categories ? edgeFeatures : features);
    assertEquals(graph.oneHot?.cols, categories);
    assertEquals(graph.labels.cols, tasks);
  }
});

Deno.test("planted() joins each pair once, in both directions, with the same features", () => {
  for (const skew of [0, 1]) {
    const graph = planted({ nodes: 120, degree: 9, skew });
    const adjacency = dense(graph.nodes, entries(graph));
    const features = new Map([...entries(graph)].map((edge, e) => [
      edge.join(),
      row(graph.edgeFeatures, e),
    ]));
    for (const [j, i] of entries(graph)) {
      assert(i !== j && adjacency[i]![j] === 1 && adjacency[j]![i] === 1, `${j} → ${i}`);
      assertEquals(features.get(`${j},${i}`), features.get(`${i},${j}`));
    }
    assert(graph.edgeFeatures.data.every((value) => value >= 0 && value <= 1));
  }
});

Deno.test("planted() makes hubs and lonely nodes where asked for", () => {
  const even = degrees(planted({ nodes: 2000, degree: 10 }));
  const skewed = degrees(planted({ nodes: 2000, degree: 10, skew: 1 }));
  assert(Math.max(...even) < 30, `at most ${Math.max(...even)} of mean 10`);
  assert(Math.max(...skewed) > 60, `at most ${Math.max(...skewed)} of mean 10`);
  assert(skewed.includes(0));
});

Deno.test("planted() gives every node as many in-edges, if regular", () => {
  const graph = planted({ nodes: 300, degree: 6, regular: true });
  assertEquals(new Set(degrees(graph)), new Set([6]));
  const sources = new Set(graph.colIdx);
  assert(sources.size > 280, `${sources.size} of 300 nodes are sources`);
});

Deno.test("planted() sums a node's edge features into x, given categories", () => {
  const graph = planted({ nodes: 50, degree: 5, categories: 3 });
  const sums = Array.from({ length: 50 }, () => new Array<number>(8).fill(0));
  for (const [e, [, i]] of [...entries(graph)].entries()) {
    row(graph.edgeFeatures, e).forEach((value, c) => sums[i]![c]! += value);
  }
  for (let i = 0; i < 50; i++) {
    const error = Math.max(...row(graph.x, i).map((value, c) => Math.abs(value - sums[i]![c]!)));
    assert(error < 1e-5, `node ${i} is off by ${error}`);
  }
});

Deno.test("planted() repeats itself for a seed, and not for another", () => {
  const options = { nodes: 100, degree: 5, categories: 2, seed: 3 };
  assertEquals(planted(options), planted(options));
  const other = planted({ ...options, seed: 4 });
  assert(planted(options).colIdx.join() !== other.colIdx.join());
});

Deno.test("planted() keeps edges and split whatever the tasks", () => {
  const [few, many] = [2, 30].map((tasks) => planted({ nodes: 100, degree: 5, tasks }));
  assertEquals(few!.colIdx, many!.colIdx);
  assertEquals(few!.edgeFeatures, many!.edgeFeatures);
  assertEquals(few!.split, many!.split);
});

Deno.test("planted() makes tasks of 20 to 50 % ones", () => {
  for (const categories of [0, 8]) {
    const { labels } = planted({ nodes: 1000, degree: 8, tasks: 20, categories });
    for (let task = 0; task < 20; task++) {
      const ones = labels.data.filter((value, at) => at % 20 === task && value === 1).length;
      assert(ones >= 200 && ones <= 501, `task ${task} has ${ones} ones of 1000`);
    }
  }
});

Deno.test("planted() makes labels that neighbours predict, and neighbours of neighbours predict better", () => {
  const graph = planted({ nodes: 2000, degree: 10 });
  const near = meanAccuracy(graph, 1);
  const far = meanAccuracy(graph, 2);
  assert(near > 0.7, `a vote of the neighbours is right for ${near}`);
  assert(far > near + 0.02, `a vote of their neighbours for ${far}, after ${near}`);
});

Deno.test("planted() has pairs within communities, and edges that tell it, as far as asked for", () => {
  const communities = 5;
  for (const [within, confidence] of [[0.8, 1], [0.3, 1], [0.3, 0]] as const) {
    const graph = planted({ nodes: 1000, degree: 10, communities, within, confidence });
    const sums = { inside: [0, 0], outside: [0, 0] };
    for (const [e, [j, i]] of [...entries(graph)].entries()) {
      const [side, features] = [
        j % communities === i % communities ? "inside" as const : "outside" as const,
        row(graph.edgeFeatures, e),
      ];
      sums[side][0]! += features.reduce((sum, value) => sum + value) / features.length;
      sums[side][1]!++;
    }
    const [inside, outside] = [sums.inside, sums.outside].map(([sum, count]) => sum! / count!);
    const share = sums.inside[1]! / graph.colIdx.length;
    // Of pairs drawn from all nodes, one of five is within a community too.
    const expected = within + (1 - within) / communities;
    assert(Math.abs(share - expected) < 0.03, `${share} within, asked for ${within}`);
    // The larger of two draws has mean 2/3, the smaller one 1/3.
    const told = inside! - outside!;
    const most = confidence === 1 ? 1 / 3 : 0;
    assert(Math.abs(told - most) < 0.02, `within and beyond differ by ${told}`);
  }
});

Deno.test("planted() has noise of its own and rare ones in labels, as far as asked for", () => {
  const options = { nodes: 2000, degree: 10, tasks: 10 };
  const [clean, noisy] = [0, 2].map((noise) => planted({ ...options, noise }));
  assertEquals([noisy!.colIdx, noisy!.x], [clean!.colIdx, clean!.x]);
  const [told, less] = [meanAccuracy(clean!, 2), meanAccuracy(noisy!, 2)];
  assert(less > 0.52 && less < told - 0.1, `${less} with noise, ${told} without`);
  const rare = planted({ ...options, positives: 0.05 }).labels;
  for (let task = 0; task < 10; task++) {
    const ones = rare.data.filter((value, at) => at % 10 === task && value === 1).length;
    assert(ones >= 50 && ones <= 151, `task ${task} has ${ones} ones of 2000`);
  }
});

/** Share of balanced labels that an h-hop average of the training labels tells. */
function meanAccuracy({ nodes, rowPtr, colIdx, labels, split }: Graph, hops: number): number {
  const tasks = labels.cols;
  let total = 0;
  for (let task = 0; task < tasks; task++) {
    const label = Array.from({ length: nodes }, (_, i) => labels.data[i * tasks + task]!);
    const base = label.reduce((sum, value) => sum + value) / nodes;
    let vote = new Array<number>(nodes).fill(0);
    for (const i of split.train) vote[i] = label[i]! - base;
    for (let hop = 0; hop < hops; hop++) {
      vote = vote.map((_, i) =>
        colIdx.subarray(rowPtr[i], rowPtr[i + 1]).reduce((sum, j) => sum + vote[j]!, 0)
      );
    }
    const right = (wanted: number) => {
      const judged = [...split.test].filter((i) => label[i] === wanted);
      return judged.filter((i) => +(vote[i]! > 0) === wanted).length / judged.length;
    };
    total += (right(0) + right(1)) / 2;
  }
  return total / tasks;
}

Deno.test("planted() refuses what it cannot plant", () => {
  const refusals: [PlantedGiven, string][] = [
    [{ nodes: 0, degree: 0 }, "Cannot use nodes 0: expected a whole number from 1"],
    [{ nodes: 2.5, degree: 1 }, "Cannot use nodes 2.5: expected a whole number from 1"],
    [{ nodes: 5, degree: 5 }, "Cannot plant 5 nodes with degree 5: expected 0 to 4 neighbours"],
    [{ nodes: 5, degree: NaN }, "Cannot use degree NaN: expected a number from 0"],
    [{ nodes: 5, degree: 1.5, regular: true }, "expected a whole number, as each node has"],
    [{ nodes: 5, degree: 1, tasks: -1 }, "Cannot use tasks -1: expected a whole number from 0"],
    [
      { nodes: 5, degree: 1, communities: 0 },
      "Cannot use communities 0: expected a whole number from 1",
    ],
    [
      { nodes: 5, degree: 1, skew: NaN },
      "Cannot use skew NaN: expected a number from 0 and up to 10",
    ],
    [{ nodes: 5, degree: 1, seed: 0.5 }, "Cannot use seed 0.5: expected a whole number from 0"],
    [{ nodes: 40, degree: 39, skew: 10 }, "pairs were found: lower degree or skew"],
  ];
  for (const [options, message] of refusals) {
    assertThrows(() => planted(options), RangeError, message);
  }
});

Deno.test("planted() of classes gives each a share of the nodes, and the edges as they were", () => {
  const options = { nodes: 1000, degree: 6, tasks: 5 };
  const [graph, tasks] = [planted({ ...options, classes: true }), planted(options)];
  assertEquals([graph.classes, tasks.classes], [true, undefined]);
  assertEquals([graph.colIdx, graph.x], [tasks.colIdx, tasks.x]);
  const counts = Array(5).fill(0);
  graph.labels.data.forEach((label, at) => counts[at % 5] += label);
  assert(counts.every((count) => count > 20), counts.join());
  const none = () => planted({ ...options, tasks: 0, classes: true });
  assertThrows(none, RangeError, "Cannot plant a graph of 0 classes: one is needed");
});
