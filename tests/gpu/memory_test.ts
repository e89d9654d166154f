import { openDryRun } from "../../gpu/dry_run.ts";
import { openGpu } from "../../gpu/gpu.ts";
import { Ledger } from "../../gpu/ledger.ts";
import type { Device } from "../../gpu/tensor.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { add, zeros } from "./add_kernel.ts";

Deno.test("Ledger.book() keeps what is held and the most ever held, by purpose and in all", () => {
  const ledger = new Ledger();
  ledger.book("weights", 100);
  ledger.book("activations", 50);
  ledger.book("activations", -50);
  ledger.book("activations", 20);
  ledger.book("gradients", 40);
  assertEquals([ledger.live, ledger.peak], [160, 160]);
  assertEquals(ledger.peakOf("activations"), 50);
  assertEquals(ledger.peakOf("moments"), 0);
  assertEquals(ledger.activationPeak, 20);
});

Deno.test("Gpu.trim() brings the ledger back to its start, the peak is kept", async () => {
  using gpu = await openGpu();
  const { live } = gpu.ledger;
  {
    using a = gpu.empty(10, 3);
    using b = gpu.empty(1, 1, "weights");
    assertEquals(gpu.ledger.live - live, a.bytes + b.bytes);
  }
  assertEquals(gpu.ledger.live - live, 160 + 16, "pooled memory is held");
  gpu.trim();
  assertEquals(gpu.ledger.live, live);
  assertEquals(gpu.ledger.peak, live + 160 + 16);
});

Deno.test("Gpu[Symbol.dispose]() brings the ledger to zero", async () => {
  const gpu = await openGpu();
  {
    using tensor = zeros(gpu, 4);
    add(tensor, 1);
    await gpu.read(tensor);
  }
  assert(gpu.ledger.live > 0);
  gpu[Symbol.dispose]();
  assertEquals(gpu.ledger.live, 0);
});

Deno.test("Tensor.bytes books a padded row of four words, and never nothing", () => {
  using gpu = openDryRun();
  const bytes = (rows: number, cols: number) => gpu.empty(rows, cols).bytes;
  assertEquals([bytes(0, 0), bytes(0, 7), bytes(7, 0), bytes(1, 1)], [16, 16, 16, 16]);
  assertEquals([bytes(2, 4), bytes(2, 5), bytes(67, 3)], [32, 64, 1072]);
});

Deno.test("Gpu.empty() takes the free memory made first, of the same size and purpose", () => {
  using gpu = openDryRun();
  const make = () => gpu.empty(1, 4);
  const [a, b, c] = [make(), make(), make()];
  for (const tensor of [c, a, b]) tensor[Symbol.dispose]();
  const others = [gpu.empty(1, 4, "weights"), gpu.empty(2, 4)];
  const again = [make(), make(), make(), make()];
  assertEquals(
    again.slice(0, 3).map(({ allocation }) => allocation),
    [a, b, c].map(({ allocation }) => allocation),
  );
  const ids = [a, b, c, ...others, again[3]!].map(({ allocation }) => allocation.id);
  assertEquals(new Set(ids).size, 6);
});

Deno.test("Gpu.empty() throws a sentence past the budget, and leaks nothing", async () => {
  const unlimited = await openGpu();
  const start = unlimited.ledger.live;
  unlimited[Symbol.dispose]();
  using gpu = await openGpu({ memoryBudget: start + 1024 });
  const first = gpu.empty(1, 192);
  const refuse = () =>
    assertThrows(
      () => gpu.empty(1, 128),
      RangeError,
      "Cannot allocate 512 B for activations: 64.75 KiB of 65 KiB are taken, " +
        "use fewer channels or more parts",
    );
  refuse();
  refuse();
  assertEquals(gpu.ledger.live, start + 768);
  first[Symbol.dispose]();
  gpu.empty(1, 128);
  assertEquals(gpu.ledger.live, start + 512, "the pool made room");
});

Deno.test("Gpu.empty() throws a sentence where no buffer could hold the tensor", () => {
  const adapter = { ...openDryRun().adapter, maxBindingBytes: 2048, maxBufferBytes: 4096 };
  using gpu = openDryRun(adapter);
  const { live } = gpu.ledger;
  assertThrows(
    () => gpu.empty(257, 3),
    RangeError,
    "Cannot allocate a tensor of 257 × 3: it takes 4.02 KiB, the adapter allows 4 KiB, " +
      "use fewer channels or more parts",
  );
  assertEquals(gpu.ledger.live, live);
  gpu.empty(256, 3);
});

Deno.test("Gpu.trim() waits for launches recorded on the memory it destroys", async () => {
  using gpu = await openGpu();
  const kept = zeros(gpu, 4);
  addThroughScratch(gpu, kept);
  gpu.trim();
  assertEquals([...(await gpu.read(kept))[0]!], [1, 1, 1, 1]);
});

Deno.test("Gpu.empty() makes room in the middle of recorded launches", async () => {
  const unlimited = await openGpu();
  const start = unlimited.ledger.live;
  unlimited[Symbol.dispose]();
  using gpu = await openGpu({ memoryBudget: start + 2048 });
  const kept = zeros(gpu, 4);
  addThroughScratch(gpu, kept);
  using large = gpu.empty(1, 480);
  gpu.clear(large);
  add(kept, 1);
  assertEquals([...(await gpu.read(kept))[0]!], [2, 2, 2, 2]);
});

/** Records kept += 1 by way of another tensor, which is disposed of before anything has run. */
function addThroughScratch(gpu: Device, kept: ReturnType<typeof zeros>): void {
  using scratch = zeros(gpu, 400);
  add(scratch, 1);
  gpu.copy(scratch.window(0, 1, 4), kept);
}
