/** The folders of the project in the order of their imports, and what only one of them may say. */
import { assertEquals } from "./assert.ts";

/** A folder imports only from itself and from folders before it. */
const ORDER = [
  "graphs",
  "gpu",
  "kernels",
  "solvers",
  "layers",
  "models",
  "training",
  "experiments",
  "reports",
  "scripts",
];
const ROOT = new URL("../", import.meta.url);

async function sources(folder: string): Promise<[path: string, text: string][]> {
  const files: [string, string][] = [];
  try {
    for await (const { name, isFile } of Deno.readDir(new URL(folder, ROOT))) {
      if (!isFile || !name.endsWith(".ts")) continue;
      const path = `${folder}/${name}`;
      files.push([path, await Deno.readTextFile(new URL(path, ROOT))]);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return files;
}

Deno.test("every folder imports only from folders before it", async () => {
  const wrong: string[] = [];
  let imports = 0;
  for (const [level, folder] of ORDER.entries()) {
    for (const [path, text] of await sources(folder)) {
      for (const [, other] of text.matchAll(/(?:from|import)\s*\(?"\.\.\/(\w+)\//g)) {
        imports++;
        const known = ORDER.indexOf(other!);
        if (known < 0 || known > level) wrong.push(`${path} imports from ${other}/`);
      }
    }
  }
  assertEquals(wrong, []);
  assertEquals(imports > 100, true, `found only ${imports} imports between folders`);
});

Deno.test("only gpu/ speaks to the device", async () => {
  const wrong: string[] = [];
  for (const folder of ORDER.filter((folder) => folder !== "gpu")) {
    for (const [path, text] of await sources(folder)) {
      if (/\bGPU[A-Z]\w+|navigator\.gpu/.test(text)) wrong.push(path);
    }
  }
  assertEquals(wrong, []);
});

Deno.test("every kernel is four files of one name", async () => {
  const wrong: string[] = [];
  const kernels: string[] = [];
  for await (const { name } of Deno.readDir(new URL("kernels", ROOT))) {
    if (name.endsWith(".wgsl")) kernels.push(name.replace(".wgsl", ""));
  }
  for (const kernel of kernels) {
    const files = [
      `kernels/${kernel}.ts`,
      `tests/reference/${kernel}.ts`,
      `tests/kernels/${kernel}_test.ts`,
    ];
    for (const path of files) {
      try {
        await Deno.stat(new URL(path, ROOT));
      } catch {
        wrong.push(`${path} is missing`);
      }
    }
  }
  assertEquals(wrong, []);
});
