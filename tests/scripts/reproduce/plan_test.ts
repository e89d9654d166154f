import { EXPERIMENTS } from "../../../experiments/all.ts";
import { arxiv } from "../../../experiments/arxiv.ts";
import { drift } from "../../../experiments/drift.ts";
import { equilibrium } from "../../../experiments/equilibrium.ts";
import { type Experiment } from "../../../experiments/experiment.ts";
import { inference } from "../../../experiments/inference.ts";
import { memoryVsDepth } from "../../../experiments/memory_vs_depth.ts";
import { operators } from "../../../experiments/operators.ts";
import { LAYERS } from "../../../experiments/variable.ts";
import { weightTying } from "../../../experiments/weight_tying.ts";
import { PLANTED } from "../../../graphs/settings.ts";
import { modelOptions } from "../../../models/options.ts";
import { settingsKey, workKey } from "../../../reports/rows/keys.ts";
import { type Planned, planOf, rowOfTwin, teacherOf } from "../../../scripts/reproduce/plan.ts";
import { secondsOf } from "../../../scripts/reproduce/time_left.ts";
import { resolve } from "../../../settings/resolve.ts";
import type { Row, RunSettings } from "../../../training/row.ts";
import { fixtureRow } from "../../reports/fixture_rows.ts";
import { assert, assertEquals } from "../../assert.ts";

Deno.test("planOf() has every run once, single steps first, else in order, and the rows there are", () => {
  const runs = [...memoryVsDepth.scales.quick, ...equilibrium.scales.quick];
  const trained = runs.filter(({ epochs }) => epochs > 0);
  const steps = runs.filter(({ epochs }) => epochs === 0);
  assert(trained.length * steps.length > 0);
  const row = fixtureRow(steps[2]!);
  const plan = planOf([memoryVsDepth, equilibrium], { scale: "quick", rows: [row] });
  assertEquals(plan.map(({ settings }) => settings), [...steps, ...trained]);
  assertEquals(plan.filter(({ row }) => row).map(({ row }) => row), [row]);
  assertEquals(plan[2]!.row, row);
});

Deno.test("planOf() begins quick and small scale with the memory figure's steps", () => {
  for (const scale of ["quick", "small"] as const) {
    const plan = planOf(EXPERIMENTS, { scale, rows: [] });
    const steps = memoryVsDepth.scales[scale].filter(({ epochs }) => epochs === 0);
    assertEquals(plan.slice(0, steps.length).map(({ settings }) => settings), steps);
    assert(steps.some(({ model }) => model.kind === "rev-gnn" && model.layers === 1001));
  }
});

Deno.test("planOf() runs other experiments' runs that one shows, none of them twice", () => {
  const summary: Experiment = {
    ...memoryVsDepth,
    name: "score_vs_memory",
    scales: { quick: [], small: [], full: [], paper: [] },
    rowsOf: [memoryVsDepth, equilibrium],
  };
  const options = { scale: "quick", rows: [] } as const;
  const alone = planOf([summary], options);
  const runs = [...memoryVsDepth.scales.quick, ...equilibrium.scales.quick];
  assertEquals(new Set(alone.map(({ settings }) => settings)), new Set(runs));
  assertEquals(alone.length, runs.length);
  assertEquals(planOf([summary, memoryVsDepth], options).length, alone.length);
});

/** The runs that both experiments have. */
const TIED = [weightTying, equilibrium].flatMap(({ scales }) =>
  scales.quick.filter(({ name, epochs }) => name === "WT-ResGNN-16" && epochs > 0)
);

Deno.test("planOf() names the run whose row answers another one too, done or to come", () => {
  const twins = (rows: readonly Row[], ...experiments: Experiment[]) =>
    planOf(experiments, { scale: "quick", rows }).flatMap(({ settings, twin }) =>
      twin ? [[settings.experiment, settings.model.layers, twin.experiment]] : []
    );
  const [ours, theirs] = ["weight_tying", "equilibrium"];
  const layers = TIED.filter(({ experiment }) => experiment === ours).map((run) =>
    run.model.layers
  );
  assertEquals(
    twins([], weightTying, equilibrium),
    layers.map((layers) => [theirs, layers, ours]),
  );
  const first = fixtureRow(TIED[0]!);
  assertEquals(twins([first], equilibrium), [[theirs, first.model.layers, ours]]);
  assertEquals(twins([first, { ...first, experiment: theirs! }], equilibrium), []);
  assertEquals(twins([{ ...first, learningRate: 1 }], equilibrium), []);
});

