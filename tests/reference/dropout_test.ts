import { assert, assertEquals } from "../assert.ts";
import { dropoutKey, dropoutMask, pcg } from "./dropout.ts";
import { columns } from "./copy_columns.ts";
import { dense, mulberry32 } from "./matrix.ts";

const rate = 0.3;
const mask = dropoutMask(dropoutKey(0, 1, 2), rate, 1000, 64);

Deno.test("pcg() is exact modulo 2^32", () => {
  const next = mulberry32(1);
  const values = Array.from({ length: 1000 }, () => Math.floor(next() * 2 ** 32));
  for (const value of [0, 1, 2 ** 31, 2 ** 32 - 1, ...values]) {
    const state = (BigInt(value) * 747796405n + 2891336453n) % (1n << 32n);
    const word = (((state >> ((state >> 28n) + 4n)) ^ state) * 277803737n) % (1n << 32n);
    assertEquals(pcg(value), Number((word >> 22n) ^ word));
  }
});

Deno.test("pcg() wraps sums past 2^32", () => {
  assertEquals(pcg(2 ** 32 + 5), pcg(5));
});

Deno.test("dropoutMask() repeats what numpy's uint32 arithmetic gives", () => {
  assertEquals([0, 1, 2 ** 32 - 1].map(pcg), [129708002, 2831084092, 3861530882]);
  assertEquals(dropoutKey(7, 3, 1), 2870913765);
  const halves = dropoutMask(2870913765, 0.5, 3, 8);
  const kept = [0, 1, 1, 0, 1, 0, 1, 1, 0, 0, 1, 0, 0, 0, 1, 0, 1, 1, 1, 1, 0, 1, 1, 1];
  assertEquals([...halves.data], kept.map((bit) => 2 * bit));
});

Deno.test("dropoutMask() keeps a hash equal to the threshold", () => {
  // The hash of node 2, channel 5 under this key.
  const hash = 4270329431;
  const entry = (rate: number) => dropoutMask(2870913765, rate, 3, 1, 5).data[2]!;
  assert(entry(hash / 2 ** 32) > 0);
  assertEquals(entry((hash + 1) / 2 ** 32), 0);
});

Deno.test("dropoutMask() holds 0 and 1 / (1 - rate), with mean 1", () => {
  assertEquals(new Set(mask.data), new Set([0, 1 / (1 - rate)]));
  assert(Math.abs(mean(mask.data) - 1) < 0.01);
});

Deno.test("dropoutMask() does not correlate neighbouring entries, steps or streams", () => {
  // Right, below left, below, below right.
  for (const offset of [1, 63, 64, 65]) {
    assert(correlation(mask.data.subarray(offset), mask.data.subarray(0, -offset)) < 0.02);
  }
  for (const key of [dropoutKey(1, 1, 2), dropoutKey(0, 2, 2), dropoutKey(0, 1, 3)]) {
    assert(correlation(mask.data, dropoutMask(key, rate, 1000, 64).data) < 0.02);
  }
});

Deno.test("dropoutMask() of a slice of channels is the slice of the whole", () => {
  assertEquals(dropoutMask(dropoutKey(0, 1, 2), rate, 1000, 20, 40), columns(mask, 40, 20));
});

Deno.test("dropoutMask() of rate 0 is all ones", () => {
  assertEquals(dropoutMask(dropoutKey(3, 2, 1), 0, 10, 7), dense(10, 7, 1));
});

function correlation(a: Float64Array, b: Float64Array): number {
  const [meanA, meanB] = [mean(a), mean(b)];
  const covariance = mean(a.map((value, k) => (value - meanA) * (b[k]! - meanB)));
  const varianceA = mean(a.map((value) => (value - meanA) ** 2));
  const varianceB = mean(b.map((value) => (value - meanB) ** 2));
  return Math.abs(covariance) / Math.sqrt(varianceA * varianceB);
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
