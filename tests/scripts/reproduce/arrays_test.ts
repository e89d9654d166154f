import { arxiv } from "../../../experiments/arxiv.ts";
import { arraysOf, rangesOf } from "../../../scripts/reproduce/arrays.ts";
import type { RunSettings } from "../../../training/row.ts";
import { assertEquals } from "../../assert.ts";

const [gcn, teacher, student] = ["GCN", "RevGAT", "RevGAT-SelfKD"].map((name) =>
  arxiv.scales.quick.find((run) => run.name === name)!
) as [RunSettings, RunSettings, RunSettings];

/** A run's number, settings, seconds, and GiB of its machine's memory. */
type Task = readonly [number: number, settings: RunSettings, seconds?: number, gibibytes?: number];

function arrays(...tasks: readonly Task[]) {
  const runs = tasks.map(([number, settings]) => ({ number, settings, title: "", row: undefined }));
  const needs = tasks.map(([, , seconds = 0, gibibytes = 1]) => ({
    seconds,
    hostBytes: gibibytes * 2 ** 30,
  }));
  return arraysOf(runs, new Map(runs.map((run, i) => [run, needs[i]!])));
}

Deno.test("arraysOf() puts tasks together that take about as long, with the memory of the largest", () => {
  // Twice the time and ten minutes, as a power of two of hours, a day at most.
  const seconds = [0, 1500, 1501, 3300, 3301, 1e6];
  const found = arrays(...seconds.map((time, i) => [i + 1, gcn, time, i + 0.5] as const));
  assertEquals(found.map(({ runs, hours, gibibytes }) => [runs, hours, gibibytes]), [
    [[1, 2], 1, 2],
    [[3, 4], 2, 4],
    [[5], 4, 5],
    [[6], 24, 6],
  ]);
});

Deno.test("arraysOf() has students wait for their teachers, as far as these are to be run", () => {
  const [pupil, other] = [student, { ...student, seed: 1 }];
  const found = arrays([3, pupil], [4, other], [7, teacher], [8, { ...pupil, teacher: gcn.name }]);
  // Its teacher comes after it in the plan; the fourth's and the third's are not among the runs.
  assertEquals(found.map(({ runs, teachers }) => [runs, teachers]), [[[4, 7, 8], []], [[3], [7]]]);
  const late = { ...gcn, name: "late", teacher: student.name };
  assertEquals(
    arrays([9, late], [3, pupil], [7, teacher]).map(({ runs, teachers }) => [runs, teachers]),
    [
      [[7], []],
      [[3], [7]],
      [[9], [3]],
    ],
  );
});

Deno.test("arraysOf() numbers no task above Slurm's default of 1000", () => {
  const found = arrays([999, gcn], [1000, gcn], [1001, gcn], [2001, gcn]);
  assertEquals(found.map(({ runs, offset }) => [runs, offset]), [
    [[999, 1000], 0],
    [[1001], 1000],
    [[2001], 2000],
  ]);
});

Deno.test("rangesOf() writes numbers as ranges", () => {
  assertEquals(rangesOf([1]), "1");
  assertEquals(rangesOf([1, 2, 3, 5, 7, 8]), "1-3,5,7-8");
});
