import { type AdapterInfo, knownMemory } from "../../gpu/adapter.ts";
import { openDryRun } from "../../gpu/gpu.ts";
import { assertEquals } from "../assert.ts";

const software: AdapterInfo = openDryRun().adapter;

Deno.test({
  name: "knownMemory() is unknown of a card, and of a machine that does not tell",
  permissions: { sys: false },
  fn() {
    assertEquals(knownMemory({ ...software, software: false }), undefined);
    assertEquals(knownMemory(software), undefined);
  },
});
