/** Work that is repeated: recorded twice, then sent again, and recorded anew where that would differ. */
import { openDryRun } from "../../gpu/dry_run.ts";
import { openGpu } from "../../gpu/gpu.ts";
import type { Device, Tensor } from "../../gpu/tensor.ts";
import { assertEquals, assertRejects } from "../assert.ts";
import { add, zeros } from "./add_kernel.ts";

/** Repeated work that counts its calls: in memory of the pool it makes ones, and adds to two sums. */
function adding(gpu: Device, also: () => unknown = () => {}) {
  const sum = zeros(gpu, 192);
  const copied = zeros(gpu, 64);
  const counted = { calls: 0 };
  const again = gpu.repeated(async () => {
    counted.calls++;
    using ones = gpu.empty(1, 64);
    gpu.clear(ones);
    add(ones, 1);
    gpu.copy(ones, copied);
    add(copied, 1);
    add(sum, 1);
    add(sum.window(512, 1, 64), 10);
    await also();
  });
  return { counted, again, sum, copied };
}

/** What the sums are after so many times. */
async function check(gpu: Device, { sum, copied }: ReturnType<typeof adding>, times: number) {
  const [total, last] = await gpu.read(sum, copied);
  assertEquals(total, Float32Array.from({ length: 192 }, (_, i) => i < 128 ? times : 11 * times));
  assertEquals(last, new Float32Array(64).fill(2));
}

Deno.test("Gpu.repeated() calls its work twice, and sends again what that has recorded", async () => {
  using gpu = await openGpu();
  const work = adding(gpu);
  gpu.submit();
  for (let time = 0; time < 6; time++) {
    const before = gpu.submissions;
    await work.again();
    gpu.submit();
    assertEquals(gpu.submissions - before, 1);
  }
  // What is taken later is none of its memory.
  using _later = gpu.empty(1, 300);
  await work.again();
  await check(gpu, work, 7);
  assertEquals(work.counted.calls, 2);
});

Deno.test("Gpu.repeated() sends after what was recorded before, and before what is recorded next", async () => {
  using gpu = await openGpu();
  const work = adding(gpu);
  for (let time = 0; time < 4; time++) {
    gpu.clear(work.sum);
    await work.again();
    add(work.sum, 1);
    gpu.clear(work.copied);
  }
  const [sum, copied] = await gpu.read(work.sum, work.copied);
  assertEquals([sum![0], sum![191], copied![0]], [2, 12, 0]);
  assertEquals(work.counted.calls, 2);
});

const CHANGES: Record<string, (gpu: Device) => Tensor | undefined> = {
  "memory that it takes is held by others": (gpu) => {
    const held = gpu.empty(1, 64);
    gpu.clear(held);
    add(held, 7);
    return held;
  },
  "memory was destroyed": (gpu) => {
    gpu.trim();
    return undefined;
  },
  "its parameters were overwritten": (gpu) => {
    using other = gpu.empty(1, 4);
    for (let value = 0; value < 256; value++) add(other, value);
    return undefined;
  },
};

for (const [why, change] of Object.entries(CHANGES)) {
  Deno.test(`Gpu.repeated() records anew where ${why}`, async () => {
    using gpu = await openGpu();
    const work = adding(gpu);
    for (let time = 0; time < 3; time++) await work.again();
    assertEquals(work.counted.calls, 2);
    using held = change(gpu);
    for (let time = 3; time < 5; time++) await work.again();
    assertEquals(work.counted.calls, 3);
    await check(gpu, work, 5);
    const [values] = held ? await gpu.read(held) : [];
    assertEquals(values, held && new Float32Array(64).fill(7));
  });
}

Deno.test("Gpu.repeated() calls work that writes or reads each time", async () => {
  using gpu = await openGpu();
  const written = zeros(gpu, 4);
  const ways = [
    () => gpu.write(written, new Float32Array(4)),
    () => gpu.read(written),
    () => gpu.upload({ data: new Float32Array(4), rows: 1, cols: 4 })[Symbol.dispose](),
  ];
  for (const way of ways) {
    const work = adding(gpu, way);
    for (let time = 0; time < 4; time++) await work.again();
    await check(gpu, work, 4);
    assertEquals(work.counted.calls, 4);
  }
});

Deno.test("Gpu.repeated() calls work that destroys memory each time", async () => {
  using gpu = await openGpu();
  const work = adding(gpu, () => {
    gpu.empty(1, 999)[Symbol.dispose]();
    gpu.trim();
  });
  for (let time = 0; time < 4; time++) await work.again();
  await check(gpu, work, 4);
  assertEquals(work.counted.calls, 4);
});

Deno.test("Gpu.repeated() keeps nothing of a call that throws", async () => {
  using gpu = await openGpu();
  let fails = false;
  const work = adding(gpu, () => {
    if (fails) throw new Error("no");
  });
  await work.again();
  fails = true;
  await assertRejects(work.again, Error, "no");
  fails = false;
  gpu.clear(work.sum);
  for (let time = 0; time < 3; time++) await work.again();
  await check(gpu, work, 3);
  assertEquals(work.counted.calls, 3);
});

Deno.test("DryRun.repeated() calls its work each time", async () => {
  using gpu = openDryRun();
  const work = adding(gpu);
  for (let time = 0; time < 4; time++) await work.again();
  assertEquals(work.counted.calls, 4);
});
