/** WGSL has no includes, so that shaders repeat what they share: a name must mean one thing in all. */
import { assert, assertEquals } from "../assert.ts";

const FUNCTION = /^fn (\w+)\([^]*?^}/gm;

Deno.test("kernels/*.wgsl: functions of one name have one text", async () => {
  const texts = new Map<string, { text: string; file: string }>();
  let shared = 0;
  for await (const { name: file } of Deno.readDir(new URL("../../kernels", import.meta.url))) {
    if (!file.endsWith(".wgsl")) continue;
    const code = await Deno.readTextFile(new URL(`../../kernels/${file}`, import.meta.url));
    for (const [text, name] of code.matchAll(FUNCTION)) {
      const first = texts.get(name!);
      if (first === undefined) texts.set(name!, { text, file });
      else assertEquals(text, first.text, `${name}() of ${file} and ${first.file}`);
      shared += Number(first !== undefined);
    }
  }
  assert(texts.size > 40 && shared > 8, `${texts.size} functions, ${shared} of them repeated`);
});
