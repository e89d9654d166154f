import { limitsOf, NEEDED } from "../../gpu/limits.ts";
import { adapterLimits } from "../../gpu/open_device.ts";
import { assertEquals } from "../assert.ts";

type Has = Parameters<typeof limitsOf>[0];

const DEFAULTS = Object.fromEntries(
  Object.entries(NEEDED).map(([name, [, value]]) => [name, value]),
) as unknown as Has;

/** What an adapter with these limits has too little of. */
function lacking(limits: Partial<Has>): string[] {
  return limitsOf({ ...DEFAULTS, ...limits }).filter(({ enough }) => !enough)
    .map(({ what }) => what);
}

Deno.test("limitsOf() finds WebGPU's defaults enough, and what is less not", () => {
  assertEquals(lacking({}), []);
  assertEquals(lacking({ maxStorageBuffersPerShaderStage: 7 }), ["storage buffers"]);
  assertEquals(lacking({ maxBufferSize: 2 ** 27, maxStorageBufferBindingSize: 2 ** 26 }), [
    "largest binding",
    "largest buffer",
  ]);
});

Deno.test("limitsOf() finds a coarser alignment not enough, and a finer one so", () => {
  assertEquals(lacking({ minStorageBufferOffsetAlignment: 32 }), []);
  assertEquals(lacking({ minUniformBufferOffsetAlignment: 512 }), ["uniform offsets"]);
});

Deno.test("adapterLimits() of this machine's adapter are enough, and are WebGPU's defaults or better", async () => {
  const limits = await adapterLimits();
  assertEquals(limits.filter(({ enough }) => !enough), []);
  assertEquals(limits.map(({ what }) => what), Object.values(NEEDED).map(([what]) => what));
});
