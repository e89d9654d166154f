import { parseJson } from "../../../graphs/files/json.ts";
import { assertEquals, assertThrows } from "../../assert.ts";

Deno.test("parseJson() reads JSON of 64 levels, and says what else a text is", () => {
  const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
  assertEquals(parseJson('{"a":[1,null]}', "it"), { a: [1, null] });
  assertEquals(JSON.stringify(parseJson(nested(64), "it")), nested(64));
  for (const depth of [66, 1000, 100_000]) {
    const words = "its header is nested more than 64 deep";
    assertThrows(() => parseJson(nested(depth), "its header"), SyntaxError, words);
  }
  for (const text of ["", "{", "NaN", "[1,]", "\ufeff1"]) {
    assertThrows(() => parseJson(text, "the line"), SyntaxError, "the line is not JSON");
  }
});
