/** What of a project's files tells two of its runs apart. */
import { CODE_FOLDERS, codeDigest, digestOf } from "../../../training/loop/code_digest.ts";
import { assert, assertEquals } from "../../assert.ts";
import { importsOf, sources } from "../../imports.ts";

Deno.test("digestOf() tells apart what is changed, added or removed in code, and nothing else", async () => {
  const root = await Deno.makeTempDir();
  try {
    const project = new URL(`file://${root}/`);
    for (const folder of [...CODE_FOLDERS, "kernels/inner", "reports/out", "tests"]) {
      await Deno.mkdir(`${root}/${folder}`, { recursive: true });
    }
    const write = (name: string, text: string) => Deno.writeTextFile(`${root}/${name}`, text);
    await write("deno.lock", "{}");
    await write("training/a.ts", "export const a = 1;");
    const first = await digestOf(project);
    assert(/^[0-9a-f]{12}$/.test(first), first);
    const changes: [string, string][] = [
      ["training/a.ts", "export const a = 2;"],
      ["training/b.ts", ""],
      ["kernels/inner/c.wgsl", "fn c() {}"],
      ["deno.lock", "{ }"],
    ];
    const seen = new Set([first]);
    for (const [name, text] of changes) {
      const before = await Deno.readTextFile(`${root}/${name}`).catch(() => undefined);
      await write(name, text);
      seen.add(await digestOf(project));
      if (before === undefined) await Deno.remove(`${root}/${name}`);
      else await write(name, before);
      assertEquals(await digestOf(project), first, name);
    }
    assertEquals(seen.size, changes.length + 1);
    for (const name of ["reports/out/a.ts", "tests/a.ts", "training/README.md", "deno.json"]) {
      await write(name, "other");
      assertEquals(await digestOf(project), first, name);
    }
    await Deno.remove(`${root}/deno.lock`);
    assert(await digestOf(project) !== first, "the lock is gone");
    await Deno.remove(`${root}/gpu`);
    assertEquals(await digestOf(project), "unknown");
    assertEquals(await digestOf(new URL("https://localhost/project/")), "published");
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

Deno.test("codeDigest() covers every folder that training imports from", async () => {
  assert(/^[0-9a-f]{12}$/.test(await codeDigest()), await codeDigest());
  const files = (await Promise.all(CODE_FOLDERS.map((folder) => sources(folder)))).flat();
  const folders = new Set(files.flatMap(importsOf).map((path) => path.split("/")[0]!));
  folders.delete("deno.json");
  assertEquals([...folders].sort(), [...CODE_FOLDERS].filter((at) => folders.has(at)).sort());
});
