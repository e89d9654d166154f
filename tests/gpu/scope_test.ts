import { openDryRun } from "../../gpu/dry_run.ts";
import { assertEquals, assertThrows } from "../assert.ts";

/** Bytes of a [64, 4] tensor. */
const BYTES = 1024;

function device() {
  const gpu = openDryRun();
  const before = gpu.ledger.live;
  const held = () => {
    gpu.trim();
    return (gpu.ledger.live - before) / BYTES;
  };
  return { gpu, held };
}

Deno.test("Gpu.scope() gives back what was taken and is still held, once", () => {
  const { gpu, held } = device();
  using _earlier = gpu.empty(64, 4);
  let [early, late] = [gpu.empty(64, 4), gpu.empty(64, 4)];
  late[Symbol.dispose]();
  {
    using _scope = gpu.scope();
    early[Symbol.dispose]();
    [early, late] = [gpu.empty(64, 4), gpu.empty(64, 4)];
    early[Symbol.dispose]();
    assertEquals(held(), 2);
  }
  assertEquals(held(), 1);
  using _next = gpu.empty(64, 4);
  // It has been given back: whose memory it was is another's by now.
  late[Symbol.dispose]();
  assertEquals(held(), 2);
});

Deno.test("Gpu.scope() that is kept gives nothing back, one around it does if it is not", () => {
  const { gpu, held } = device();
  assertThrows(
    () => {
      using _outer = gpu.scope();
      {
        using inner = gpu.scope();
        gpu.empty(64, 4);
        inner.keep();
      }
      assertEquals(held(), 1);
      throw new Error("stop");
    },
    Error,
    "stop",
  );
  assertEquals(held(), 0);
});

Deno.test("Gpu.scope() of a pass leaves what outlasts it, one of all does not", () => {
  const { gpu, held } = device();
  for (const [of, left] of [["a pass", 4], ["all", 4]] as const) {
    {
      using _scope = gpu.scope(of);
      for (const purpose of ["weights", "gradients", "moments", "graph"] as const) {
        gpu.empty(64, 4, purpose);
      }
      for (const purpose of ["activations", "plumbing"] as const) gpu.empty(64, 4, purpose);
      assertEquals(held(), of === "all" ? 10 : 6);
    }
    assertEquals(held(), left);
  }
});

Deno.test("Tensor.view() is all of a tensor, and frees nothing", () => {
  const { gpu, held } = device();
  const tensor = gpu.empty(64, 4);
  {
    using view = tensor.view();
    const { allocation, rows, cols, offset } = view;
    assertEquals([rows, cols, offset], [64, 4, 0]);
    assertEquals(allocation, tensor.allocation);
  }
  assertEquals(held(), 1);
  tensor[Symbol.dispose]();
  assertEquals(held(), 0);
});