Deno.test("planOf() names no twin whose row another budget has outdated, and takes one that holds", () => {
  const run = TIED[0]!;
  const ofBudget = (experiment: string, peakBytes: number, memoryBudget: number): Row => ({
    ...fixtureRow(run),
    ...{ experiment, peakBytes, memoryBudget },
    status: peakBytes > memoryBudget ? "does not fit" : "trained",
  });
  const planned = (rows: readonly Row[], memoryBudget: number, ...experiments: Experiment[]) =>
    planOf(experiments, { scale: "quick", rows, memoryBudget })
      .filter(({ settings }) =>
        settings.name === run.name && settings.model.layers === run.model.layers
      )
      .map((one) => [one.row?.status, one.twin?.experiment, rowOfTwin(one, rows)?.experiment]);
  const [ours, theirs] = ["weight_tying", "equilibrium"] as const;
  const refused = [ofBudget(ours, 100, 50), ofBudget(theirs, 100, 50)];
  const both = [weightTying, equilibrium];
  assertEquals(planned(refused, 50, ...both), [["does not fit", undefined, undefined], [
    "does not fit",
    undefined,
    undefined,
  ]]);
  // All is to be done again, once.
  assertEquals(planned(refused, 200, ...both), [[undefined, undefined, undefined], [
    undefined,
    ours,
    undefined,
  ]]);
  assertEquals(planned(refused.slice(0, 1), 200, equilibrium), [[undefined, undefined, undefined]]);
  // One of them has been.
  const again = [...refused, ofBudget(ours, 100, 200)];
  assertEquals(planned(again, 200, ...both), [["trained", undefined, undefined], [
    undefined,
    ours,
    ours,
  ]]);
  assertEquals(planned(again, 100, equilibrium), [[undefined, ours, ours]]);
});

Deno.test("rowOfTwin() is none of other work, and none for a run without a twin", () => {
  const [run] = TIED;
  const planned: Planned = {
    settings: { ...run!, experiment: "groups" },
    number: 1,
    title: "",
    row: undefined,
  };
  const row = fixtureRow(run!);
  assertEquals(rowOfTwin({ ...planned, twin: run }, [row]), row);
  assertEquals(rowOfTwin({ ...planned, twin: run }, [{ ...row, seed: 9 }]), undefined);
  assertEquals(rowOfTwin(planned, [row]), undefined);
});

Deno.test("workKey() keeps students apart, whose teachers may differ", () => {
  const student = arxiv.scales.quick.find(({ teacher }) => teacher !== null)!;
  const other = (run: RunSettings) => ({ ...run, experiment: "products" });
  assert(workKey(student) !== workKey(other(student)), "students");
  assertEquals(workKey(TIED[0]!), workKey(other(TIED[0]!)));
});

Deno.test("planOf() takes another scale's rows of the same work, students beside their teacher's alone", () => {
  const rows = arxiv.scales.quick.map(fixtureRow);
  const twins = (rows: readonly Row[]) =>
    planOf([arxiv], { scale: "small", rows, seeds: 1 }).map(({ settings, row, twin }) => {
      assertEquals([settings.scale, row], ["small", undefined]);
      return twin?.scale === "quick" && twin.name === settings.name && twin.seed === 0;
    });
  assertEquals(twins(rows), rows.map(() => true));
  // Another teacher of that name: neither it nor whoever learned from it is asked for.
  const longer = rows.map((row) => row.name === "RevGAT" ? { ...row, epochs: 7 } : row);
  const ofTeacher = ({ name, teacher }: Row) => [name, teacher].includes("RevGAT");
  assertEquals(twins(longer), rows.map((row) => !ofTeacher(row)));
  const untaught = rows.filter(({ name }) => name !== "RevGAT");
  assertEquals(twins(untaught), rows.map((row) => !ofTeacher(row)));
  const own = planOf([arxiv], { scale: "quick", rows: [...rows, ...rows] });
  assert(own.every(({ row, twin }) => row !== undefined && twin === undefined));
});

