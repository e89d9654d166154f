/** `graphFacts()` of graphs that are counted by hand. */
import { binStart, degreesOf } from "../../../graphs/description/degrees.ts";
import { graphFacts } from "../../../graphs/description/graph_facts.ts";
import { fromEdges } from "../../../graphs/csr.ts";
import type { Graph } from "../../../graphs/graph.ts";
import { zeros } from "../../../graphs/matrix.ts";
import { assert, assertEquals } from "../../assert.ts";
import { FLOAT64 } from "../../tolerances.ts";

/**
 * Edges 0 ⇄ 1 → 2, 3 ⇄ 4, loops at 2 and 6, none at 5; nodes 0 and 1 are of class 0, nodes 2 and 3 of
 * class 1, the others of none.
 */
const SEVEN: Graph = {
  name: "seven",
  nodes: 7,
  ...fromEdges(
    7,
    Uint32Array.of(0, 1, 1, 2, 3, 4, 6),
    Uint32Array.of(1, 0, 2, 2, 4, 3, 6),
    zeros(7, 0),
  ),
  x: { data: Float32Array.of(3, 4, 3, 0, 3, 0, 3, 0, 3, 0, 3, 0, 3, -1), rows: 7, cols: 2 },
  labels: {
    data: Float32Array.of(1, 0, 1, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0),
    rows: 7,
    cols: 2,
  },
  classes: true,
  labelValues: [5, 9],
  split: { train: Uint32Array.of(0, 2), valid: Uint32Array.of(1), test: Uint32Array.of(3) },
};

Deno.test("graphFacts() counts edges, directions, loops, isolated nodes and components", () => {
  const { inDegrees, outDegrees, ...edges } = graphFacts(SEVEN).edges;
  assertEquals(edges, {
    count: 7,
    loops: 2,
    reversed: 4,
    features: 0,
    weighted: false,
    isolated: 2,
    components: 4,
    largestComponent: 3,
  });
  const one = { least: 0, mean: 1, most: 2, quantiles: [1, 1, 1, 2, 2], histogram: [1, 5, 1] };
  assertEquals([inDegrees, outDegrees], [one, one]);
});

Deno.test("degreesOf() puts each degree into the bin that begins at or below it", () => {
  const { histogram, quantiles } = degreesOf(Uint32Array.of(0, 0, 1, 2, 3, 4, 7, 8, 2 ** 31));
  assertEquals([...histogram.slice(0, 5), histogram.length, histogram.at(-1)], [
    ...[2, 1, 2, 2, 1],
    ...[33, 1],
  ]);
  assertEquals([0, 1, 2, 3, 32].map(binStart), [0, 1, 2, 4, 2 ** 31]);
  assertEquals(quantiles, [1, 3, 7, 2 ** 31, 2 ** 31]);
  assertEquals(degreesOf(Uint32Array.of(3, 2, 1, 0)).quantiles, [0, 1, 2, 3, 3]);
});

Deno.test("graphFacts() counts labels in all nodes and in each part, and who has none", () => {
  const { labels, split, classes } = graphFacts(SEVEN);
  assertEquals(classes, true);
  assertEquals(split, { train: 2, valid: 1, test: 1, outside: 3 });
  const counts = (labelled: number, positive: number) => ({ labelled, positive });
  assertEquals(labels, [
    {
      value: 5,
      all: counts(4, 2),
      train: counts(2, 1),
      valid: counts(1, 1),
      test: counts(1, 0),
    },
    {
      value: 9,
      all: counts(4, 2),
      train: counts(2, 1),
      valid: counts(1, 0),
      test: counts(1, 1),
    },
  ]);
});

Deno.test("graphFacts() adjusts homophily for the degrees of each class", () => {
  // 0 ⇄ 1 join equal classes, 1 → 2 does not: 2 of 3. Of six ends, five are of class 0.
  const { edges, same, adjusted } = graphFacts(SEVEN).homophily!;
  assertEquals([edges, same], [3, 2 / 3]);
  const chance = (25 + 1) / 36;
  assert(!(Math.abs(adjusted - (2 / 3 - chance) / (1 - chance)) > FLOAT64), `${adjusted}`);
});

Deno.test("graphFacts() takes homophily of tasks as the mean of those that have both values", () => {
  const tasks: Graph = {
    ...SEVEN,
    labels: {
      // The second is 1 throughout, the third unknown but to node 4.
      data: Float32Array.from(
        [1, 1, 0, 0, 1, 1, 0].flatMap((y, node) => [y, 1, node === 4 ? 1 : NaN]),
      ),
      rows: 7,
      cols: 3,
    },
    classes: false,
  };
  // 0 ⇄ 1 agree, 1 → 2 and 3 ⇄ 4 do not. Of ten ends, seven are of label 1.
  const { edges, same, adjusted } = graphFacts(tasks).homophily!;
  assertEquals([edges, same], [5, 2 / 5]);
  const chance = (49 + 9) / 100;
  assert(!(Math.abs(adjusted - (2 / 5 - chance) / (1 - chance)) > FLOAT64), `${adjusted}`);
  const alike = { ...tasks, labels: { ...tasks.labels, data: new Float32Array(21) } };
  assertEquals(graphFacts(alike).homophily, null);
});

Deno.test("graphFacts() tells features: constants, zeros, range and length; none of no columns", () => {
  assertEquals(graphFacts(SEVEN).features, {
    columns: 2,
    constant: 1,
    zeros: 5 / 14,
    least: -1,
    most: 4,
    meanLength: (5 + 5 * 3 + Math.sqrt(10)) / 7,
  });
  assertEquals(graphFacts({ ...SEVEN, x: zeros(7, 0) }).features, null);
});
