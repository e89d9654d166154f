import { planted } from "../../../graphs/planted/planted.ts";
import { share } from "../../../graphs/parts/share.ts";
import { dataDigest, digest } from "../../../training/files/digest.ts";
import { assert, assertEquals } from "../../assert.ts";

Deno.test("digest() is of the values, wherever they stand", () => {
  const graph = planted({ nodes: 30, degree: 3 });
  assertEquals(digest(share(graph)), digest(graph));
  const words = Uint32Array.of(9, 1, 2, 3, 9);
  assertEquals(digest(words.subarray(1, 4)), digest(Uint32Array.of(1, 2, 3)));
  assertEquals(digest({ a: 1, b: undefined }), digest({ a: 1 }));
});

Deno.test("dataDigest() is of what a graph holds, whatever it is called", () => {
  const graph = planted({ nodes: 30, degree: 3 });
  const found = dataDigest(graph);
  assertEquals([dataDigest(graph), dataDigest({ ...share(graph), name: "b" })], [found, found]);
  const { x, split } = graph;
  const others = [
    { ...graph, x: { ...x, data: x.data.map((value) => -value) } },
    { ...graph, split: { ...split, train: split.train.slice(1) } },
    { ...graph, classes: true as const },
  ];
  assertEquals(new Set([found, ...others.map(dataDigest)]).size, 4);
});

Deno.test("digest() sees any one bit, an order and a name", () => {
  const words = Uint32Array.of(1, 2, 3, 4);
  const seen = new Set([digest(words), digest(words.toReversed()), digest({ words })]);
  for (let bit = 0; bit < 128; bit++) {
    const other = words.slice();
    other[bit >> 5]! ^= 1 << (bit & 31);
    seen.add(digest(other));
  }
  assertEquals(seen.size, 131);
  assert(digest(["ab", "c"]) !== digest(["a", "bc"]));
});
