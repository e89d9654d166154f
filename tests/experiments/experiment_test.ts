import { memoryVsDepth } from "../../experiments/memory_vs_depth.ts";
import { EXPERIMENTS } from "../../experiments/all.ts";
import { equilibrium } from "../../experiments/equilibrium.ts";
import { DEPTH, LAYERS } from "../../experiments/variable.ts";
import { modelOptions } from "../../models/options.ts";
import { sameRun } from "../../reports/rows/keys.ts";
import type { RunSettings } from "../../training/row.ts";
import { assert, assertEquals } from "../assert.ts";

Deno.test("sweep() lists every model, depth and seed once, measured depths with one seed", () => {
  const { quick, small, full } = memoryVsDepth.scales;
  assertEquals(quick.length, 2 * (2 + 4));
  assertEquals(small.length, 2 * (3 * 3 + 4) + 2 * 3 + 1);
  assertEquals(full.length, 3 * (6 * 3 + 3));
  assertEquals(equilibrium.scales.quick.length, 4 + 3 + 2);
  assertEquals(equilibrium.scales.full.length, (2 * 6 + 5) * 3);
});

for (const { name, x, scales } of EXPERIMENTS) {
  Deno.test(`${name} has no run twice, by its settings or in its charts`, () => {
    for (const runs of Object.values(scales)) {
      const places = runs.map((run) => [run.name, run.dataset, x.of(run), run.seed].join());
      runs.forEach((run, i) => {
        assertEquals(runs.findIndex((other) => sameRun(run, other)), i);
        assertEquals(places.indexOf(places[i]!), i);
        assertEquals(run.experiment, name);
      });
    }
  });
}

Deno.test("LAYERS and DEPTH read what they set, and change nothing else", () => {
  const [tied, solved] = equilibrium.scales.quick as [RunSettings, RunSettings];
  for (const run of [tied, solved]) {
    for (const x of [LAYERS, DEPTH]) {
      assertEquals(x.of(x.set(run, 56)), 56);
      assertEquals(x.set(x.set(run, 56), x.of(run)), run);
    }
  }
  assertEquals(DEPTH.set(tied, 56).model.layers, 56);
  const { layers, equilibrium: options } = DEPTH.set(solved, 56).model;
  assertEquals([layers, options?.maxSteps], [1, 56]);
});

Deno.test("DEPTH counts layers, or the steps a solver may take, by default too", () => {
  const [tied, solved] = equilibrium.scales.quick as [RunSettings, RunSettings];
  assertEquals([tied, solved].map(({ model }) => DEPTH.unit(model.kind)), ["layer", "solver step"]);
  assertEquals([tied, solved].map(DEPTH.of), [3, 3]);
  const model = modelOptions({ kind: "deq-gnn", channels: 8 });
  assertEquals(DEPTH.of({ ...solved, model }), 40);
});

Deno.test("equilibrium solves for curves of residuals on one model of most steps", () => {
  // At the paper's scale the graph goes by parts, and curves need the whole one.
  const { quick, full } = equilibrium.scales;
  for (const runs of [quick, full]) {
    const curved = runs.filter(({ residualSteps }) => residualSteps !== null);
    const most = Math.max(...runs.map(DEPTH.of));
    assert(curved.length > 0);
    assert(curved.every((run) => run.model.kind === "deq-gnn" && DEPTH.of(run) === most));
  }
});

Deno.test("sweep() trains shallow depths and measures deep ones, shallow first", () => {
  const runs = memoryVsDepth.scales.quick;
  const depths = runs.map((run) => run.model.layers);
  assertEquals(depths, depths.toSorted((a, b) => a - b));
  assert(runs.every((run) => (run.epochs === 0) === (run.model.layers > 14)));
  assert(runs.every((run) => run.experiment === memoryVsDepth.name && run.scale === "quick"));
});
