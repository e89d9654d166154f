import { openDevice } from "../../gpu/open_device.ts";
import { Gpu, openGpu } from "../../gpu/gpu.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";
import { add, kernel, zeros } from "./add_kernel.ts";

Deno.test("Gpu.read() gives new values every time, the first read and mapped ones after it", async () => {
  using gpu = await openGpu();
  const tensor = zeros(gpu, 5);
  for (let read = 1; read <= 20; read++) {
    add(tensor, 1);
    assertEquals((await gpu.read(tensor))[0], new Float32Array(5).fill(read));
  }
});

Deno.test("Gpu.read() returns copies that later reads leave alone", async () => {
  using gpu = await openGpu();
  const tensor = zeros(gpu, 4);
  await gpu.read(tensor);
  const [before] = await gpu.read(tensor);
  add(tensor, 1);
  await gpu.read(tensor);
  assertEquals(before, new Float32Array(4));
});

Deno.test("Gpu.read() brings several tensors of growing size, padding left behind", async () => {
  using gpu = await openGpu();
  for (const rows of [1, 67, 3, 1000]) {
    const matrices = [1, 4, 7].map((cols) => {
      const data = Float32Array.from({ length: rows * cols }, (_, k) => k + cols);
      return { data, rows, cols };
    });
    const values = await gpu.read(...matrices.map((matrix) => gpu.upload(matrix)));
    assertEquals(values, matrices.map(({ data }) => data));
  }
});

Deno.test("Gpu.read() brings more than one buffer holds, in its order", async () => {
  const { device, info } = await openDevice();
  using gpu = new Gpu({ ...info, maxBufferBytes: 1024 }, device, Infinity);
  const tensors = [100, 200, 5, 256, 3].map((count) => zeros(gpu, count));
  gpu.reserve(...tensors);
  for (let read = 1; read <= 3; read++) {
    tensors.forEach((tensor, i) => add(tensor, i + 1));
    const values = await gpu.read(...tensors);
    assertEquals(values, tensors.map(({ cols }, i) => new Float32Array(cols).fill(read * (i + 1))));
  }
  assertEquals(await gpu.read(), []);
});

Deno.test("Gpu.read() of nothing submits and waits, on a device that has read nothing before too", async () => {
  using gpu = await openGpu();
  assertEquals(await gpu.read(), []);
  assertEquals(gpu.submissions, 1);
  const out = zeros(gpu, 4);
  gpu.copy(out, out);
  await assertRejects(() => gpu.read(), Error, "Cannot run on the GPU: ");
});

Deno.test("Gpu.read() names the file, line and column of a kernel that does not compile", async () => {
  const broken = {
    ...kernel,
    name: "broken",
    file: "broken.wgsl",
    code: kernel.code.replace("fn add", "fn broken").replace("+= params.value", "+= prams.value"),
  };
  for (const readBefore of [false, true]) {
    using gpu = await openGpu();
    const out = zeros(gpu, 4);
    if (readBefore) { for (let read = 0; read < 2; read++) await gpu.read(out); }
    gpu.launch(broken, { params: { count: 4, value: 1 }, buffers: { out }, workgroups: 1 });
    const sentence = 'Cannot compile kernel "broken" at broken.wgsl:24:14: ';
    const { message } = await assertRejects(() => gpu.read(out), SyntaxError, sentence);
    assert(message.includes("prams"), message);
  }
});

Deno.test("Gpu.read() throws what the device reported since the last read", async () => {
  for (const readBefore of [false, true]) {
    using gpu = await openGpu();
    const out = zeros(gpu, 4);
    if (readBefore) { for (let read = 0; read < 2; read++) await gpu.read(out); }
    gpu.copy(out, out);
    await assertRejects(() => gpu.read(out), Error, "Cannot run on the GPU: ");
  }
});
