import { assert, assertEquals } from "../assert.ts";
import { dropoutKey } from "./dropout.ts";
import { edgeDropout, edgePermutation } from "./edge_dropout.ts";

const SIZES = [0, 1, 2, 3, 4, 5, 16, 17, 97, 1009, 4096, 65_536, 65_537, 100_003];

for (const edges of SIZES) {
  Deno.test(`edgePermutation() sends each of ${edges} edges to a place of its own`, () => {
    for (const key of [0, 1, 0xdeadbeef]) {
      const places = edgePermutation(edges, key).toSorted();
      assertEquals(places, Uint32Array.from({ length: edges }, (_, edge) => edge));
    }
  });
}

Deno.test("edgePermutation() sends an edge to all places alike over many keys", () => {
  const [edges, keys] = [10, 20_000];
  const counts = new Float64Array(edges * edges);
  for (let key = 0; key < keys; key++) {
    edgePermutation(edges, key).forEach((place, edge) => counts[edge * edges + place]!++);
  }
  // A count's deviation is √(2000 · 0.9) = 42; of a hundred none should be five of them off.
  const expected = keys / edges;
  assert(counts.every((count) => Math.abs(count - expected) < 5 * 42));
});

Deno.test("edgeDropout() drops exactly ⌊M · rate⌋ edges", () => {
  for (const edges of SIZES) {
    for (const rate of [0, 0.1, 0.3, 0.5, 0.999]) {
      const keep = edgeDropout(edges, { key: dropoutKey(1, 2, 2), rate, layer: 3 });
      assertEquals(keep.filter((kept) => kept === 0).length, Math.floor(edges * rate));
    }
  }
});

Deno.test("edgeDropout() is independent between layers, steps and neighbouring edges", () => {
  const [edges, rate] = [20_000, 0.3];
  const key = dropoutKey(1, 2, 2);
  const keep = edgeDropout(edges, { key, rate, layer: 0 });
  const others = [
    edgeDropout(edges, { key, rate, layer: 1 }),
    edgeDropout(edges, { key: dropoutKey(1, 3, 2), rate, layer: 0 }),
    edgeDropout(edges, { key: dropoutKey(2, 2, 2), rate, layer: 0 }),
    // The same draw one edge, and half the network's words, further.
    keep.map((_, edge) => keep[(edge + 1) % edges]!),
    keep.map((_, edge) => keep[(edge + 128) % edges]!),
  ];
  for (const other of others) {
    const both = keep.filter((kept, edge) => kept + other[edge]! === 0).length;
    // Expected 1800, with a deviation of at most 30 for draws without replacement.
    assert(Math.abs(both - edges * rate * rate) < 5 * 30, `${both}`);
  }
});
