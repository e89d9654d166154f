/** `gunzipped()`: members, sizes, and what is broken. */
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { gunzipped } from "../../../graphs/files/gunzip.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";

const packed = (text: string) => new Uint8Array(gzipSync(text));

async function textOf(pieces: readonly Uint8Array[], size = 1000): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const bytes of gunzipped(Readable.from(pieces), size)) {
    text += decoder.decode(bytes, { stream: true });
  }
  return text;
}

Deno.test("gunzipped() reads one member, and several as one, wherever pieces end", async () => {
  const two = [...packed("a,b\n"), ...packed("1,2\n")];
  for (const cut of [1, 11, packed("a,b\n").length, two.length - 1]) {
    const pieces = [two.slice(0, cut), two.slice(cut)].map((bytes) => Uint8Array.from(bytes));
    assertEquals(await textOf(pieces), "a,b\n1,2\n");
  }
});

Deno.test("gunzipped() refuses what is cut off, damaged, or followed by something else", async () => {
  const whole = packed("a,b\n".repeat(99));
  const damaged = whole.with(whole.length - 5, whole.at(-5)! ^ 1);
  for (
    const [bytes, words] of [
      [whole.slice(0, -1), "unexpected end of file"],
      [damaged, "incorrect "],
      [Uint8Array.of(...whole, 1, 2), "incorrect header check"],
      [new Uint8Array(0), "unexpected end of file"],
    ] as const
  ) {
    await assertRejects(() => textOf([bytes]), Error, words);
  }
});

Deno.test("gunzipped() stops where more comes than so many bytes may hold, and closes what it reads", async () => {
  const bytes = packed("0".repeat(2 ** 20));
  await assertRejects(() => textOf([bytes], 100), Error, "100 packed ones cannot hold them");
  assertEquals((await textOf([bytes], bytes.length)).length, 2 ** 20);
  const endless = new Readable({ read: () => void endless.push(bytes) });
  for await (const _ of gunzipped(endless, Infinity)) break;
  assert(endless.destroyed);
});
