import { openDevice } from "../../gpu/open_device.ts";
import { openDryRun } from "../../gpu/dry_run.ts";
import { Gpu, openGpu } from "../../gpu/gpu.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../assert.ts";
import { add, kernel, zeros } from "./add_kernel.ts";

const SHAPES = [[0, 0], [0, 3], [3, 0], [1, 1], [1, 3], [3, 1], [67, 5], [4, 16_384]];

Deno.test("Gpu.read() returns what Gpu.upload() sent, bit for bit", async () => {
  using gpu = await openGpu();
  for (const [rows, cols] of [...SHAPES, [1, 65_536], [65_536, 1]]) {
    const shape = { rows: rows!, cols: cols! };
    const bits = patterns(rows! * cols!);
    const tensor = gpu.upload({ ...shape, data: bits });
    const [values] = await gpu.read(tensor);
    assertEquals(new Uint32Array(values!.buffer), bits, `u32 of ${rows} × ${cols}`);
    const floats = Float32Array.from(bits, (value) => value / 7);
    gpu.write(tensor, floats);
    assertEquals((await gpu.read(tensor))[0], floats, `f32 of ${rows} × ${cols}`);
  }
});

Deno.test("Gpu.upload() pads rows with zeros, whatever stood in the memory it reuses", async () => {
  using gpu = await openGpu();
  const before = gpu.upload({ data: new Float32Array(12).fill(7), rows: 3, cols: 4 });
  before[Symbol.dispose]();
  const tensor = gpu.upload({ data: Float32Array.of(1, 2, 3, 4, 5, 6), rows: 3, cols: 2 });
  assertEquals(tensor.allocation, before.allocation);
  const [values] = await gpu.read(tensor.window(0, 3, 4));
  assertEquals([...values!], [1, 2, 0, 0, 3, 4, 0, 0, 5, 6, 0, 0]);
});

Deno.test("Gpu.write() fills a window and nothing beside it", async () => {
  using gpu = await openGpu();
  const tensor = zeros(gpu, 192);
  gpu.write(tensor.window(256, 1, 64), new Float32Array(64).fill(1));
  const expected = new Float32Array(192).fill(1, 64, 128);
  assertEquals((await gpu.read(tensor))[0], expected);
  assertEquals((await gpu.read(tensor.window(256, 4, 16)))[0], new Float32Array(64).fill(1));
});

Deno.test("Gpu.write() and upload() refuse another number of values and take no memory", async () => {
  using gpu = await openGpu();
  const tensor = zeros(gpu, 6);
  const { live } = gpu.ledger;
  const sentence = "Cannot fill a tensor of 2 × 3 with 7 values";
  const data = new Float32Array(7);
  assertThrows(() => gpu.upload({ data, rows: 2, cols: 3 }), RangeError, sentence);
  assertThrows(() => gpu.write(tensor.window(0, 2, 3), data), RangeError, sentence);
  assertEquals(gpu.ledger.live, live);
});

Deno.test("Gpu.write() comes after what was recorded before it", async () => {
  using gpu = await openGpu();
  const tensor = zeros(gpu, 4);
  add(tensor, 1);
  gpu.write(tensor, Float32Array.of(10, 20, 30, 40));
  add(tensor, 1);
  assertEquals([...(await gpu.read(tensor))[0]!], [11, 21, 31, 41]);
});

Deno.test("Gpu.upload() is safe from launches recorded on the memory it reuses", async () => {
  using gpu = await openGpu();
  const before = zeros(gpu, 4);
  add(before, 1);
  before[Symbol.dispose]();
  const after = zeros(gpu, 4);
  assertEquals(after.allocation, before.allocation);
  assertEquals([...(await gpu.read(after))[0]!], [0, 0, 0, 0]);
});

Deno.test("Gpu.clear() and copy() keep their place among launches", async () => {
  using gpu = await openGpu();
  const [a, b] = [zeros(gpu, 128), zeros(gpu, 128)];
  add(a, 1);
  gpu.copy(a, b);
  gpu.clear(a.window(256, 1, 64));
  add(a, 1);
  const [valuesOfA, valuesOfB] = await gpu.read(a, b);
  assertEquals(valuesOfA, new Float32Array(128).fill(2, 0, 64).fill(1, 64));
  assertEquals(valuesOfB, new Float32Array(128).fill(1));
});

