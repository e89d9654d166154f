/** How many runs go on at a time here, where the adapter is a software driver. */
import { heedsThreads } from "../../../gpu/driver_threads.ts";
import { openGpu } from "../../../gpu/gpu.ts";
import { atOnce } from "../../../scripts/reproduce/at_once.ts";
import { UsageError } from "../../../scripts/flags/flags.ts";
import type { Planned } from "../../../scripts/reproduce/plan.ts";
import { runSettings } from "../../../training/settings.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";

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

Deno.test("atOnce() is one where a graph may take all memory, else no more than the cores", async () => {
  for (const dataset of ["ogbn-products", "my.npz", "my/tables"]) {
    assertEquals(await atOnce(runsOf(dataset, 9)), { processes: 1 });
  }
  assertEquals(await atOnce(runsOf("planted", 9, 2 ** 17 + 1)), { processes: 1 });
  assertEquals(await atOnce([...runsOf("planted", 9), ...runsOf("cora", 1)]), { processes: 1 });
  const { processes, cores = CORES } = await atOnce(runsOf("planted", 99));
  assert(processes >= 1 && processes * cores <= CORES, `${processes} of ${cores} cores`);
});
