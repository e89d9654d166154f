/** What a run finds out once, before it trains. */
import { planted } from "../../graphs/planted/planted.ts";
import { run } from "../../training/runs/run.ts";
import type { RunSettings } from "../../training/settings.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";

const graph = planted({ nodes: 400, degree: 6, tasks: 3 });
const ASKED = {
  ...{ experiment: "train", name: "ResGNN-8", scale: "own", dataset: "planted" },
  model: { kind: "res-gnn", layers: 3, channels: 8 },
  ...{ epochs: 2, parts: 8, evaluateParts: null },
} as const;

/** The devices that are asked for meanwhile. */
async function devicesOf(act: () => Promise<unknown>): Promise<number> {
  const { requestDevice } = GPUAdapter.prototype;
  let devices = 0;
  GPUAdapter.prototype.requestDevice = function (descriptor) {
    devices++;
    return requestDevice.call(this, descriptor);
  };
  try {
    await act();
  } finally {
    GPUAdapter.prototype.requestDevice = requestDevice;
  }
  return devices;
}

Deno.test("run() evaluates by as few parts as fit where it is asked to, and by what it then says", async () => {
  const byOne = await run({ ...ASKED, evaluateParts: 1 }, graph);
  const memoryBudget = byOne.peakBytes - 1;
  const notes: string[] = [];
  const told: RunSettings[] = [];
  const watch = {
    onNote: (note: string) => notes.push(note),
    onBest: (_: unknown, settings: RunSettings) => void told.push(settings),
  };
  const row = await run({ ...ASKED, memoryBudget }, graph, watch);
  const { evaluateParts, status } = row;
  assert(evaluateParts > 1 && evaluateParts <= 8, `${evaluateParts} parts`);
  assertEquals([status, notes.length], ["trained", 1]);
  assert(notes[0]!.startsWith(`note: evaluates by ${evaluateParts} random parts, as`), notes[0]);
  assert(told.length > 0 && told.every((settings) => settings.evaluateParts === evaluateParts));
  // One part fewer would not fit.
  const fewer = await run(
    { ...ASKED, memoryBudget, evaluateParts: evaluateParts - 1 },
    graph,
    watch,
  );
  assertEquals(fewer.status, "does not fit");
  assertEquals((await run({ ...ASKED, parts: 1 }, graph)).evaluateParts, 1);
});

Deno.test("run() of a budget that nothing fits says what its own parts would need", async () => {
  const row = await run({ ...ASKED, memoryBudget: 10_000 }, graph);
  assertEquals([row.status, row.evaluateParts], ["does not fit", 8]);
  assert(row.peakBytes > 10_000);
});

Deno.test("run() that goes on evaluates by the parts that it began with", async () => {
  const folder = await Deno.makeTempDir();
  const files = { resume: { path: `${folder}/state.safetensors`, seconds: 0 } };
  const onEpoch = ({ epoch }: { epoch: number }) => {
    if (epoch === 2) throw new Error("stopped");
  };
  const begun = { ...ASKED, evaluateParts: 3 };
  await assertRejects(() => run(begun, graph, { onEpoch }, files), Error, "stopped");
  let done = 0;
  const row = await run(ASKED, graph, { onResume: (epochs) => done = epochs }, files);
  assertEquals([row.evaluateParts, done], [3, 1]);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("run() opens one device, and one more for each measure with a peak of its own", async () => {
  const alone = { ...ASKED, memoryBudget: 2 ** 30 };
  assertEquals(await devicesOf(() => run(alone, graph)), 1);
  const inference = [{ parts: 1, views: 1 }, { parts: 2, views: 1 }];
  assertEquals(await devicesOf(() => run({ ...alone, inference }, graph)), 3);
});