Deno.test("Gpu throws a sentence where a tensor is another device's, or its memory was given back", async () => {
  using gpu = await openGpu();
  using other = await openGpu();
  using dry = openDryRun();
  const tensor = zeros(gpu, 6);
  const gone = zeros(gpu, 6);
  gone[Symbol.dispose]();
  gpu.trim();
  const sentence =
    "Cannot use a tensor of 1 × 6: its memory is another device's or was given back, " +
    "expected a tensor of this device that is not disposed of";
  for (const foreign of [zeros(other, 6), zeros(dry, 6), gone]) {
    assertThrows(() => gpu.copy(foreign, tensor), TypeError, sentence);
    assertThrows(() => gpu.copy(tensor, foreign), TypeError, sentence);
    assertThrows(() => gpu.clear(foreign), TypeError, sentence);
    assertThrows(() => gpu.write(foreign, new Float32Array(6)), TypeError, sentence);
    await assertRejects(() => gpu.read(tensor, foreign), TypeError, sentence);
  }
  gpu.submit();
  assertEquals(gpu.submissions, 0, "nothing was recorded");
  assertEquals((await gpu.read(tensor))[0], new Float32Array(6));
});

Deno.test("Gpu.launch() reaches every invocation once on a folded grid", async () => {
  const { device, info } = await openDevice();
  using gpu = new Gpu({ ...info, maxWorkgroups: 3 }, device, Infinity);
  for (const count of [1, 192, 193, 640, 641]) {
    const tensor = zeros(gpu, count);
    add(tensor, 1);
    assertEquals((await gpu.read(tensor))[0], new Float32Array(count).fill(1), `${count} values`);
  }
});

Deno.test("Gpu.launch() reaches past 65,535 workgroups", async () => {
  using gpu = await openGpu();
  const tensor = zeros(gpu, 65_536 * 64 + 1);
  add(tensor, 1);
  assert((await gpu.read(tensor))[0]!.every((value) => value === 1));
});

Deno.test("Gpu.launch() of no workgroups records nothing", async () => {
  using gpu = await openGpu();
  const out = zeros(gpu, 4);
  gpu.launch(kernel, { params: { count: 4, value: 1 }, buffers: { out }, workgroups: 0 });
  gpu.submit();
  assertEquals(gpu.submissions, 0);
});

Deno.test("Gpu.submit() counts what it sends, and sends nothing if nothing is recorded", async () => {
  using gpu = await openGpu();
  const tensor = zeros(gpu, 4);
  gpu.submit();
  assertEquals(gpu.submissions, 0);
  for (let launch = 0; launch < 100; launch++) add(tensor, 1);
  gpu.submit();
  gpu.submit();
  assertEquals(gpu.submissions, 1);
  assertEquals([...(await gpu.read(tensor))[0]!], [100, 100, 100, 100]);
  assertEquals(gpu.submissions, 2);
});

/** Numbers that use all 32 bits: as floats, among them NaN, infinities and denormals. */
function patterns(length: number): Uint32Array {
  return Uint32Array.from({ length }, (_, k) => Math.imul(k, 0x9e37_79b1) ^ 0xffff_ffff);
}

/** Calls `work`; how often it submits to the queue. */
function piecesOf(work: () => void): number {
  const { submit } = GPUQueue.prototype;
  let pieces = 0;
  GPUQueue.prototype.submit = function (buffers) {
    pieces++;
    return submit.call(this, buffers);
  };
  try {
    work();
  } finally {
    GPUQueue.prototype.submit = submit;
  }
  return pieces;
}

Deno.test("Gpu.launch() sends 100,000 launches in pieces before they are submitted", async () => {
  using gpu = await openGpu();
  using tensor = zeros(gpu, 3);
  const before = gpu.submissions;
  const pieces = piecesOf(() => {
    for (let i = 0; i < 100_000; i++) add(tensor, 1);
  });
  assertEquals(pieces, Math.floor(100_000 / 4096));
  assertEquals(piecesOf(() => gpu.submit()), 1);
  assertEquals(gpu.submissions - before, 1);
  assertEquals((await gpu.read(tensor))[0], new Float32Array([1e5, 1e5, 1e5]));
});

Deno.test("Gpu.launch() sends little at once of what moves many bytes", async () => {
  using gpu = await openGpu();
  using tensor = zeros(gpu, 2 ** 22);
  // 4 GiB in all, where a first piece is of a tenth of a second at 1 GiB/s.
  const pieces = piecesOf(() => {
    for (let i = 0; i < 256; i++) add(tensor, 1);
  });
  assert(pieces >= 256 / 8 && pieces <= 256 / 4, `${pieces} pieces`);
  assert((await gpu.read(tensor))[0]!.every((value) => value === 256));
});

Deno.test("Tensor[Symbol.dispose]() gives its memory back once", async () => {
  using gpu = await openGpu();
  const tensor = gpu.empty(4, 4);
  tensor[Symbol.dispose]();
  tensor[Symbol.dispose]();
  using a = gpu.empty(4, 4);
  using b = gpu.empty(4, 4);
  assert(a.allocation !== b.allocation);
});
