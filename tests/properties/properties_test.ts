/** What the tests by properties stand on: each of its checks fails where it must. */
import { assertSentence, holds, testReader } from "./properties.ts";
import { within } from "./allocations.ts";
import fc from "fast-check";
import { assert, assertEquals, assertRejects, assertThrows } from "../assert.ts";

Deno.test("assertSentence() takes one line of ours, and nothing of the engine's", () => {
  assertSentence(new RangeError('Cannot read a.npy as it holds "undefined": expected numbers'));
  const engine: (() => unknown)[] = [
    () => JSON.parse("{"),
    () => (null as unknown as Uint8Array).length,
    () => new Float32Array(-1),
    () => BigInt(0.5),
    () => "a".repeat(-1),
    () => `${Object.create(null)}`,
    () => new DataView(new ArrayBuffer(1)).getUint32(0),
    () => [...(5 as unknown as string)],
  ];
  for (const fails of engine) {
    let error: unknown;
    try {
      fails();
    } catch (thrown) {
      error = thrown;
    }
    assert(error instanceof Error);
    assertThrows(() => assertSentence(error), Error);
    const dressed = new Error(`Cannot read a.npy: ${(error as Error).message}`);
    assertThrows(() => assertSentence(dressed), Error, "it is the engine's");
  }
  for (const text of ["a\nb", "a\x1b[31m", "a\x9b", "\u202e", "\ud800", "x".repeat(2000)]) {
    assertThrows(() => assertSentence(new Error(`Cannot read ${text}`)), Error, "it has");
  }
  assertThrows(() => assertSentence("Cannot read a.npy"), Error, "no error was thrown");
});

Deno.test("within() stops an allocation before it is made, whatever becomes of the error", async () => {
  assertEquals(await within(8, () => new Float32Array(2).length), 2);
  const many: (() => unknown)[] = [
    () => new Float32Array(3),
    () => new ArrayBuffer(9),
    () => [new Uint8Array(4), new Uint8Array(5)],
    () => Float64Array.from({ length: 2 ** 40 }),
    () => new Uint16Array([1, 2, 3, 4, 5]),
  ];
  for (const asks of many) {
    await assertRejects(() => within(8, asks), Error, "of 8 allowed");
    const caught = () => {
      try {
        return asks();
      } catch {
        return undefined;
      }
    };
    await assertRejects(() => within(8, caught), Error, "of 8 allowed");
  }
  assert(new Float32Array(3) instanceof Float32Array);
});

Deno.test("holds() tells the least input that fails, and how to try it again", async () => {
  const fails = () =>
    holds(fc.array(fc.nat()), (all) => assert(all.every((n) => n < 1000), "large"));
  const { message } = await assertRejects(fails, Error, "large\nby the input (seed ");
  assert(message.endsWith("): [1000]"), message);
});

testReader<string>("a reader of numbers", {
  name: "none",
  inputs: fc.oneof(fc.nat().map(String), fc.string()),
  read(text) {
    if (!/^\d+$/.test(text)) throw new Error(`Cannot read ${JSON.stringify(text)} as a number`);
  },
  multiple: 1,
});
