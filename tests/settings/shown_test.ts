import { escaped, listed, messageOf, quoted, shown } from "../../settings/shown.ts";
import { assert, assertEquals } from "../assert.ts";

Deno.test("shown() leaves a plain word or number as it is", () => {
  assertEquals(["a b", "größe", 7, null, true, undefined].map((value) => shown(value)), [
    ...["a b", "größe", "7", "null", "true", "undefined"],
  ]);
  assertEquals(shown({ a: [1] }), '{"a":[1]}');
});

Deno.test("shown() and quoted() escape what a terminal would obey, and cut what is long", () => {
  assertEquals(shown("a\nb"), '"a\\nb"');
  assertEquals(shown("\x1b[31m\x9b\u202e\ud800"), '"\\u001b[31m\\u009b\\u202e\\ud800"');
  assertEquals(quoted('say "a"'), '"say \\"a\\""');
  const long = shown("x".repeat(5000));
  assert(long.length < 100 && long.endsWith('…"'), long);
});

Deno.test("shown() shows any object, one that holds itself or is no text too", () => {
  const circle: Record<string, unknown> = {};
  circle.a = circle;
  assertEquals(shown(circle), "an object");
  assertEquals(shown({ toString: 1, valueOf: 1 }), '{"toString":1,"valueOf":1}');
  assert(shown(Array.from({ length: 5000 }, (_, k) => k)).length < 120);
});

Deno.test("escaped() leaves nothing of a text but what is seen", () => {
  assertEquals(escaped("a\nb \x1b[0m “ü”"), "a\\u000ab \\u001b[0m “ü”");
});

Deno.test("messageOf() cites a library's message on one line, and its beginning", () => {
  assertEquals(messageOf(new Error("invalid path: a\n/b")), "invalid path: a\\u000a/b");
  assert(messageOf(new Error("x".repeat(5000))).length < 400);
});

Deno.test("listed() lists a dozen, and says how many more there are", () => {
  assertEquals(listed(["a", "b\n"]), 'a, "b\\n"');
  assertEquals(listed(Array(14).fill("a")), `${Array(12).fill("a").join(", ")} and 2 more`);
});
