import type { Matrix } from "../../../graphs/graph.ts";
import { accuracy, meanRocAuc, rocAuc } from "../../../training/steps/metrics.ts";
import { assert, assertEquals, assertThrows } from "../../assert.ts";

/** Counts every pair of a positive and a negative: the definition. */
function pairCount(scores: Float32Array, labels: Float32Array): number {
  let pairs = 0;
  let won = 0;
  for (const [i, positive] of labels.entries()) {
    for (const [j, negative] of labels.entries()) {
      if (positive !== 1 || negative !== 0) continue;
      pairs++;
      won += scores[i]! > scores[j]! ? 1 : scores[i]! === scores[j]! ? 0.5 : 0;
    }
  }
  return won / pairs;
}

/** Marsaglia's xorshift32, so that a failure comes again. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

const matrix = (cols: number, ...values: number[]): Matrix => (
  { data: Float32Array.from(values), rows: values.length / cols, cols }
);

Deno.test("rocAuc() equals the count of pairs, ties and infinities included", () => {
  const draw = random(1);
  for (const size of [2, 3, 17, 100, 311]) {
    for (const levels of [1, 2, 5, 1e6]) {
      const length = { length: size };
      const scores = Float32Array.from(length, () => Math.floor(draw() * levels) - levels / 2);
      const labels = Float32Array.from(
        length,
        (_, i) => i === 0 ? 1 : i === 1 ? 0 : +(draw() < 0.3),
      );
      scores[size - 1] = Infinity;
      scores[size >> 1] = -Infinity;
      assertEquals(rocAuc(scores, labels), pairCount(scores, labels));
    }
  }
});

Deno.test("rocAuc() is 1, 0 and 0.5 for perfect, reversed and constant scores", () => {
  const labels = Float32Array.of(0, 1, 0, 1, 1);
  assertEquals(rocAuc(labels, labels), 1);
  assertEquals(rocAuc(labels.map((label) => -label), labels), 0);
  assertEquals(rocAuc(new Float32Array(5), labels), 0.5);
});

Deno.test("rocAuc() counts 0 and -0 as a tie", () => {
  assertEquals(rocAuc(Float32Array.of(-0, 0), Float32Array.of(1, 0)), 0.5);
});

Deno.test("rocAuc() is undefined without both classes", () => {
  assertEquals(rocAuc(Float32Array.of(1, 2), Float32Array.of(1, 1)), undefined);
  assertEquals(rocAuc(Float32Array.of(1, 2), Float32Array.of(0, 0)), undefined);
  assertEquals(rocAuc(new Float32Array(0), new Float32Array(0)), undefined);
});

Deno.test("rocAuc() leaves out a node without a label", () => {
  assertEquals(rocAuc(Float32Array.of(9, 1, 2), Float32Array.of(NaN, 0, 1)), 1);
});

Deno.test("rocAuc() refuses NaN scores and unequal lengths", () => {
  for (const labels of [[1, 0], [0, 1]]) {
    assertThrows(
      () => rocAuc(Float32Array.of(NaN, 1), Float32Array.from(labels)),
      RangeError,
      "Cannot rank the scores of task 0: one is NaN",
    );
  }
  assertThrows(
    () => rocAuc(new Float32Array(2), new Float32Array(3)),
    RangeError,
    "each must have a label: 2 scores, 3 labels",
  );
});

Deno.test("meanRocAuc() averages the tasks that have both classes among the nodes", () => {
  const tasks = 4;
  const draw = random(2);
  const logits = matrix(tasks, ...Array.from({ length: 50 * tasks }, () => Math.round(9 * draw())));
  const labels = matrix(tasks, ...logits.data.map(() => +(draw() < 0.5)));
  const nodes = Uint32Array.from([...Array(50).keys()].filter((node) => node % 3 > 0).reverse());
  for (const node of nodes) labels.data[node * tasks + 2] = 1;
  const column = ({ data }: Matrix, task: number) =>
    Float32Array.from(nodes, (node) => data[node * tasks + task]!);
  const expected = [0, 1, 3].map((task) => pairCount(column(logits, task), column(labels, task)));
  const mean = expected.reduce((sum, auc) => sum + auc) / 3;
  assert(Math.abs(meanRocAuc(logits, labels, nodes) - mean) < 1e-15);
});

Deno.test("meanRocAuc() refuses nodes of one class, no nodes, and other shapes", () => {
  const labels = matrix(2, 1, 0, 1, 0);
  for (const nodes of [Uint32Array.of(0, 1), new Uint32Array(0)]) {
    assertThrows(
      () => meanRocAuc(labels, labels, nodes),
      RangeError,
      `Cannot average ROC-AUC as no task has both classes: 2 tasks, ${nodes.length} nodes`,
    );
  }
  assertThrows(
    () => meanRocAuc(matrix(1, 1, 2), labels, Uint32Array.of(0)),
    RangeError,
    "logits are 2 × 1, labels 2 × 2",
  );
});

Deno.test("accuracy() equals argmax counted by hand, infinities included", () => {
  const draw = random(3);
  for (const classes of [1, 2, 3, 7]) {
    for (const levels of [2, 1e6]) {
      const values = Array.from({ length: 60 * classes }, () => Math.floor(draw() * levels));
      values[0] = Infinity;
      values[values.length - 1] = -Infinity;
      const logits = matrix(classes, ...values);
      const of = Array.from({ length: 60 }, () => Math.floor(draw() * classes));
      const labels = matrix(
        classes,
        ...of.flatMap((c) => values.slice(0, classes).map((_, k) => +(k === c))),
      );
      const nodes = Uint32Array.from(
        [...Array(60).keys()].filter((node) => node % 4 > 0).reverse(),
      );
      const right = [...nodes].filter((node) => {
        const row = values.slice(node * classes, (node + 1) * classes);
        return row.indexOf(Math.max(...row)) === of[node];
      });
      assertEquals(accuracy(logits, labels, nodes), right.length / nodes.length);
    }
  }
});

Deno.test("accuracy() takes the first class of equal logits", () => {
  const labels = matrix(3, 0, 1, 0, 0, 0, 1);
  const logits = matrix(3, -1, 2, 2, -1, 2, 2);
  assertEquals(accuracy(logits, labels, Uint32Array.of(0, 1)), 0.5);
});

Deno.test("accuracy() refuses NaN, no nodes and other shapes", () => {
  const labels = matrix(2, 1, 0, 0, 1);
  const nodes = Uint32Array.of(0, 1);
  for (const row of [[NaN, 0], [0, NaN]]) {
    const message = "Cannot choose a class for node 1: logit ";
    assertThrows(() => accuracy(matrix(2, 0, 0, ...row), labels, nodes), RangeError, message);
  }
  assertEquals(accuracy(matrix(2, 1, 0, NaN, 0), labels, Uint32Array.of(0)), 1);
  assertThrows(() => accuracy(labels, labels, Uint32Array.of()), RangeError, "there are no nodes");
  const other = () => accuracy(matrix(1, 1, 2), labels, nodes);
  assertThrows(other, RangeError, "logits are 2 × 1, labels 2 × 2");
});
