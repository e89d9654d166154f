import { assert, assertEquals, assertThrows } from "../assert.ts";
import { FINITE_DIFFERENCE } from "../tolerances.ts";
import { columns, concatColumns } from "./copy_columns.ts";
import { finiteDifferences, fromFloat32, largestError, random, row } from "./matrix.ts";

Deno.test("finiteDifferences() gives cos for sin and leaves x as it was", () => {
  const x = random(3, 4, 1).data;
  const before = x.slice();
  const actual = finiteDifferences(() => x.reduce((sum, v) => sum + Math.sin(v), 0), x);
  assert(largestError(actual, before.map(Math.cos)) <= FINITE_DIFFERENCE);
  assertEquals(x, before);
});

Deno.test("largestError() is relative to the largest expected number", () => {
  assertEquals(largestError([1, 3], [1, 4]), 0.25);
  assertEquals(largestError([], []), 0);
  assertEquals(largestError([0, 0], [0, 0]), 0);
});

Deno.test("largestError() passes NaN on and refuses unequal lengths", () => {
  assert(Number.isNaN(largestError([NaN, 1], [1, 1])));
  assert(Number.isNaN(largestError([1, 1], [NaN, 1])));
  assert(!(largestError([Infinity], [1]) <= 1));
  assertThrows(() => largestError([1], [1, 2]), RangeError, "Cannot compare 1 numbers with 2");
});

Deno.test("columns() and concatColumns() are each other's inverse", () => {
  const x = random(4, 5, 2);
  assertEquals(concatColumns([columns(x, 0, 2), columns(x, 2, 3)]), x);
});

Deno.test("row() is a view", () => {
  const x = fromFloat32({ rows: 2, cols: 2, data: Float32Array.of(1, 2, 3, 4) });
  row(x, 1)[0] = 7;
  assertEquals([...x.data], [1, 2, 7, 4]);
});

Deno.test("random() repeats for a seed and fills [-1, 1)", () => {
  const x = random(100, 100, 3);
  assertEquals(x, random(100, 100, 3));
  assert(largestError(x.data, random(100, 100, 4).data) > 0.5);
  assert(x.data.every((value) => value >= -1 && value < 1));
  assert(Math.abs(x.data.reduce((sum, value) => sum + value, 0) / 10_000) < 0.03);
});
