import { openGpu } from "../../gpu/gpu.ts";
import { defineKernel } from "../../gpu/kernel.ts";
import { assertEquals } from "../assert.ts";
import { add, zeros } from "./add_kernel.ts";

Deno.test("Gpu.launch() makes no bind group when the same step runs again", async () => {
  using gpu = await openGpu();
  const state = zeros(gpu, 192);
  const step = () => {
    using a = gpu.empty(1, 64);
    using b = gpu.empty(1, 64);
    using c = gpu.empty(1, 5);
    for (const tensor of [a, b, c]) gpu.clear(tensor);
    for (const tensor of [a, b, c, state]) add(tensor, 1);
    for (const offset of [0, 256, 512]) add(state.window(offset, 1, 64), 1);
    gpu.submit();
  };
  step();
  const { bindGroups } = gpu;
  // Three tensors, the whole state, and all windows of it together.
  assertEquals(bindGroups, 5);
  for (let repeat = 0; repeat < 10; repeat++) step();
  assertEquals(gpu.bindGroups, bindGroups);
  assertEquals((await gpu.read(state))[0], new Float32Array(192).fill(22));
});

Deno.test("Gpu.trim() forgets the bind groups of destroyed memory alone", async () => {
  using gpu = await openGpu();
  const kept = zeros(gpu, 4);
  add(kept, 1);
  {
    using scratch = zeros(gpu, 64);
    add(scratch, 1);
  }
  assertEquals(gpu.bindGroups, 2);
  gpu.trim();
  assertEquals(gpu.bindGroups, 1);
  add(kept, 1);
  {
    using scratch = zeros(gpu, 64);
    add(scratch, 1);
    assertEquals((await gpu.read(scratch))[0], new Float32Array(64).fill(1));
  }
  assertEquals(gpu.bindGroups, 2);
  assertEquals((await gpu.read(kept))[0], new Float32Array(4).fill(2));
});

Deno.test("Gpu.launch() keeps apart more parameter sets than a uniform buffer holds", async () => {
  using gpu = await openGpu();
  const tensors = Array.from({ length: 600 }, () => zeros(gpu, 4));
  for (let repeat = 0; repeat < 2; repeat++) {
    tensors.forEach((tensor, i) => add(tensor, i + 1));
  }
  gpu.submit();
  // The buffer holds 256 sets, and starts over where what was recorded has been submitted.
  assertEquals(gpu.submissions, 1 + 4);
  const values = await gpu.read(...tensors);
  values.forEach((value, i) => assertEquals(value, new Float32Array(4).fill(2 * (i + 1))));
});

Deno.test("Gpu.launch() holds one uniform buffer, however many parameter sets there were", async () => {
  using gpu = await openGpu();
  const tensor = zeros(gpu, 4);
  const { live } = gpu.ledger;
  let sum = 0;
  for (let step = 0; step < 20; step++) {
    for (let i = 0; i < 100; i++) add(tensor, 100 * step + i);
    sum += 10_000 * step + 4950;
    gpu.submit();
    assertEquals(gpu.ledger.live, live);
  }
  assertEquals(gpu.ledger.peak, live);
  assertEquals([...(await gpu.read(tensor))[0]!], [sum, sum, sum, sum]);
});

Deno.test("Gpu.launch() tells constants apart by name and by every bit of their values", async () => {
  using gpu = await openGpu();
  const constants = `
    override A: f32 = 1.0;
    override B: f32 = 10.0;
    @group(0) @binding(0) var<uniform> params: vec4u;
    @group(0) @binding(1) var<storage, read_write> out: array<f32>;
    @compute @workgroup_size(1) fn constants() { out[params.x] = A + B; }`;
  const kernel = defineKernel({
    ...{ name: "constants", file: "constants.wgsl", code: constants },
    params: { at: "u32" },
    buffers: { out: "write" },
  });
  const cases: Record<string, number>[] = [{}, { A: 2 }, { B: 2 }, { A: 2, B: 3 }, { A: 3, B: 2 }, {
    A: 2.5,
  }, { A: -2 }];
  using out = gpu.empty(1, cases.length);
  for (let time = 0; time < 2; time++) {
    gpu.clear(out);
    cases.forEach((constants, at) =>
      gpu.launch(kernel, { constants, params: { at }, buffers: { out }, workgroups: 1 })
    );
    const expected = cases.map(({ A = 1, B = 10 }) => A + B);
    assertEquals([...(await gpu.read(out))[0]!], expected);
  }
});
