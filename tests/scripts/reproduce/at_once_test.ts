/** How many runs go on at a time here, where the adapter is a software driver. */
import { heedsThreads } from "../../../gpu/driver_threads.ts";
import { openDryRun } from "../../../gpu/dry_run.ts";
import { openGpu } from "../../../gpu/gpu.ts";
import { atOnce, usuallyAtOnce } from "../../../scripts/reproduce/at_once.ts";
import { UsageError } from "../../../scripts/flags/flags.ts";
import type { Planned } from "../../../scripts/reproduce/plan.ts";
import { runSettings } from "../../../training/settings.ts";
import { assertEquals, assertRejects } from "../../assert.ts";

function runsOf(dataset: string, count: number, nodes = 2000): Planned[] {
  const settings = runSettings({
    ...{ experiment: "groups", name: "RevGNN-8", scale: "quick", dataset },
    ...dataset === "planted" && { planted: { nodes } },
    model: { kind: "rev-gnn", layers: 2, channels: 8 },
  });
  return Array.from({ length: count }, (_, i) => ({
    ...{ number: i + 1, title: "", row: undefined, settings },
  }));
}

const CORES = navigator.hardwareConcurrency;
const MESA = { ...openDryRun().adapter, name: "llvmpipe (LLVM 19.1.7, 256 bits)" };
/** Whether the adapter here is one whose cores can be shared out. */
const heeds = await (async () => {
  using gpu = await openGpu();
  return heedsThreads(gpu.adapter);
})();

Deno.test("atOnce() shares the cores out among as many runs as asked for", async () => {
  if (!heeds) {
    const refused = () => atOnce(runsOf("planted", 9), 2);
    await assertRejects(refused, UsageError, "leave out --at-once");
    return;
  }
  for (let given = 2; given <= CORES; given++) {
    const cores = Math.floor(CORES / given);
    assertEquals(await atOnce(runsOf("planted", 99), given), { processes: given, cores });
    assertEquals(await atOnce(runsOf("cora", 99), given), { processes: given, cores });
    assertEquals(await atOnce(runsOf("cora", 1), given), { processes: 1 });
  }
  const refused = () => atOnce(runsOf("planted", 99), CORES + 1);
  await assertRejects(
    refused,
    UsageError,
    `Cannot do ${CORES + 1} runs at a time: each takes a core`,
  );
});

Deno.test("atOnce() is one where nothing is run, one run is, or one is asked for", async () => {
  assertEquals(await atOnce([]), { processes: 1 });
  assertEquals(await atOnce(runsOf("planted", 1)), { processes: 1 });
  assertEquals(await atOnce(runsOf("planted", 9), 1), { processes: 1 });
});

Deno.test("usuallyAtOnce() is one where a graph may take all memory, or the driver all cores", () => {
  const many = (dataset: string, nodes?: number) =>
    usuallyAtOnce(MESA, runsOf(dataset, 9, nodes), 2 ** 50);
  assertEquals(many("wordnet-frames"), CORES);
  assertEquals(many("planted", 2 ** 17), CORES);
  assertEquals(many("planted", 2 ** 17 + 1), 1);
  for (const dataset of ["ogbn-products", "my.npz", "my/tables"]) assertEquals(many(dataset), 1);
  const mixed = [...runsOf("planted", 9), ...runsOf("cora", 1)];
  assertEquals(usuallyAtOnce(MESA, mixed, 2 ** 50), 1);
  const card = { ...MESA, name: "a card" };
  assertEquals(usuallyAtOnce(card, runsOf("planted", 9), 2 ** 50), 1);
});

Deno.test("usuallyAtOnce() is what there is memory for, and one where none is known", () => {
  const within = (free?: number) => usuallyAtOnce(MESA, runsOf("planted", 9), free);
  assertEquals(within(), 1);
  assertEquals(within(3 * 2 ** 30 - 1), 1);
  assertEquals(within(2 * 3 * 2 ** 30), Math.min(CORES, 2));
});
