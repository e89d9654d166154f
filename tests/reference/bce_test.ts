import { assert, assertEquals } from "../assert.ts";
import { FINITE_DIFFERENCE } from "../tolerances.ts";
import { bce } from "./bce.ts";
import { dense, finiteDifferences, largestError, random, row } from "./matrix.ts";

const labels = { rows: 6, cols: 4, data: random(6, 4, 1).data.map((v) => v < 0 ? 0 : 1) };

Deno.test("bce() of logits 0 is log 2", () => {
  const { loss } = bce(dense(6, 4), labels, Uint32Array.of(1, 2));
  assert(Math.abs(loss - Math.LN2) <= 1e-15);
});

Deno.test("bce() is the negative log-likelihood", () => {
  const logits = random(6, 4, 2);
  const nodes = Uint32Array.of(0, 3, 5);
  let expected = 0;
  for (const i of nodes) {
    row(logits, i).forEach((x, task) => {
      const probability = 1 / (1 + Math.exp(-x));
      expected -= Math.log(row(labels, i)[task] ? probability : 1 - probability) / 12;
    });
  }
  assert(Math.abs(bce(logits, labels, nodes).loss - expected) <= 1e-14);
});

Deno.test("bce() gives finite differences, and no gradient to nodes that are not listed", () => {
  const [logits, nodes] = [random(6, 4, 3), Uint32Array.of(4, 1, 2)];
  const { dLogits } = bce(logits, labels, nodes);
  const expected = finiteDifferences(() => bce(logits, labels, nodes).loss, logits.data);
  assert(largestError(dLogits.data, expected) <= FINITE_DIFFERENCE);
  for (const i of [0, 3, 5]) assertEquals(row(dLogits, i), new Float64Array(4));
});

Deno.test("bce() of missing labels is that of the labels there are", () => {
  const logits = random(6, 4, 4);
  const nodes = Uint32Array.of(0, 2, 5);
  const some = { ...labels, data: labels.data.slice() };
  for (const at of [1, 8, 9, 10, 11]) some.data[at] = NaN; // one of node 0, all of node 2
  let expected = 0;
  for (const i of [0, 5]) {
    row(logits, i).forEach((x, task) => {
      if (i === 0 && task === 1) return;
      const probability = 1 / (1 + Math.exp(-x));
      expected -= Math.log(row(labels, i)[task] ? probability : 1 - probability) / 7;
    });
  }
  const { loss, dLogits } = bce(logits, some, nodes);
  assert(Math.abs(loss - expected) <= 1e-14);
  const slopes = finiteDifferences(() => bce(logits, some, nodes).loss, logits.data);
  assert(largestError(dLogits.data, slopes) <= FINITE_DIFFERENCE);
  assertEquals(bce(logits, some, Uint32Array.of(2)), { loss: 0, dLogits: dense(6, 4) });
});

Deno.test("bce() stays finite for huge logits", () => {
  const logits = { rows: 1, cols: 4, data: Float64Array.of(1e4, -1e4, 1e4, -1e4) };
  const target = { rows: 1, cols: 4, data: Float64Array.of(1, 0, 0, 1) };
  const { loss, dLogits } = bce(logits, target, Uint32Array.of(0));
  assertEquals(loss, 5e3);
  assertEquals([...dLogits.data], [0, 0, 0.25, -0.25]);
});
