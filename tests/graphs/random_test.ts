import { Random } from "../../graphs/random.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";

function take<T>(count: number, draw: () => T): T[] {
  return Array.from({ length: count }, draw);
}

Deno.test("Random draws the same numbers for the same seed, on every machine", () => {
  const random = new Random(0);
  assertEquals(take(4, () => random.uint32()), [2821636464, 3977490383, 2701097988, 1513719303]);
});

Deno.test("Random draws other numbers for another seed or stream", () => {
  const starts = new Set<string>();
  const seeds = [0, 1, 2, -1, 2 ** 32, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER];
  for (const seed of seeds) {
    for (const stream of [0, 1, 2, 2 ** 32]) {
      const random = new Random(seed, stream);
      starts.add(take(4, () => random.uint32()).join());
    }
  }
  assertEquals(starts.size, 4 * seeds.length);
});

Deno.test("Random refuses a seed that is no whole number", () => {
  assertThrows(() => new Random(0.5), RangeError, "Cannot draw with seed 0.5");
  assertThrows(() => new Random(0, NaN), RangeError, "Cannot draw with stream NaN");
});

Deno.test("uint32() sets every bit half the time, whatever the one before", () => {
  const random = new Random(1);
  const draws = take(20_000, () => random.uint32());
  for (let bit = 0; bit < 32; bit++) {
    const ones = draws.filter((word) => word >>> bit & 1).length;
    const changes = draws.filter((word, k) => (word ^ draws[k - 1]!) >>> bit & 1).length;
    // Five standard deviations of 20,000 fair coins.
    assert(Math.abs(ones - 10_000) < 354, `bit ${bit} is set ${ones} times`);
    assert(Math.abs(changes - 10_000) < 354, `bit ${bit} changes ${changes} times`);
  }
});

Deno.test("float() draws numbers in [0, 1) that float32 holds exactly", () => {
  const random = new Random(2);
  const draws = take(20_000, () => random.float());
  assert(draws.every((value) => value >= 0 && value < 1 && Math.fround(value) === value));
  const mean = draws.reduce((sum, value) => sum + value) / draws.length;
  assert(Math.abs(mean - 0.5) < 0.0103, `mean ${mean}`);
});

Deno.test("below() draws each number alike, of a bound that is no power of two", () => {
  const random = new Random(3);
  const counts = new Array<number>(7).fill(0);
  take(70_000, () => counts[random.below(7)]!++);
  const chiSquare = counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0);
  assert(chiSquare < 22.5, `χ² of 6 degrees is ${chiSquare}, above 22.5 once in a thousand`);
});

Deno.test("below() has no bias where the bound is three quarters of 2³²", () => {
  // A bare remainder would draw the lowest third twice as often as it should.
  const random = new Random(4);
  const low = take(20_000, () => random.below(3 * 2 ** 30)).filter((n) => n < 2 ** 30).length;
  assert(Math.abs(low - 6667) < 334, `${low} of 20,000 in the lowest third`);
});

Deno.test("below() refuses a bound it cannot meet", () => {
  const random = new Random(5);
  for (const bound of [0, -1, 1.5, NaN, 2 ** 32 + 1]) {
    assertThrows(() => random.below(bound), RangeError, `Cannot draw below ${bound}`);
  }
  assertEquals(random.below(1), 0);
});

Deno.test("normal() has mean 0, variance 1 and the tails of a normal", () => {
  const random = new Random(6);
  const draws = take(100_000, () => random.normal());
  // Each bound is five standard deviations of that moment.
  const moment = (power: number) =>
    draws.reduce((sum, value) => sum + value ** power, 0) / draws.length;
  assert(Math.abs(moment(1)) < 0.016, `mean ${moment(1)}`);
  assert(Math.abs(moment(2) - 1) < 0.023, `variance ${moment(2)}`);
  assert(Math.abs(moment(4) - 3) < 0.16, `fourth moment ${moment(4)}`);
});

Deno.test("permutation() holds each number once, each order alike", () => {
  const random = new Random(7);
  assertEquals([...random.permutation(1000)].sort((a, b) => a - b), [...Array(1000).keys()]);
  assertEquals(random.permutation(0).length, 0);
  const counts = new Map<string, number>();
  for (let k = 0; k < 6000; k++) {
    const order = random.permutation(3).join();
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  assertEquals(counts.size, 6);
  for (const [order, count] of counts) assert(Math.abs(count - 1000) < 145, `${order}: ${count}`);
});