Deno.test("planOf() trains so many seeds as asked for, measures memory once, seed by seed", () => {
  const runs = memoryVsDepth.scales.quick;
  const trained = runs.filter(({ epochs }) => epochs > 0).length;
  const options = { scale: "quick", rows: [], seeds: 3 } as const;
  const plan = planOf([memoryVsDepth], options);
  assertEquals(plan.length, runs.length + 2 * trained);
  const seeds = plan.map(({ settings }) => settings.seed);
  assertEquals(seeds, seeds.toSorted());
  assertEquals(new Set(plan.map(({ settings }) => settingsKey(settings))).size, plan.length);
  assert(plan[0]!.title.endsWith("28 layers, seed 0"), plan[0]!.title);
  const full = planOf([memoryVsDepth], { ...options, scale: "full", seeds: 1 });
  assert(full.every(({ settings }) => settings.seed === 0));
});

Deno.test("planOf() keeps a student's row only beside its teacher's", () => {
  const [teacher, student] = ["RevGAT", "RevGAT-SelfKD"].map((name) =>
    fixtureRow(arxiv.scales.quick.find((run) => run.name === name && run.seed === 0)!)
  );
  const known = (rows: readonly Row[]) =>
    planOf([arxiv], { scale: "quick", rows }).flatMap(({ row }) => row?.name ?? []);
  assertEquals(known([teacher!, student!]), ["RevGAT", "RevGAT-SelfKD"]);
  assertEquals(known([{ ...teacher!, epochs: 7 }, student!]), []);
});

Deno.test("teacherOf() is the teacher of the student's own seed", () => {
  const plan = planOf([arxiv], { scale: "quick", rows: [], seeds: 2 });
  const students = plan.map(({ settings }) => settings).filter(({ teacher }) => teacher !== null);
  const seeds = students.map((run) => [run.seed, teacherOf(plan, run)?.settings.seed]);
  assertEquals(seeds, [[0, 0], [1, 1]]);
});

Deno.test("planOf() keeps a row under a budget that its inference fits too", () => {
  const row: Row = { ...fixtureRow(inference.scales.quick[0]!), peakBytes: 100 };
  const scores = { train: 0.5, valid: 0.5, test: 0.5 };
  const inferred = [{ parts: 1, views: 1, scores, peakBytes: 200, seconds: 1 }];
  const holds = (memoryBudget: number) => {
    const options = { scale: "quick", rows: [{ ...row, inferred }], memoryBudget } as const;
    return planOf([inference], options)[0]!.row !== undefined;
  };
  assertEquals([holds(200), holds(199), holds(99)], [true, false, false]);
});

Deno.test("planOf() measures as many seeds as asked for of steps listed with several, and names data", () => {
  const options = { scale: "full", rows: [] } as const;
  const seeds = (seeds: number) =>
    planOf([drift], { ...options, seeds }).map(({ settings }) => settings.seed);
  // The deepest steps are listed with one seed, and measured with one.
  const once = drift.scales.full.filter(({ model }) => model.layers > 1001).length;
  const listed = drift.scales.full.length - once;
  assertEquals(seeds(3).length, listed + once);
  assertEquals(seeds(2).length, listed / 3 * 2 + once);
  const titles = planOf([operators], options).map(({ title }) => title);
  assertEquals(new Set(titles).size, titles.length);
  assertEquals(titles[0], "ResGNN-64 GEN, 28 layers on wordnet-frames, seed 0");
});

Deno.test("secondsOf() counts by nodes, layers, channels and epochs", () => {
  const run = memoryVsDepth.scales.quick.find(({ model }) => model.layers === 3)!;
  const deep = { ...LAYERS.set(run, 6), epochs: 2 * run.epochs };
  const row = { ...fixtureRow(run), secondsPerEpoch: 0.5 };
  assertEquals(secondsOf([deep], [row]), 0.5 * 2 * 2 * run.epochs);
  assertEquals(secondsOf([deep, run], [row]), 0.5 * 5 * run.epochs);
  assertEquals(secondsOf([deep], []), undefined);
  // Any layer costs as much as 32 channels of it, whatever its width.
  const wide = { ...run, model: { ...run.model, channels: 2 * run.model.channels + 32 } };
  assertEquals(secondsOf([wide], [row]), 0.5 * 2 * run.epochs);
  const planted = { ...run, dataset: "planted", planted: resolve(PLANTED, { nodes: 27_578 }) };
  assertEquals(secondsOf([planted], [row]), 0.5 * 2 * run.epochs);
  const { channels, dropout } = run.model;
  const solved = { ...run, model: modelOptions({ kind: "deq-gnn", channels, dropout }) };
  assertEquals(secondsOf([solved], [row]), 0.5 * 5 * run.epochs);
});
