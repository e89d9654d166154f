/** What a training step holds at each layer: flat for the reversible model, climbing for the residual one. */
import { MemoryWatch } from "../../demo/memory_watch.ts";
import { plannedModel } from "../../demo/plan.ts";
import { type Footprint, footprintOf, trainPlan } from "../../demo/training.ts";
import { openDryRun } from "../../gpu/dry_run.ts";
import { openGpu } from "../../gpu/gpu.ts";
import { planted } from "../../graphs/planted/planted.ts";
import { assert, assertEquals } from "../assert.ts";

const graph = planted({ nodes: 300, degree: 5, tasks: 3 });
const PLAN = { layers: 6, channels: 16, epochs: 4 };

function bytesOf({ layers }: Footprint): number[] {
  return layers.map(({ bytes }) => bytes);
}

Deno.test("footprintOf() goes to the last layer and back to the first", async () => {
  for (const kind of ["rev-gnn", "res-gnn"] as const) {
    const { layers } = await footprintOf(graph, kind, PLAN);
    assertEquals(layers.map(({ layer }) => layer), [1, 2, 3, 4, 5, 6, 5, 4, 3, 2, 1]);
  }
});

Deno.test("footprintOf() of a RevGNN is flat on either way, at any depth", async () => {
  const held = bytesOf(await footprintOf(graph, "rev-gnn", PLAN));
  assertEquals(new Set(held.slice(0, 5)).size, 1);
  assertEquals(new Set(held.slice(5)).size, 1);
  const deep = bytesOf(await footprintOf(graph, "rev-gnn", { ...PLAN, layers: 40 }));
  assertEquals(new Set(deep), new Set(held));
});

Deno.test("footprintOf() of a ResGNN climbs by the same at each layer, and falls on the way back", async () => {
  const held = bytesOf(await footprintOf(graph, "res-gnn", PLAN));
  const climbs = held.slice(1, 5).map((bytes, i) => bytes - held[i]!);
  assertEquals(new Set(climbs).size, 1);
  assert(climbs[0]! > 300 * 16 * 4, `a layer keeps ${climbs[0]} bytes`);
  const falls = held.slice(6).map((bytes, i) => held[i + 5]! - bytes);
  assert(falls.every((bytes) => bytes > 0), `on the way back ${falls}`);
});

Deno.test("trainPlan() finds on the device what footprintOf() forecasts, to the byte", async () => {
  for (const kind of ["rev-gnn", "res-gnn"] as const) {
    using gpu = await openGpu();
    const found: Footprint[] = [];
    await trainPlan(gpu, graph, kind, PLAN, ({ footprint }) => found.push(footprint));
    const forecast = await footprintOf(graph, kind, PLAN, gpu.adapter);
    assertEquals(found, Array.from(found, () => forecast));
    assertEquals(found.length, 4);
  }
});

Deno.test("MemoryWatch leaves the device as it was", () => {
  using gpu = openDryRun();
  const { empty, release, launch, submit } = gpu;
  {
    using _ = new MemoryWatch(gpu, plannedModel("rev-gnn", PLAN, graph).layout);
    assert(gpu.launch !== launch, "it stands in front of the launches");
  }
  assertEquals([gpu.empty, gpu.release], [empty, release]);
  assertEquals([gpu.launch, gpu.submit], [launch, submit]);
});
