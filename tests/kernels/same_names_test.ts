/** WGSL has no includes, so that shaders repeat what they share: a name must mean one thing in all. */
import { assert, assertEquals } from "../assert.ts";

const FUNCTION = /^fn (\w+)\([^]*?^}/gm;
/** Where an invocation stands in its grid: every entry point is told so alike. */
const INVOCATION = /^struct (Invocation) \{[^]*?^}/gm;
const ENTRY_POINT = /^@compute[^]*?^fn (\w+)(\([^]*?\)) \{/gm;

const folder = new URL("../../kernels/", import.meta.url);
const shaders: { file: string; code: string }[] = [];
for await (const { name: file } of Deno.readDir(folder)) {
  if (!file.endsWith(".wgsl")) continue;
  shaders.push({ file, code: await Deno.readTextFile(new URL(file, folder)) });
}

/** Fails unless each name that the pattern finds has one text; how often names are found again. */
function assertOneText(pattern: RegExp): { names: number; repeated: number } {
  const texts = new Map<string, { text: string; file: string }>();
  let repeated = 0;
  for (const { file, code } of shaders) {
    for (const [text, name] of code.matchAll(pattern)) {
      const first = texts.get(name!);
      if (first === undefined) texts.set(name!, { text, file });
      else assertEquals(text, first.text, `${name} of ${file} and ${first.file}`);
      repeated += Number(first !== undefined);
    }
  }
  return { names: texts.size, repeated };
}

Deno.test("kernels/*.wgsl: functions of one name have one text", () => {
  const { names, repeated } = assertOneText(FUNCTION);
  assert(names > 40 && repeated > 30, `${names} functions, ${repeated} of them repeated`);
});

Deno.test("kernels/*.wgsl: every entry point takes an Invocation, which is one thing", () => {
  assertEquals(assertOneText(INVOCATION), { names: 1, repeated: shaders.length - 1 });
  for (const { file, code } of shaders) {
    const entries = Array.from(code.matchAll(ENTRY_POINT));
    assert(entries.length > 0, file);
    for (const [, name, parameters] of entries) {
      const expected = file.includes("_subgroups")
        ? "(invocation: Invocation, @builtin(subgroup_invocation_id) place: u32)"
        : "(invocation: Invocation)";
      assertEquals(parameters, expected, `${name} of ${file}`);
    }
  }
});
