import { arxiv } from "../../experiments/arxiv.ts";
import { drift } from "../../experiments/drift.ts";
import { equilibrium } from "../../experiments/equilibrium.ts";
import { type Experiment } from "../../experiments/experiment.ts";
import { inference } from "../../experiments/inference.ts";
import { memoryVsDepth } from "../../experiments/memory_vs_depth.ts";
import { operators } from "../../experiments/operators.ts";
import { appendRow, rowsPath, settingsKey } from "../../reports/rows.ts";
import { planOf } from "../../scripts/plan.ts";
import { secondsOf } from "../../scripts/time_left.ts";
import type { Row } from "../../training/row.ts";
import { fixtureRow } from "../reports/fixture_rows.ts";
import { assert, assertEquals } from "../assert.ts";

/** Runs a test on a folder of its own. */
async function withFolder(test: (out: string) => Promise<void>): Promise<void> {
  const out = await Deno.makeTempDir();
  try {
    await test(out);
  } finally {
    await Deno.remove(out, { recursive: true });
  }
}

Deno.test("planOf() has every run once, in order, and the rows there are", () =>
  withFolder(async (out) => {
    const runs = memoryVsDepth.scales.quick;
    const row = fixtureRow(runs[2]!);
    await appendRow(rowsPath(out, "quick", memoryVsDepth.name), row);
    const options = { scale: "quick", out, fresh: false } as const;
    const plan = await planOf([memoryVsDepth, equilibrium], options);
    assertEquals(
      plan.map(({ settings }) => settings),
      [...runs, ...equilibrium.scales.quick],
    );
    assertEquals(plan.filter(({ row }) => row).map(({ row }) => row), [row]);
    assertEquals(plan[2]!.row, row);
    const again = await planOf([memoryVsDepth], { ...options, fresh: true });
    assert(again.every(({ row }) => row === undefined));
  }));

Deno.test("planOf() runs other experiments' runs that one shows, none of them twice", () =>
  withFolder(async (out) => {
    const summary: Experiment = {
      ...memoryVsDepth,
      name: "summary",
      scales: { quick: [], full: [], paper: [] },
      rowsOf: [memoryVsDepth, equilibrium],
    };
    const options = { scale: "quick", out, fresh: false } as const;
    const alone = await planOf([summary], options);
    assertEquals(alone.map(({ settings }) => settings.experiment), [
      ...memoryVsDepth.scales.quick.map(() => "memory_vs_depth"),
      ...equilibrium.scales.quick.map(() => "equilibrium"),
    ]);
    assertEquals((await planOf([summary, memoryVsDepth], options)).length, alone.length);
  }));

Deno.test("planOf() trains so many seeds as asked for, measures memory once, seed by seed", () =>
  withFolder(async (out) => {
    const runs = memoryVsDepth.scales.quick;
    const trained = runs.filter(({ epochs }) => epochs > 0).length;
    const options = { scale: "quick", out, fresh: false, seeds: 3 } as const;
    const plan = await planOf([memoryVsDepth], options);
    assertEquals(plan.length, runs.length + 2 * trained);
    const seeds = plan.map(({ settings }) => settings.seed);
    assertEquals(seeds, seeds.toSorted());
    assertEquals(new Set(plan.map(({ settings }) => settingsKey(settings))).size, plan.length);
    assert(plan[0]!.title.endsWith("3 layers, seed 0"), plan[0]!.title);
    const full = await planOf([memoryVsDepth], { ...options, scale: "full", seeds: 1 });
    assert(full.every(({ settings }) => settings.seed === 0));
  }));

Deno.test("planOf() keeps a student's row only beside its teacher's", () =>
  withFolder(async (out) => {
    const [teacher, student] = ["RevGAT", "RevGAT-SelfKD"].map((name) =>
      fixtureRow(arxiv.scales.quick.find((run) => run.name === name && run.seed === 0)!)
    );
    const known = async (rows: readonly Row[]) => {
      const path = rowsPath(out, "quick", arxiv.name);
      await Deno.remove(path).catch(() => {});
      for (const row of rows) await appendRow(path, row);
      const plan = await planOf([arxiv], { scale: "quick", out, fresh: false });
      return plan.filter(({ row }) => row).map(({ row }) => row!.name);
    };
    assertEquals(await known([teacher!, student!]), ["RevGAT", "RevGAT-SelfKD"]);
    assertEquals(await known([{ ...teacher!, epochs: 7 }, student!]), []);
  }));

Deno.test("planOf() keeps a row under a budget that its inference fits too", () =>
  withFolder(async (out) => {
    const row: Row = { ...fixtureRow(inference.scales.quick[0]!), peakBytes: 100 };
    const scores = { train: 0.5, valid: 0.5, test: 0.5 };
    const inferred = [{ parts: 1, views: 1, scores, peakBytes: 200, seconds: 1 }];
    await appendRow(rowsPath(out, "quick", inference.name), { ...row, inferred });
    const holds = async (memoryBudget: number) => {
      const options = { scale: "quick", out, fresh: false, memoryBudget } as const;
      return (await planOf([inference], options))[0]!.row !== undefined;
    };
    assertEquals([await holds(200), await holds(199), await holds(99)], [true, false, false]);
  }));

Deno.test("planOf() measures as many seeds as asked for of steps listed with several, and names data", async () => {
  const options = { scale: "full", out: "/nowhere", fresh: false } as const;
  const seeds = async (seeds: number) =>
    (await planOf([drift], { ...options, seeds })).map(({ settings }) => settings.seed);
  const listed = drift.scales.full.length;
  assertEquals((await seeds(3)).length, listed);
  assertEquals((await seeds(2)).length, listed / 3 * 2);
  const titles = (await planOf([operators], options)).map(({ title }) => title);
  assertEquals(new Set(titles).size, titles.length);
  assertEquals(titles[0], "ResGNN-64 GEN, 28 layers on wordnet-frames, seed 0");
});

Deno.test("secondsOf() counts by nodes, layers, channels and epochs", () => {
  const run = memoryVsDepth.scales.quick.find(({ model }) => model.layers === 3)!;
  const deep = { ...run, model: { ...run.model, layers: 6 }, epochs: 2 * run.epochs };
  const row = { ...fixtureRow(run), secondsPerEpoch: 0.5 };
  assertEquals(secondsOf([deep], [row]), 0.5 * 2 * 2 * run.epochs);
  assertEquals(secondsOf([deep, run], [row]), 0.5 * 5 * run.epochs);
  assertEquals(secondsOf([deep], []), undefined);
  // Any layer costs as much as 32 channels of it, whatever its width.
  const wide = { ...run, model: { ...run.model, channels: 2 * run.model.channels + 32 } };
  assertEquals(secondsOf([wide], [row]), 0.5 * 2 * run.epochs);
  const planted = { ...run, dataset: "planted", planted: { nodes: 27_578 } };
  assertEquals(secondsOf([planted], [row]), 0.5 * 2 * run.epochs);
  const solved = {
    ...run,
    model: { ...run.model, kind: "deq-gnn", layers: 1, groups: 1 },
  } as const;
  assertEquals(secondsOf([solved], [row]), 0.5 * 5 * run.epochs);
});
