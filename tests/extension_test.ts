/** A kernel and a convolution of one's own, written in a folder that has this project as a dependency. */
import { assertEquals } from "./assert.ts";
import project from "../deno.json" with { type: "json" };

const ROOT = new URL("..", import.meta.url);
const PROGRAM = "program.ts";

/** The programs of the guide, in its order. */
const [KERNEL, CONVOLUTION] = Array.from(
  Deno.readTextFileSync(new URL("docs/extending.md", ROOT))
    .matchAll(/^```ts ignore\n([^]*?)^```$/gm),
  ([, program]) => program!,
) as [string, string];

/** What a program prints, in a folder whose only dependency is this project. */
async function runElsewhere(program: string): Promise<string> {
  const { name, version, compilerOptions } = project;
  const settings = {
    links: [ROOT.pathname],
    imports: { [name]: `jsr:${name}@${version}` },
    nodeModulesDir: "auto",
    // A linked package is checked with the types of the folder that links it.
    compilerOptions,
  };
  return await outputOf(
    { "deno.json": JSON.stringify(settings), [PROGRAM]: program },
    "--cached-only",
  );
}

/** The same of a program that imports this project's files, whose packages are at hand then. */
async function runByAddress(program: string): Promise<string> {
  const { name, exports } = project;
  const text = Object.entries(exports).toReversed().reduce(
    (text, [entry, file]) =>
      text.replaceAll(`"${name}${entry.slice(1)}"`, `"${new URL(file, ROOT)}"`),
    program,
  );
  return await outputOf({ [PROGRAM]: text }, "--config", new URL("deno.json", ROOT).pathname);
}

/** What the program among these files prints, in a folder of their own. */
async function outputOf(files: Record<string, string>, ...options: string[]): Promise<string> {
  const folder = await Deno.makeTempDir();
  try {
    for (const [file, text] of Object.entries(files)) {
      await Deno.writeTextFile(`${folder}/${file}`, text);
    }
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--check", "--quiet", "--allow-read", ...options, PROGRAM],
      cwd: folder,
    }).output();
    const decoder = new TextDecoder();
    assertEquals([decoder.decode(stderr), code], ["", 0]);
    return decoder.decode(stdout);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("a kernel is written outside of the project, by its entry point ./kernels", async () => {
  assertEquals(await runElsewhere(KERNEL), "1 4 9 16\n");
});

Deno.test("a convolution is written outside of the project, and a reversible network made of it", async () => {
  const [d, D, tasks] = [4, 8, 8];
  // Of each group a linear map and a norm; the encoder, the last norm, the classifier.
  const count = 101 * 2 * (d * d + d + 2 * d) + (16 * D + D) + 2 * D + (D * tasks + tasks);
  assertEquals(await runByAddress(CONVOLUTION), `3 true ${count}\n`);
});
