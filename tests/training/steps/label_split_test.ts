import { labelSplit } from "../../../training/steps/label_split.ts";
import { assert, assertEquals, assertThrows } from "../../assert.ts";

const train = Uint32Array.from({ length: 60 }, (_, k) => (7 * k + 3) % 100);
const count = (mask: Uint32Array) => mask.reduce((sum, one) => sum + one, 0);

Deno.test("labelSplit() puts every training node into one mask, and no other node into any", () => {
  for (const rate of [0, 0.25, 0.5, 1]) {
    for (const step of [1, 2, 3]) {
      const split = labelSplit(100, train, { seed: 0, step, rate });
      const { given, predicted } = split;
      assertEquals([given.length, predicted.length], [100, 100]);
      for (let node = 0; node < 100; node++) {
        assertEquals(given[node]! + predicted[node]!, Number(train.includes(node)), `node ${node}`);
      }
      assertEquals([count(given), count(predicted)], [60 - split.count, split.count]);
      assertEquals(split.count, rate === 1 ? 1 : 60 - 60 * rate);
    }
  }
});

Deno.test("labelSplit() is another at every step and seed, and the same when drawn again", () => {
  const draw = (seed: number, step: number) =>
    labelSplit(100, train, { seed, step, rate: 0.5 }).given.join("");
  const seen = [[0, 1], [0, 2], [0, 3], [1, 1], [1, 2]].map(([seed, step]) => draw(seed!, step!));
  assertEquals(new Set(seen).size, seen.length);
  assertEquals(draw(0, 2), seen[1]);
});

Deno.test("labelSplit() gives every training node its turn", () => {
  const turns = new Uint32Array(100);
  for (let step = 1; step <= 200; step++) {
    labelSplit(100, train, { seed: 5, step, rate: 0.5 }).given.forEach((one, node) =>
      turns[node]! += one
    );
  }
  // Mean 100, deviation 7 for each of 60 nodes.
  for (const node of train) assert(Math.abs(turns[node]! - 100) <= 35, `${turns[node]} of 200`);
});

Deno.test("labelSplit() leaves a single training node to predict, and takes none", () => {
  const one = labelSplit(3, Uint32Array.of(2), { seed: 0, step: 1, rate: 0.5 });
  assertEquals([[...one.given], [...one.predicted], one.count], [[0, 0, 0], [0, 0, 1], 1]);
  assertEquals(labelSplit(3, new Uint32Array(0), { seed: 0, step: 1, rate: 0.5 }).count, 0);
  const wrong = () => labelSplit(3, train, { seed: 0, step: 1, rate: NaN });
  assertThrows(wrong, RangeError, "Cannot give labels at rate NaN: it must be from 0 to 1");
});
