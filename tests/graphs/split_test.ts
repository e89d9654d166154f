import { Random } from "../../graphs/random.ts";
import { randomSplit } from "../../graphs/split.ts";
import { assert, assertEquals } from "../assert.ts";

Deno.test("randomSplit() puts every node in exactly one part, 60/20/20, ascending", () => {
  for (const nodes of [0, 1, 2, 3, 8, 100, 13_789]) {
    const { train, valid, test } = randomSplit(nodes, new Random(nodes));
    const all = [...train, ...valid, ...test].sort((a, b) => a - b);
    assertEquals(all, [...Array(nodes).keys()]);
    assert(Math.abs(train.length - 0.6 * nodes) <= 0.5, `${train.length} of ${nodes} to learn`);
    assert(Math.abs(valid.length - 0.2 * nodes) <= 0.5, `${valid.length} of ${nodes} to choose`);
    for (const part of [train, valid, test]) assertEquals(part, part.toSorted());
  }
});

Deno.test("randomSplit() splits some of the nodes, all of them as if none were named", () => {
  const some = Uint32Array.of(3, 5, 8, 13, 21);
  const { train, valid, test } = randomSplit(30, new Random(1), some);
  assertEquals([...train, ...valid, ...test].sort((a, b) => a - b), [...some]);
  assertEquals([train.length, valid.length, test.length], [3, 1, 1]);
  const all = Uint32Array.from({ length: 30 }, (_, node) => node);
  assertEquals(randomSplit(30, new Random(1), all), randomSplit(30, new Random(1)));
});

Deno.test("randomSplit() draws the same split for a seed, another for another", () => {
  assertEquals(randomSplit(100, new Random(1)), randomSplit(100, new Random(1)));
  assert(
    randomSplit(100, new Random(1)).test.join() !== randomSplit(100, new Random(2)).test.join(),
  );
});
