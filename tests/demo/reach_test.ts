/** What the page reaches, itself or through others, runs in a browser: no name of Deno's, no module of Node's. */
import { assert, assertEquals } from "../assert.ts";
import { codeOf, sources, valueImportsOf } from "../imports.ts";

/** Every file that one reaches by values, with the file that imports it. */
async function reachedFrom(entry: string): Promise<Map<string, string>> {
  const files = new Map(await sources(""));
  const reached = new Map([[entry, entry]]);
  for (const path of reached.keys()) {
    const text = files.get(path);
    for (const to of text === undefined ? [] : valueImportsOf([path, text])) {
      if (!reached.has(to)) reached.set(to, path);
    }
  }
  return reached;
}

Deno.test("the page reaches nothing that needs Deno or Node", async () => {
  const files = new Map(await sources(""));
  const reached = await reachedFrom("demo/page.ts");
  assert(reached.size > 150 && reached.has("training/loop/course.ts"), `${reached.size} files`);
  const wrong = [...reached].filter(([path]) =>
    /\bDeno\.|["']node:/.test(codeOf(files.get(path) ?? ""))
  )
    .map(([path, by]) => `${path}, which ${by} imports`);
  assertEquals(wrong, []);
});
