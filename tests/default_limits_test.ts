/** The adapter of default limits, which this file's tests alone get in place of the machine's own. */
import "./default_limits.ts";
import { NEEDED } from "../gpu/limits.ts";
import { adapterLimits, openDevice } from "../gpu/open_device.ts";
import { assert, assertEquals } from "./assert.ts";

Deno.test("an adapter of default limits grants each of them and no more", async () => {
  const needed = Object.values(NEEDED).map(([, value]) => value);
  assertEquals((await adapterLimits()).map(({ has }) => has), needed);
  const { device, info } = await openDevice();
  const limits = device.limits as unknown as Record<string, number>;
  assertEquals(Object.keys(NEEDED).map((name) => limits[name]), needed);
  assertEquals([info.maxBindingBytes, info.maxBufferBytes], [2 ** 27, 2 ** 28]);
  assertEquals([info.subgroup, device.features.has("subgroups")], [undefined, false]);
  device.destroy();
});

Deno.test("a device of default limits refuses a byte beyond them", async () => {
  const { device } = await openDevice();
  const errorOf = async (act: () => void) => {
    device.pushErrorScope("validation");
    act();
    return (await device.popErrorScope())?.message;
  };
  const usage = GPUBufferUsage.STORAGE;
  const buffer = device.createBuffer({ size: 2 ** 28, usage });
  const layout = device.createBindGroupLayout({
    entries: [{ binding: 0, visibility: GPUShaderStage.COMPUTE, buffer: { type: "storage" } }],
  });
  const bind = (size: number) =>
    device.createBindGroup({ layout, entries: [{ binding: 0, resource: { buffer, size } }] });
  assertEquals(await errorOf(() => bind(2 ** 27)), undefined);
  for (
    const beyond of [
      () => bind(2 ** 27 + 4),
      () => device.createBuffer({ size: 2 ** 28 + 4, usage }),
    ]
  ) {
    assert(await errorOf(beyond) !== undefined);
  }
  device.destroy();
});
