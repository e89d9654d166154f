import * as v from "valibot";
import { differences } from "../../settings/differences.ts";
import { canonical, identityOf } from "../../settings/key.ts";
import { option, required, text, whole } from "../../settings/option.ts";
import { resolve } from "../../settings/resolve.ts";
import { assert, assertEquals } from "../assert.ts";

const SOLVER = v.variant("kind", [
  v.strictObject({ kind: v.literal("plain") }),
  v.strictObject({ kind: v.literal("fast"), memory: option(whole(), 5, { help: "memory" }) }),
]);
const SCHEMA = v.strictObject({
  name: required(text(), { help: "name", identity: false }),
  steps: option(whole(), 7, { help: "steps" }),
  solver: option(SOLVER, { kind: "fast" }, { help: "solver" }),
});

Deno.test("canonical() is one text whatever the order of keys, and tells values apart", () => {
  assertEquals(canonical({ b: [1, { d: 1, c: null }], a: 1 }), '{"a":1,"b":[1,{"c":null,"d":1}]}');
  assertEquals(canonical({ a: 1, b: 2 }), canonical({ b: 2, a: 1 }));
  assert(canonical({ a: 1 }) !== canonical({ a: "1" }));
});

Deno.test("identityOf() leaves out options that no measurement depends on", () => {
  const run = resolve(SCHEMA, { name: "one" });
  assertEquals(identityOf(SCHEMA, run), { steps: 7, solver: { kind: "fast", memory: 5 } });
});

const found = (given: Parameters<typeof resolve<typeof SCHEMA>>[1]) =>
  differences(SCHEMA, resolve(SCHEMA, given)).map(({ path, value }) => [path.join("."), value]);

Deno.test("differences() are what was given, and no defaults", () => {
  assertEquals(found({ name: "one" }), [["name", "one"]]);
  assertEquals(found({ name: "one", steps: 7, solver: "fast" }), [["name", "one"]]);
  assertEquals(found({ name: "one", steps: 8, solver: { kind: "fast", memory: 3 } }), [
    ["name", "one"],
    ["steps", 8],
    ["solver.memory", 3],
  ]);
  assertEquals(found({ name: "one", solver: "plain" }), [["name", "one"], ["solver", "plain"]]);
});
