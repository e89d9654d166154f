import { memoryVsDepth } from "../../experiments/memory_vs_depth.ts";
import { sameRun } from "../../reports/rows.ts";
import { assert, assertEquals } from "../assert.ts";

Deno.test("sweep() lists every model, depth and seed once, measured depths with one seed", () => {
  const { quick, full } = memoryVsDepth.scales;
  assertEquals(quick.length, 2 * 9);
  assertEquals(full.length, 2 * (6 * 3 + 3));
  for (const runs of [quick, full]) {
    runs.forEach((run, i) => {
      assertEquals(runs.findIndex((other) => sameRun(run, other)), i);
    });
  }
});

Deno.test("sweep() trains shallow depths and measures deep ones, shallow first", () => {
  const runs = memoryVsDepth.scales.quick;
  const depths = runs.map((run) => run.model.layers);
  assertEquals(depths, depths.toSorted((a, b) => a - b));
  assert(runs.every((run) => (run.epochs === 0) === (run.model.layers > 14)));
  assert(runs.every((run) => run.experiment === memoryVsDepth.name && run.scale === "quick"));
});
