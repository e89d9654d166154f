/** No modules import values in a circle, which would start them in an order nobody chose; types may. */
import { assert, assertEquals } from "./assert.ts";
import { type Source, sources, valueImportsOf } from "./imports.ts";

/** Each circle of imports once, as `a.ts → b.ts → a.ts`. */
function circlesOf(files: readonly Source[]): string[] {
  const imports = new Map(files.map((file) => [file[0], valueImportsOf(file)]));
  const circles: string[] = [];
  const done = new Set<string>();
  const visit = (path: string, way: readonly string[]) => {
    const from = way.indexOf(path);
    if (from >= 0) circles.push([...way.slice(from), path].join(" → "));
    if (from >= 0 || done.has(path)) return;
    for (const to of imports.get(path) ?? []) visit(to, [...way, path]);
    done.add(path);
  };
  for (const path of imports.keys()) visit(path, []);
  return circles;
}

Deno.test("imports of values make no circle anywhere", async () => {
  const files = await sources("");
  assertEquals(circlesOf(files), []);
  const imports = files.flatMap(valueImportsOf).length;
  assert(imports > 1000, `found only ${imports} imports of values`);
});

Deno.test("circlesOf() finds circles of values through any folder, and none of types", async () => {
  const root = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${root}/inner`);
    const find = async (c: string) => {
      await Deno.writeTextFile(`${root}/a.ts`, 'import {\n  b,\n  type B,\n} from "./inner/b.ts";');
      await Deno.writeTextFile(`${root}/inner/b.ts`, 'export * from "../c.ts";');
      await Deno.writeTextFile(`${root}/c.ts`, c);
      return circlesOf((await sources("", new URL(`file://${root}/`))).toSorted());
    };
    const circle = ["a.ts → inner/b.ts → c.ts → a.ts"];
    assertEquals(await find('import { a } from "./a.ts";'), circle);
    assertEquals(await find('import { type A, a } from "./a.ts";'), circle);
    assertEquals(await find('import * as all from "./a.ts";'), circle);
    assertEquals(await find('export { a as type } from "./a.ts";'), circle);
    assertEquals(await find('import "./a.ts";'), circle);
    assertEquals(await find('const { a } = await import("./a.ts");'), circle);
    assertEquals(await find('import type { A } from "./a.ts";'), []);
    assertEquals(await find('import { type A, type B as C } from "./a.ts";'), []);
    assertEquals(await find('export type { A } from "./a.ts";'), []);
    assertEquals(await find('export type * from "./a.ts";'), []);
    assertEquals(await find('// import { a } from "./a.ts";'), []);
    assertEquals(await find("export const c = 1;"), []);
    assertEquals(await find('import { c } from "./c.ts";'), ["c.ts → c.ts"]);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});
