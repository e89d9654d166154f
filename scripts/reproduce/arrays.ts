/** Splits the runs that are left into arrays of tasks that take about as long and wait for the same. */
// @ts-types="types-d3"
import * as d3 from "d3";
import { type Planned, teacherOf } from "./plan.ts";
import type { Needs } from "./run_needs.ts";

/** Runs that are submitted at once, as tasks of one array. */
export interface TaskArray {
  readonly runs: readonly number[];
  /** What is taken off a run's number for its task's: Slurm takes numbers up to 1000 unless told otherwise. */
  readonly offset: number;
  /** Runs that must have ended before, of arrays before this one. */
  readonly teachers: readonly number[];
  readonly hours: number;
  readonly gibibytes: number;
}

/** Slurm's default MaxArraySize, less one: the largest number of a task. */
const MOST_TASKS = 1000;
/** A task that takes longer is requeued, and goes on. */
const MOST_HOURS = 24;
/** Estimates are without evaluations, and one machine's; a task has its start beside them. */
const TIME_FACTOR = 2;
const START_SECONDS = 600;

/** Arrays in an order in which each comes after those that it waits for. */
export function arraysOf(
  runs: readonly Planned[],
  needs: ReadonlyMap<Planned, Needs>,
): TaskArray[] {
  const tasks = runs.map((planned) => ({
    planned,
    teachers: teachersOf(planned, runs),
    hours: hoursOf(needs.get(planned)!),
    offset: MOST_TASKS * Math.floor((planned.number - 1) / MOST_TASKS),
  }));
  const groups = d3.groups(
    d3.sort(tasks, ({ teachers }) => teachers.length),
    ({ teachers, offset, hours }) => `${teachers.length} ${offset} ${hours}`,
  );
  return groups.map(([, group]) => ({
    runs: group.map(({ planned }) => planned.number),
    offset: group[0]!.offset,
    teachers: [...new Set(group.flatMap(({ teachers }) => teachers[0] ?? []))],
    hours: group[0]!.hours,
    gibibytes: Math.ceil(
      d3.max(group, ({ planned }) => needs.get(planned)!.hostBytes)! / 2 ** 30,
    ),
  }));
}

/** A run's teacher, that one's teacher, and so on, as far as they are to be run too. */
function teachersOf({ settings }: Planned, runs: readonly Planned[]): number[] {
  const teacher = teacherOf(runs, settings);
  return teacher ? [teacher.number, ...teachersOf(teacher, runs)] : [];
}

/** 1, 2, 4, …: few arrays, and none asks for more than twice what its tasks need. */
function hoursOf({ seconds }: Needs): number {
  const hours = (TIME_FACTOR * seconds + START_SECONDS) / 3600;
  return Math.min(MOST_HOURS, 2 ** Math.max(0, Math.ceil(Math.log2(hours))));
}

/** `1-7,9`: numbers in rising order as sbatch's --array has them. */
export function rangesOf(numbers: readonly number[]): string {
  const ranges: [first: number, last: number][] = [];
  for (const number of numbers) {
    const range = ranges.at(-1);
    if (range && number === range[1] + 1) range[1] = number;
    else ranges.push([number, number]);
  }
  return ranges.map(([first, last]) => first === last ? `${first}` : `${first}-${last}`).join();
}
