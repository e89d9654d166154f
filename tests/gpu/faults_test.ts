/** What goes wrong on a device in the midst of work: a sentence at the next read, and no wrong values. */
import { DeviceLostError } from "../../gpu/faults.ts";
import { Gpu, openGpu } from "../../gpu/gpu.ts";
import { openDevice } from "../../gpu/open_device.ts";
import { openDryRun } from "../../gpu/dry_run.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";
import { add, zeros } from "./add_kernel.ts";

const LOST = "Cannot run on the GPU: its device was lost (destroyed";

for (const reads of [0, 1, 2]) {
  Deno.test(`Gpu.read() says that the device was lost in a step, after ${reads} reads`, async () => {
    const { device, info } = await openDevice();
    using gpu = new Gpu(info, device, Infinity);
    const tensor = zeros(gpu, 4);
    for (let read = 0; read < reads; read++) await gpu.read(tensor);
    add(tensor, 1);
    device.destroy();
    for (let read = 0; read < 3; read++) {
      const error = await assertRejects(() => gpu.read(tensor), Error, LOST);
      assert(error instanceof DeviceLostError, error.message);
      add(tensor, 1);
    }
    // Another device is none the worse.
    using other = await openGpu();
    const values = zeros(other, 4);
    add(values, 1);
    assertEquals([...(await other.read(values))[0]!], [1, 1, 1, 1]);
  });
}

Deno.test("Gpu.read() says that the device was lost between the pieces of a step, recorded or sent again", async () => {
  for (const times of [0, 2]) {
    const { device, info } = await openDevice();
    using gpu = new Gpu(info, device, Infinity);
    const tensor = zeros(gpu, 4);
    const submit = device.queue.submit.bind(device.queue);
    let pieces = Infinity;
    device.queue.submit = (buffers) => {
      if (--pieces === 0) device.destroy();
      submit(buffers);
    };
    const step = gpu.repeated(() => {
      for (let launch = 0; launch < 10_000; launch++) add(tensor, 1);
      return Promise.resolve();
    });
    for (let time = 0; time < times; time++) await step();
    await gpu.read(tensor);
    pieces = 2;
    await step();
    const error = await assertRejects(() => gpu.read(tensor), Error, LOST);
    assert(error instanceof DeviceLostError, error.message);
    assert(pieces < 0, "the device was not lost in between");
  }
});

Deno.test("Gpu.read() says what was out of memory, and what would fit", async () => {
  const { popErrorScope } = GPUDevice.prototype;
  using gpu = await openGpu();
  const tensor = zeros(gpu, 4);
  await gpu.read(tensor);
  GPUDevice.prototype.popErrorScope = async function (this: GPUDevice) {
    await popErrorScope.call(this);
    return new GPUOutOfMemoryError("Not enough memory left");
  };
  try {
    const sentence =
      "Cannot run on the GPU: it is out of memory (Not enough memory left), use fewer";
    await assertRejects(() => gpu.read(tensor), Error, sentence);
  } finally {
    GPUDevice.prototype.popErrorScope = popErrorScope;
  }
});

for (const [name, open] of [["Gpu", openGpu], ["DryRun", openDryRun]] as const) {
  Deno.test(`${name}.read() refuses a second read meanwhile, and reads on after it`, async () => {
    using gpu = await open();
    const tensor = zeros(gpu, 4);
    for (let time = 0; time < 3; time++) {
      const first = gpu.read(tensor);
      const sentence = "Cannot read from the device as it is being read from: await that read";
      await assertRejects(() => gpu.read(tensor), Error, sentence);
      assertEquals([...(await first)[0]!], [0, 0, 0, 0]);
    }
    assertEquals([...(await gpu.read(tensor))[0]!], [0, 0, 0, 0]);
  });
}
