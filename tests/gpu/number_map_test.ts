import { NumberKey, NumberMap } from "../../gpu/number_map.ts";
import { Random } from "../../graphs/random.ts";
import { assertEquals } from "../assert.ts";

function rowOf(numbers: readonly number[]): NumberKey {
  const row = new NumberKey();
  for (const number of numbers) row.add(number);
  return row;
}

Deno.test("NumberMap finds what a Map finds by strings of the same numbers", () => {
  const random = new Random(1);
  const map = new NumberMap<number>();
  const known = new Map<string, number>();
  const row = new NumberKey();
  for (let look = 0; look < 20_000; look++) {
    const numbers = Array.from({ length: random.below(4) }, () => random.below(3) * 0x7fff_ffff);
    row.begin();
    for (const number of numbers) row.add(number);
    const name = numbers.join(" ");
    assertEquals(map.get(row), known.get(name), name);
    if (known.has(name)) continue;
    map.add(row, look);
    known.set(name, look);
  }
  assertEquals(map.size, known.size);
  assertEquals(map.size, 1 + 3 + 9 + 27);
});

for (const [numbers, others] of [[[0, 0], [1, (66 * 33) ^ (67 * 33)]], [[], [33]], [[33], []]]) {
  Deno.test(`NumberMap keeps apart [${numbers}] and [${others}] of one hash, and deletes one`, () =>
    checkApart(numbers!, others!));
}

function checkApart(numbers: readonly number[], others: readonly number[]): void {
  const [one, other] = [numbers, others].map(rowOf);
  assertEquals(one!.hash, other!.hash);
  const map = new NumberMap<string>();
  const entry = map.add(one!, "one");
  assertEquals(map.get(other!), undefined);
  map.add(other!, "other");
  assertEquals([map.get(one!), map.get(other!)], ["one", "other"]);
  for (let time = 0; time < 2; time++) {
    map.delete(entry);
    assertEquals([map.get(one!), map.get(other!), map.size], [undefined, "other", 1]);
  }
  map.clear();
  assertEquals([map.get(other!), map.size], [undefined, 0]);
}

Deno.test("NumberKey holds any number of words, and what is kept of it stays", () => {
  const long = Array.from({ length: 1000 }, (_, i) => i);
  const row = rowOf(long);
  const kept = row.copy();
  assertEquals([...kept], long);
  row.begin().add(7);
  assertEquals([...row.copy()], [7]);
  assertEquals([kept.length, row.equals(kept), row.equals(Uint32Array.of(7))], [1000, false, true]);
});
