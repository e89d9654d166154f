import { openGpu } from "../../../gpu/gpu.ts";
import { measureCeilings } from "../../../scripts/bench/ceilings.ts";
import { assert, assertEquals } from "../../assert.ts";

Deno.test("measureCeilings() finds rates and times, and gives its memory back", async () => {
  using gpu = await openGpu();
  const ceilings = await measureCeilings(gpu, 1);
  for (const [name, value] of Object.entries(ceilings)) {
    assert(value > 0 && Number.isFinite(value), `${name} is ${value}`);
  }
  // A launch takes microseconds, a second of it would be a hang; rates are of billions.
  assert(ceilings.launch < 1000 && ceilings.copyGBs < 1e5, JSON.stringify(ceilings));
  gpu.trim();
  const plumbing = gpu.ledger.peakOf("plumbing");
  assertEquals(gpu.ledger.live, plumbing);
});
