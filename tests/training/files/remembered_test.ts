import { planted } from "../../../graphs/planted/planted.ts";
import { remember, rememberedOf } from "../../../training/files/remembered.ts";
import { assertEquals, assertThrows } from "../../assert.ts";

const graph = planted({ nodes: 9, degree: 2 });

Deno.test("rememberedOf() gives back what remember() kept", () => {
  const columns = { of: 1433, kept: Uint32Array.of(0, 7, 1432) };
  const labelValues = [-1, 2 ** 40];
  for (const kept of [{ columns, labelValues }, { columns }, { labelValues }, {}]) {
    assertEquals<unknown>(rememberedOf(remember({ ...graph, ...kept }), "a.safetensors"), kept);
  }
});

Deno.test("rememberedOf() answers damage with a sentence", () => {
  const damaged: Record<string, string>[] = [
    { columns: "{" },
    { columns: "null" },
    { columns: '{"of":2}' },
    { columns: '{"of":2,"kept":[0,2]}' },
    { columns: '{"of":9,"kept":[3,2]}' },
    { columns: '{"of":9,"kept":[0.5]}' },
    { labelValues: '"a"' },
    { labelValues: "[1]" },
  ];
  for (const metadata of damaged) {
    const [name] = Object.keys(metadata);
    const words = `Cannot load a.safetensors: its metadata "${name}" is damaged`;
    assertThrows(() => rememberedOf(metadata, "a.safetensors"), SyntaxError, words);
  }
});
