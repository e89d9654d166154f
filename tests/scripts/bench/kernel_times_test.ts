import { planted } from "../../../graphs/planted/planted.ts";
import { kernelTimes, kernelWork } from "../../../scripts/bench/kernel_times.ts";
import { assert, assertEquals } from "../../assert.ts";
import { ROOT } from "../task.ts";

const GRAPH = planted({ nodes: 12, degree: 3, regular: true, tasks: 4, edgeFeatures: 4 });
const D = 8;

Deno.test("kernelWork() launches every kernel there is", async () => {
  const launched = new Set(Object.values(kernelWork(GRAPH, D)).flatMap(({ files }) => files));
  const files: string[] = [];
  for await (const { name } of Deno.readDir(new URL("kernels", ROOT))) {
    if (name.endsWith(".wgsl")) files.push(name);
  }
  assertEquals([...launched].toSorted(), files.toSorted());
});

Deno.test("kernelWork() counts each tensor of a launch once", () => {
  const work = kernelWork(GRAPH, D);
  const [x, wide, weight] = [12 * D, 12 * 2 * D, (D + 1) * 2 * D];
  assertEquals(work.linear!.bytes, 4 * (x + weight + wide));
  assertEquals(work.dropout!.bytes, 4 * (x + 4 + x));
  assertEquals(work.adam!.bytes, 4 * (4 * 2_860_000 + 4 + 4));
});

Deno.test("kernelTimes() tells each kernel's time and work", async () => {
  const times = await kernelTimes(GRAPH, D, 1);
  assertEquals(Object.keys(times), Object.keys(kernelWork(GRAPH, D)));
  for (const [name, { milliseconds, bytes, operations }] of Object.entries(times)) {
    assert(milliseconds > 0 && bytes > 0 && operations >= 0, name);
  }
  assertEquals(times.linear!.operations, 2 * 12 * D * 2 * D);
});
