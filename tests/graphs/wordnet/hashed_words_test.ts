import { hashedWords } from "../../../graphs/wordnet/hashed_words.ts";
import { assert, assertEquals, assertThrows } from "../../assert.ts";
import { row } from "../edge_list.ts";

const vector = (text: string, channels = 64) => row(hashedWords([text], channels), 0);

Deno.test("hashedWords() gives rows of norm 1, or 0 where there are no words", () => {
  const x = hashedWords(["to breathe easily, again", "", "42 !?", "breathe"], 64);
  const norms = [0, 1, 2, 3].map((i) => Math.hypot(...row(x, i)));
  assert(Math.abs(norms[0]! - 1) < 1e-6 && Math.abs(norms[3]! - 1) < 1e-6, `${norms}`);
  assertEquals(norms.slice(1, 3), [0, 0]);
});

Deno.test("hashedWords() minds no case, order or punctuation", () => {
  assertEquals(vector('Breathe (the AIR); "deeply"'), vector("deeply breathe the air"));
  assert(vector("breathe the air").join() !== vector("breathe the water").join());
});

Deno.test("hashedWords() sums with signs: one channel holds words of either", () => {
  const words = Array.from("abcdefghijklmnopqrstuvwxyz");
  const signs = new Set(words.map((word) => vector(word, 1)[0]));
  assertEquals(signs, new Set([1, -1]));
  const [up, down] = [1, -1].map((sign) => words.find((word) => vector(word, 1)[0] === sign));
  assertEquals(vector(`${up} ${down}`, 1), [0]);
});

Deno.test("hashedWords() spreads words over all channels", () => {
  const counts = new Array<number>(16).fill(0);
  for (let k = 0; k < 1600; k++) {
    const word = Array.from(k.toString(36), (digit) =>
      String.fromCharCode(97 + parseInt(digit, 36) % 26))
      .join("") + "x".repeat(k % 7);
    counts[vector(word, 16).findIndex((value) => value !== 0)]!++;
  }
  assert(Math.min(...counts) > 50 && Math.max(...counts) < 170, `${counts}`);
});

Deno.test("hashedWords() refuses a width that is no whole number", () => {
  for (const channels of [0, -1, 1.5, NaN]) {
    assertThrows(() => hashedWords([], channels), RangeError, `into ${channels} channels`);
  }
});
