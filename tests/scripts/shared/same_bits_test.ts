import { Gpu, openGpu } from "../../../gpu/gpu.ts";
import { openDevice } from "../../../gpu/open_device.ts";
import type { Tensor } from "../../../gpu/tensor.ts";
import { sameBitsText } from "../../../scripts/shared/same_bits.ts";
import { assert, assertEquals } from "../../assert.ts";

/** An adapter of which every second device flips the last bit of a value in one of its readbacks. */
function unsteady(read: number, value: number): () => Promise<Gpu> {
  let devices = 0;
  class Unsteady extends Gpu {
    #reads = devices++ % 2 === 0 ? NaN : 0;

    override async read(...tensors: Tensor[]): Promise<Float32Array[]> {
      const values = await super.read(...tensors);
      if (this.#reads++ === read) {
        const { buffer, byteOffset } = values[0]!;
        new Uint32Array(buffer, byteOffset)[value]! ^= 1;
      }
      return values;
    }
  }
  return async () => {
    const { device, info } = await openDevice();
    return new Unsteady(info, device, Infinity);
  };
}

Deno.test("sameBitsText() says that an adapter gives the same bits again", async () => {
  let devices = 0;
  const text = await sameBitsText(() => {
    devices++;
    return openGpu();
  });
  assertEquals(text, "the same again: losses and weights of 2 trainings of 5 steps, each twice");
  assertEquals(devices, 4);
});

Deno.test("sameBitsText() says where one bit of a loss or a weight is another", async () => {
  // A readback for each step, then one of the weights.
  const loss = await sameBitsText(unsteady(2, 0));
  const sentence =
    /^not the same again: of two equal trainings the loss of step 3 was (\S+), then (\S+); /;
  const [, one, other] = sentence.exec(loss) ?? [];
  assert(one !== other && Math.abs(Number(one) - Number(other)) < 1e-6, loss);
  const weight = await sameBitsText(unsteady(5, 3));
  assert(
    /: of two equal trainings weight 4 of \d+ differs in the end; no run on this/.test(weight),
    weight,
  );
});
