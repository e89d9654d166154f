/** Votes of neighbours and ridge regression: by hand, and by NumPy. */
import { fromEdges } from "../../../graphs/csr.ts";
import type { Graph, Matrix } from "../../../graphs/graph.ts";
import { zeros } from "../../../graphs/matrix.ts";
import { planted } from "../../../graphs/planted/planted.ts";
import { measureBaselines } from "../../../training/baselines/baselines.ts";
import { withHops } from "../../../training/baselines/hop_features.ts";
import { neighbourVotes, shareOf } from "../../../training/baselines/neighbour_votes.ts";
import {
  type LinearMap,
  predictLinear,
  ridgeRegressions,
  STRENGTHS,
} from "../../../training/baselines/ridge_regression.ts";
import { ScoredNodes } from "../../../training/baselines/scored_nodes.ts";
import { assert, assertEquals } from "../../assert.ts";
import golden from "../../goldens/baselines.json" with { type: "json" };
import { FLOAT64, ROUNDING } from "../../tolerances.ts";

/** A path 0 – 1 – 2 – 3 whose ends are trained on, and node 4 alone; the feature of node i is 2 i. */
function path(labels: readonly number[] = [1, 1, 0, 0, 1]): Graph {
  const [from, to] = [[0, 1, 1, 2, 2, 3], [1, 0, 2, 1, 3, 2]].map((one) => Uint32Array.from(one));
  return {
    name: "path",
    nodes: 5,
    ...fromEdges(5, from!, to!, zeros(6, 0)),
    x: { data: Float32Array.of(0, 2, 4, 6, 8), rows: 5, cols: 1 },
    labels: { data: Float32Array.from(labels), rows: 5, cols: 1 },
    split: { train: Uint32Array.of(0, 3), valid: Uint32Array.of(1, 4), test: Uint32Array.of(2) },
  };
}

function shares(graph: Graph, hops: readonly number[]): number[][] {
  const nodes = new ScoredNodes(graph).nodes;
  return neighbourVotes(graph, hops, nodes).map((votes) => [...shareOf(votes, graph).data]);
}

Deno.test("neighbourVotes() counts walks from training nodes; who has no vote takes the usual share", () => {
  // One hop: 1 hears of 0, and 2 of 3. Two hops: each of both. Four hops, as walks go back and forth:
  // to 1 three from 0 (of 1, 3, 3 edges) and four from 3 (of 2, 4, 4, 4).
  assertEquals(shares(path(), [1, 2, 4]), [
    [1, 0.5, 0],
    [0.5, 0.5, 0.5],
    [3 / 7, 0.5, 4 / 7].map(Math.fround),
  ]);
  assertEquals(shares(path(), [3]), [[3 / 4, 0.5, 1 / 4].map(Math.fround)]);
});

Deno.test("neighbourVotes() leaves missing labels out of a task's votes", () => {
  assertEquals(shares(path([1, 0, 0, NaN, 0]), [2]), [[1, 1, 1]]);
  assertEquals(shares(path([NaN, 0, 0, NaN, 0]), [2]), [[0, 0, 0]]);
});

Deno.test("ridgeRegressions() of one column is the formula's line", () => {
  // x − 3 is ∓3 and y − ½ is ±½: XᵀX = 18, XᵀY = −3, and λ the strength times 18.
  const graph = path();
  const maps = [...ridgeRegressions(graph.x, graph)];
  maps.forEach((map, k) => {
    const slope = -3 / (18 * (1 + STRENGTHS[k]!));
    const line = [2, 8, 4].map((x) => Math.fround(0.5 + slope * (x - 3)));
    const { data } = predictLinear(map, graph.x, new ScoredNodes(graph).nodes);
    assert(!(largestDifference([...data], line) > ROUNDING), `${data} against ${line}`);
  });
});

