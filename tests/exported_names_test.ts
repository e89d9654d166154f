/**
 * A name is exported by one file alone, so that it means one thing and is found at once; a reference
 * among the tests has the name of what it is the reference of.
 */
import { assert, assertEquals } from "./assert.ts";
import { type Source, sources } from "./imports.ts";

/** An experiment and its page have one name; `main` is what every script is called by. */
const PAGES = "reports/experiments/";
const CALLED = "main";

/** Names that several files declare and export, with those files. */
function exportedTwice(files: readonly Source[]): string[] {
  const places = new Map<string, Set<string>>();
  for (const [path, text] of files) {
    if (path.startsWith(PAGES) && path.split("/").length === 3) continue;
    for (const name of declared(text)) {
      places.set(name, (places.get(name) ?? new Set()).add(path));
    }
  }
  return [...places].filter(([name, { size }]) => name !== CALLED && size > 1)
    .map(([name, paths]) => `${name}: ${[...paths].sort().join(", ")}`);
}

function declared(text: string): string[] {
  const declarations =
    /^export (?:declare |abstract )*(?:async )?(?:type|interface|class|const|let|enum|function\*?) (\w+)/gm;
  return [...text.matchAll(declarations)].map(([, name]) => name!);
}

Deno.test("No two files export the same name", async () => {
  const files = (await sources("")).filter(([path]) => !path.startsWith("tests/"));
  assert(files.length > 100, "the project's files were found");
  assertEquals(exportedTwice(files), []);
});

Deno.test("A name that a second file exports is found", () => {
  const [first, second] = ["export type Size = 1;\n", "\nexport async function Size() {}\n"];
  assertEquals(exportedTwice([["a.ts", first], ["b/c.ts", second]]), ["Size: a.ts, b/c.ts"]);
  assertEquals(exportedTwice([["a.ts", first + first]]), []);
  assertEquals(exportedTwice([["experiments/a.ts", first], [`${PAGES}a.ts`, second]]), []);
});
