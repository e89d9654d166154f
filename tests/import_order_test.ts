/** The order in which folders import from each other, and what only some of them may contain. */
import { assert, assertEquals } from "./assert.ts";
import { CODE_FOLDERS } from "../training/loop/code_digest.ts";
import { importsOf, type Source, sources } from "./imports.ts";

/** A folder imports only from itself and from folders before it. */
const ORDER: readonly string[] = [...CODE_FOLDERS, "experiments", "reports", "demo", "scripts"];

/** The room of files that stand in a divided folder itself. */
const HALL = ".";

/** What a folder is divided into, in the order of their imports. */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  graphs: [
    HALL,
    "description",
    "files",
    "parts",
    "features",
    "published",
    "planted",
    "wordnet",
    "npz",
    "tables",
    "ogb",
    "catalogue",
  ],
  training: [HALL, "ranks", "files", "steps", "baselines", "loop", "measures", "runs"],
  reports: ["rows", "findings", "charts", "figures", "experiments", "pages"],
  scripts: [
    "shared",
    "flags",
    "data",
    "official",
    "train",
    "bench",
    "doctor",
    "reproduce",
    "sweep",
    "demo",
    HALL,
  ],
};

/** Folders that could be shown alone: they import nothing of the project. */
const ALONE = ["gpu"];

const ROOT = new URL("../", import.meta.url);
/** Files of the root that any folder may read. */
const SHARED = ["deno.json"];

/** A file's folder, and its room there. */
function placeOf(path: string): [folder: string, room: string] {
  const [folder, ...rest] = path.split("/");
  return [folder!, rest.length > 1 ? rest[0]! : HALL];
}

/** Imports against the order of folders or of rooms, and files that have no place in it. */
function wrongImports(files: readonly Source[]): string[] {
  return files.flatMap((file) => {
    const [path] = file;
    const [folder, room] = placeOf(path);
    const rooms = ROOMS[folder];
    const level = ORDER.indexOf(folder);
    if (level < 0) return [`${path} is in no folder of the order`];
    if (rooms && !rooms.includes(room)) return [`${path} is in no room of ${folder}/`];
    return importsOf(file).filter((to) => !SHARED.includes(to)).flatMap((to) => {
      const [other, otherRoom] = placeOf(to);
      const known = ORDER.indexOf(other);
      const alone = ALONE.includes(folder) && other !== folder;
      if (known < 0 || known > level || alone) return [`${path} imports ${to}`];
      if (other !== folder || !rooms) return [];
      return rooms.indexOf(otherRoom) > rooms.indexOf(room) ? [`${path} imports ${to}`] : [];
    });
  });
}

Deno.test("every folder imports only from folders before it, and so does every room", async () => {
  const files = (await Promise.all(ORDER.map((folder) => sources(folder)))).flat();
  assertEquals(wrongImports(files), []);
  const imports = files.flatMap(importsOf).length;
  assert(imports > 500, `found only ${imports} imports`);
});

Deno.test("every folder with sources has its place in the order", async () => {
  const others = ["tests", "node_modules"];
  for await (const { name, isDirectory } of Deno.readDir(ROOT)) {
    if (!isDirectory || name.startsWith(".") || [...ORDER, ...others].includes(name)) continue;
    assertEquals((await sources(name)).map(([path]) => path), [], `${name}/ has no place`);
  }
});

Deno.test("wrongImports() resolves paths, so that a file within a folder cannot leave the order", () => {
  const wrong = (path: string, text: string) => wrongImports([[path, text]]);
  assertEquals(wrong("graphs/ogb/a.ts", 'import { b } from "../../reports/charts/b.ts";'), [
    "graphs/ogb/a.ts imports reports/charts/b.ts",
  ]);
  assertEquals(wrong("graphs/a.ts", "const b = await import('../models/b.ts');"), [
    "graphs/a.ts imports models/b.ts",
  ]);
  assertEquals(wrong("graphs/a.ts", 'export * from "../mod.ts";'), ["graphs/a.ts imports mod.ts"]);
  assertEquals(wrong("graphs/a.ts", 'import "../tests/assert.ts";'), [
    "graphs/a.ts imports tests/assert.ts",
  ]);
  assertEquals(wrong("reports/charts/a.ts", 'import { b } from "../figures/b.ts";'), [
    "reports/charts/a.ts imports reports/figures/b.ts",
  ]);
  assertEquals(wrong("reports/experiments/x/a.ts", 'import { b } from "../../rows/b.ts";'), []);
  assertEquals(wrong("reports/a.ts", ""), ["reports/a.ts is in no room of reports/"]);
  assertEquals(wrong("elsewhere/a.ts", ""), ["elsewhere/a.ts is in no folder of the order"]);
  assertEquals(wrong("gpu/a.ts", 'import type { B } from "../graphs/b.ts";'), [
    "gpu/a.ts imports graphs/b.ts",
  ]);
  assertEquals(wrong("batch/a.ts", 'import type { B } from "../graphs/b.ts";'), []);
  assertEquals(wrong("gpu/a.ts", ' * import { b } from "../mod.ts";'), []);
  assertEquals(wrong("scripts/flags/a.ts", 'import { b } from "../../graphs/files/b.ts";'), []);
  assertEquals(wrong("scripts/a.ts", 'import b from "../deno.json" with { type: "json" };'), []);
});

Deno.test("gpu/ can be read from the bottom: its files import one another in no circle, types included", async () => {
  let left = (await sources("gpu")).map((file) => ({ path: file[0], imports: importsOf(file) }));
  while (left.length > 0) {
    const paths = left.map(({ path }) => path);
    const above = left.filter(({ imports }) => imports.some((to) => paths.includes(to)));
    assert(above.length < left.length, `a circle goes through some of ${paths.join(", ")}`);
    left = above;
  }
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
  for await (const { name, isDirectory } of Deno.readDir(new URL("kernels", ROOT))) {
    assert(!isDirectory, `kernels/${name}/: a kernel's files stand side by side`);
    if (name.endsWith(".wgsl")) kernels.push(name.replace(".wgsl", ""));
  }
  for (const kernel of kernels) {
    const files = [
      `kernels/${kernel}.ts`,
      // By subgroups, or as a scatter, a kernel is the same operator in another shape.
      `tests/reference/${kernel.replace(/((_columns)?_subgroups|_scatter)$/, "")}.ts`,
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
