/** What each scale runs: quick one seed, small three, and all models of a table trained alike. */
// @ts-types="types-d3"
import * as d3 from "d3";
import { EXPERIMENTS } from "../../experiments/all.ts";
import { complexity } from "../../experiments/complexity.ts";
import { drift } from "../../experiments/drift.ts";
import { equilibrium } from "../../experiments/equilibrium.ts";
import { type Experiment, runsOf, SCALES } from "../../experiments/experiment.ts";
import { memoryVsDepth } from "../../experiments/memory_vs_depth.ts";
import { workKey } from "../../reports/rows/keys.ts";
import type { RunSettings } from "../../training/row.ts";
import { assert, assertEquals } from "../assert.ts";

/** Runs whose scores are compared: a drift is that of one training, whatever it scores. */
function scored({ scales }: Experiment, scale: "quick" | "small"): readonly RunSettings[] {
  return scales[scale].filter(({ epochs, drift }) => epochs > 0 && !drift);
}

Deno.test("Every experiment has runs at every scale, under that scale's name", () => {
  for (const scale of SCALES) {
    for (const experiment of EXPERIMENTS) {
      assert(runsOf(experiment, scale).length > 0, `${experiment.name} at ${scale}`);
      assert(experiment.scales[scale].every((run) => run.scale === scale), experiment.name);
    }
  }
});

Deno.test("quick trains all with one seed; small with three or more", () => {
  for (const experiment of EXPERIMENTS) {
    assert(new Set(experiment.scales.quick.map(({ seed }) => seed)).size <= 1);
    const withSeeds = d3.rollups(
      scored(experiment, "small"),
      (runs) => new Set(runs.map(({ seed }) => seed)).size,
      (run) => workKey({ ...run, seed: 0 }),
    );
    for (const [run, seeds] of withSeeds) assert(seeds >= 3, `${seeds} seeds of ${run}`);
  }
});

/** What of a run's settings is its model, its name or how it is measured afterwards. */
const OWN = [
  "experiment",
  "name",
  "scale",
  "seed",
  "teacher",
  "model",
  "pretrainEpochs",
  "pretrainDepth",
  "residualSteps",
  "inference",
];

Deno.test("quick and small train all models of a table alike, with one rate and dropout", () => {
  const recipe = ({ model: { dropout }, ...run }: RunSettings) =>
    JSON.stringify([
      dropout,
      ...Object.entries(run).filter(([name]) => !OWN.includes(name)).sort(),
    ]);
  for (const scale of ["quick", "small"] as const) {
    for (const experiment of EXPERIMENTS) {
      // What an experiment varies, its graph among it, is no recipe.
      const atOne = scored(experiment, scale).map((run) => experiment.x.set(run, 1));
      const recipes = new Set(atOne.map(recipe));
      assert(recipes.size <= 1, [experiment.name, scale, ...recipes].join("\n"));
    }
  }
});

Deno.test("quick has all of small that needs no seeds", () => {
  const { quick, small } = complexity.scales;
  assertEquals(quick.map(workKey), small.map(workKey));
  // But for a thousand layers and ten thousand, which take minutes.
  const shallow = drift.scales.small.filter(({ model }) => model.layers < 1001);
  assertEquals(drift.scales.quick.map(workKey), shallow.map(workKey));
  for (const scale of ["quick", "small"] as const) {
    assert(equilibrium.scales[scale].some(({ residualSteps }) => residualSteps), scale);
    const deep = memoryVsDepth.scales[scale].filter(({ model }) => model.layers === 1001);
    const kinds = deep.map(({ epochs, model }) => [epochs, model.kind]).toSorted();
    assertEquals(kinds, [[0, "res-gnn"], [0, "rev-gnn"]]);
  }
});

Deno.test("quick compares models of every kind that small does, in fewer and narrower runs", () => {
  const kinds = ({ model }: RunSettings) => [model.kind, model.tied, model.convolution.kind].join();
  /** Work that grows a run's time, up to a factor that all have. */
  const work = (runs: readonly RunSettings[]) =>
    d3.sum(runs, ({ model, epochs }) => epochs * model.layers * model.channels);
  for (const experiment of EXPERIMENTS) {
    const [quick, small] = [scored(experiment, "quick"), scored(experiment, "small")];
    assertEquals(new Set(quick.map(kinds)), new Set(small.map(kinds)), experiment.name);
    const names = new Map(quick.map((run) => [run.name, run]));
    assertEquals(names.size > 1, new Set(small.map(({ name }) => name)).size > 1);
    if (small.length > 0) assert(work(quick) * 3 <= work(small), experiment.name);
  }
});