Deno.test("measureBaselines() has no score where a part has a single label, nor ridge without features", () => {
  const baselines = measureBaselines({ ...path(), x: zeros(5, 0) });
  assertEquals(
    baselines.map(({ name }) => name),
    [1, 2, 4].map((hops) => `vote over ${hops} ${hops === 1 ? "hop" : "hops"}`),
  );
  assertEquals(baselines.map(({ test }) => test), [null, null, null]);
});

Deno.test("measureBaselines() scores classes by accuracy, and says what would take too long", () => {
  const graph = planted({ nodes: 300, tasks: 3, classes: true, features: 2, degree: 6 });
  const baselines = measureBaselines(graph);
  assertEquals(baselines.map(({ name }) => name).slice(3), [
    "ridge regression on features",
    "ridge regression on features + 2 hops",
  ]);
  for (const { valid, test } of baselines) {
    // Shares of 60 nodes.
    for (const score of [valid!, test!]) assertEquals(Math.round(60 * score) / 60, score);
  }
  const [features, hops] = measureBaselines(graph, { mostWork: 20_000 }).slice(-2);
  assertEquals(features!.skipped, undefined);
  assertEquals([hops!.skipped, hops!.test], ["6 columns of 180 nodes are too many", null]);
});

/** A matrix of the golden's, in which null is a missing value. */
function matrix(values: readonly (number | null)[], rows: number): Matrix {
  return {
    data: Float32Array.from(values, (value) => value ?? NaN),
    rows,
    cols: values.length / rows,
  };
}

const { train, valid, test } = golden.split;
const GOLDEN: Graph = {
  name: "golden",
  nodes: golden.nodes,
  rowPtr: Uint32Array.from(golden.rowPtr),
  colIdx: Uint32Array.from(golden.colIdx),
  edgeFeatures: zeros(golden.colIdx.length, 0),
  x: matrix(golden.x, golden.nodes),
  labels: matrix(golden.labels, golden.nodes),
  split: {
    train: Uint32Array.from(train),
    valid: Uint32Array.from(valid),
    test: Uint32Array.from(test),
  },
};

function largestDifference(found: readonly number[], expected: readonly number[]): number {
  assertEquals(found.length, expected.length);
  return Math.max(...found.map((value, k) => Math.abs(value - expected[k]!)));
}

Deno.test("neighbourVotes() are those of NumPy's powers of the adjacency, and their scores", () => {
  const scored = new ScoredNodes(GOLDEN);
  const votes = neighbourVotes(GOLDEN, golden.votes.map(({ hops }) => hops), scored.nodes);
  golden.votes.forEach((expected, k) => {
    const found = shareOf(votes[k]!, GOLDEN);
    const error = largestDifference([...found.data], expected.shares);
    assert(!(error > ROUNDING), `${expected.hops} hops: ${error}`);
    const { test } = scored.scores(found);
    assert(!(Math.abs(test! - expected.test) > FLOAT64), `${test} against ${expected.test}`);
  });
});

Deno.test("ridgeRegressions() are NumPy's least squares, with fewer columns than nodes and with more", () => {
  const scored = new ScoredNodes(GOLDEN);
  const predicted = (maps: Iterable<LinearMap>, x: Matrix) =>
    Array.from(maps, (map) => [...predictLinear(map, x, scored.nodes).data]);
  const { x } = GOLDEN;
  const wide = withHops(GOLDEN, x, 2);
  assert(!(largestDifference([...wide.data], golden.withHops as number[]) > ROUNDING));
  assert(x.cols < train.length && wide.cols > train.length, "both of the formula's forms");
  for (const [features, expected] of [[x, golden.ridge], [wide, golden.ridgeOfHops]] as const) {
    const found = predicted(ridgeRegressions(features, GOLDEN), features);
    assertEquals(found.length, expected.length);
    found.forEach((values, k) => {
      const error = largestDifference(values, expected[k] as number[]);
      assert(!(error > RIDGE), `${features.cols} columns, strength ${STRENGTHS[k]}: ${error}`);
    });
  }
});

/** Means over neighbours in float32, whose roundings the least strength multiplies by its condition of 1e3. */
const RIDGE = 1e-4;
