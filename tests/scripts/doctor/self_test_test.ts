import { Gpu, openGpu } from "../../../gpu/gpu.ts";
import { openDevice } from "../../../gpu/open_device.ts";
import type { Tensor } from "../../../gpu/tensor.ts";
import { selfTestText } from "../../../scripts/doctor/self_test.ts";
import { assertEquals } from "../../assert.ts";

Deno.test("selfTestText() says that kernels have the bits of float64, and leaves nothing behind", async () => {
  using gpu = await openGpu();
  const text = await selfTestText(gpu);
  assertEquals(
    text,
    "equal to float64's: a linear map, its weight's gradient, the largest messages",
  );
  gpu.trim();
  const { live } = gpu.ledger;
  await selfTestText(gpu);
  gpu.trim();
  assertEquals(gpu.ledger.live, live);
});

const WHATS = ["a linear map", "its weight's gradient", "the largest messages"];
for (const [which, what] of WHATS.entries()) {
  Deno.test(`selfTestText() names the first value of ${what} whose last bit is another`, async () => {
    const { device, info } = await openDevice();
    class Wrong extends Gpu {
      override async read(...tensors: Tensor[]): Promise<Float32Array[]> {
        const values = await super.read(...tensors);
        new Uint32Array(values[which]!.buffer)[7]! ^= 1;
        return values;
      }
    }
    using gpu = new Wrong(info, device, Infinity);
    const text = await selfTestText(gpu);
    assertEquals(text.startsWith(`wrong: of ${what} value 8 of `), true, text);
    assertEquals(/ is (\S+), expected (\S+); no result of this adapter/.test(text), true, text);
  });
}
