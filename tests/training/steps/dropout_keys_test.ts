import { dropoutKeys, KEYS } from "../../../training/steps/dropout_keys.ts";
import { assertEquals } from "../../assert.ts";
import { dropoutKey } from "../../reference/dropout.ts";

Deno.test("dropoutKeys() equals the reference's key of each stream", () => {
  for (const seed of [0, 1, 7, 2 ** 31, 2 ** 32 - 1]) {
    for (const step of [1, 2, 1000, 2 ** 32 - 1]) {
      const expected = Array.from(
        { length: KEYS },
        (_, stream) => dropoutKey(seed, step, stream),
      );
      assertEquals([...dropoutKeys(seed, step)], expected);
    }
  }
});

Deno.test("dropoutKeys() are new at every step, stream and seed", () => {
  const keys = [0, 1, 2].flatMap((seed) =>
    Array.from({ length: 1000 }, (_, step) => [...dropoutKeys(seed, step + 1)]).flat()
  );
  assertEquals(new Set(keys).size, keys.length);
});
