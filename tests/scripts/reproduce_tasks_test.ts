/** `reproduce --run` and `--slurm` as a user or a scheduler calls them: files of each run's own. */
import { arxiv } from "../../experiments/arxiv.ts";
import { groups } from "../../experiments/groups.ts";
import { memoryVsDepth } from "../../experiments/memory_vs_depth.ts";
import { weightTying } from "../../experiments/weight_tying.ts";
import { sameRun } from "../../reports/rows/keys.ts";
import { readPlan } from "../../reports/rows/plan_file.ts";
import { appendRow, readRows, rowsPath } from "../../reports/rows/rows.ts";
import { fileKey, storedRows, taskRowPath } from "../../reports/rows/stored_rows.ts";
import { notePath, readNote, writeNote } from "../../reports/rows/task_notes.ts";
import type { Row, RunSettings } from "../../training/row.ts";
import { planOf } from "../../scripts/reproduce/plan.ts";
import { runOne } from "../../scripts/reproduce/run_one.ts";
import { assert, assertEquals } from "../assert.ts";
import { withFolder } from "../folder.ts";
import { namesIn } from "../graphs/ogb_archives.ts";
import { fixtureRow } from "../reports/fixture_rows.ts";
import { assertSentence, task } from "./task.ts";

/** Rows of an experiment's quick runs, but for some. */
async function rowsBut(folder: string, runs: readonly RunSettings[], left: readonly RunSettings[]) {
  for (const run of runs) {
    if (!left.includes(run)) {
      await appendRow(rowsPath(folder, "quick", run.experiment), fixtureRow(run));
    }
  }
}

Deno.test("reproduce --run does one run, whose row is a file that report and a later call read", () =>
  withFolder(async (folder) => {
    const runs = memoryVsDepth.scales.quick;
    const missing = runs.find(({ model }) => model.kind === "res-gnn" && model.layers === 1001)!;
    await rowsBut(folder, runs, [missing]);
    const only = ["--only", "memory_vs_depth", "--out", folder];
    // Single steps come first in the plan.
    const sorted = [
      ...runs.filter((run) => run.epochs === 0),
      ...runs.filter((run) => run.epochs > 0),
    ];
    const number = sorted.indexOf(missing) + 1;
    const { code, out, err } = await task("reproduce", [...only, "--run", `${number}`]);
    assertEquals(code, 0, err);
    assertEquals(out, `${taskRowPath(folder, missing)}\n`);
    const [row] = await readRows(taskRowPath(folder, missing));
    assertEquals(row!.status, "does not fit");
    assertEquals(
      (await readRows(rowsPath(folder, "quick", "memory_vs_depth"))).length,
      runs.length - 1,
    );
    assertEquals(namesIn(`${folder}/quick`), ["plan.jsonl", "rows", "status.html", "tasks"]);
    assertEquals(namesIn(`${folder}/quick/tasks`), []);

    const again = await task("reproduce", [...only, "--run", `${number}`]);
    assertEquals([again.code, again.out], [0, out], again.err);
    assert(again.err.includes(`(as measured on ${row!.date})`), again.err);
    const drawn = await task("report", ["--out", folder]);
    assertEquals(drawn.code, 0, drawn.err);
    const index = await Deno.readTextFile(`${folder}/quick/index.html`);
    assert(index.includes('href="status.html"'), "the index leads to how tasks stand");
    const page = await Deno.readTextFile(`${folder}/quick/memory_vs_depth.html`);
    assert(!page.includes("not run yet"), "the page has the run's row");
    const status = await Deno.readTextFile(`${folder}/quick/status.html`);
    assert(
      status.includes(`${runs.length} runs: 0 running, 0 failed, 0 left and ${runs.length} done`),
    );
  }));

Deno.test("reproduce --run leaves a note of why a run failed, and --slurm has it run again", () =>
  withFolder(async (folder) => {
    const student = arxiv.scales.quick.find(({ teacher }) => teacher !== null)!;
    const teacher = arxiv.scales.quick.find(({ name }) => name === student.teacher)!;
    await rowsBut(folder, arxiv.scales.quick, [student, teacher]);
    const only = ["--only", "arxiv", "--out", folder];
    const number = arxiv.scales.quick.indexOf(student) + 1;
    const { code, out, err } = await task("reproduce", [...only, "--run", `${number}`]);
    assertEquals([code, out], [1, ""], err);
    const sentence = `Cannot train ${student.name}: its teacher ${teacher.name} must be trained`;
    assert(err.trim().split("\n").at(-1)!.startsWith(`error: ${sentence}`), err);
    const note = await readNote(notePath(`${folder}/quick`, fileKey(student)));
    assert(note?.state === "failed" && note.words?.startsWith(sentence), JSON.stringify(note));
    const status = await Deno.readTextFile(`${folder}/quick/status.html`);
    assert(status.includes("0 running, 1 failed, 1 left and 5 done") && status.includes(sentence));

    const planned = await task("reproduce", [...only, "--slurm", "--memory-budget", "1GiB"]);
    assertEquals(planned.code, 0, planned.err);
    const files = ["plan.jsonl", "status.html", "slurm/submit.sh"];
    assertEquals(planned.out.trim().split("\n"), files.map((name) => `${folder}/quick/${name}`));
    const lines = (await readPlan(`${folder}/quick`))!;
    const left = lines.filter(({ seconds }) => seconds !== undefined);
    assertEquals(left.map(({ title }) => title.split(",")[0]), [teacher.name, student.name]);
    assertEquals(left[1]!.teacher, left[0]!.run);
    const [submit, script] = await Promise.all(
      ["submit", "task"].map((name) => Deno.readTextFile(`${folder}/quick/slurm/${name}.sh`)),
    );
    assert(
      submit!.includes(`--dependency="afterany:\${array1}_${left[0]!.run}" "$@" task.sh 0`),
      submit,
    );
    const call = `--scale quick --only arxiv --memory-budget ${2 ** 30} --resume-every 60`;
    assert(script!.includes(`./run reproduce ${call} --out ${folder} --run $(($1 + `), script);
  }));

Deno.test("reproduce --slurm copies the rows of runs that another has done", () =>
  withFolder(async (folder) => {
    const shared = groups.scales.quick.find(({ name }) => name === "RevGNN-16")!;
    await rowsBut(folder, groups.scales.quick, [shared]);
    const done = { ...fixtureRow(shared), experiment: weightTying.name };
    await appendRow(rowsPath(folder, "quick", weightTying.name), done);
    const only = ["--only", "groups", "--out", folder];
    const { code, err, out } = await task("reproduce", [...only, "--slurm"]);
    assertEquals(code, 0, err);
    assert(err.includes("Every run has its row: nothing is left to submit"), err);
    assertEquals(out.trim().split("\n").length, 2);
    assertEquals(await readRows(taskRowPath(folder, shared)), [{ ...done, experiment: "groups" }]);
    assertEquals((await storedRows(folder, "quick", "groups")).length, groups.scales.quick.length);
  }));

Deno.test("runOne() writes the rows of all runs of the plan that do the same work", () =>
  withFolder(async (folder) => {
    const memoryBudget = 1024; // which none fits
    const planFrom = (rows: readonly Row[]) =>
      planOf([groups, weightTying], { scale: "quick", rows, memoryBudget });
    const plan = planFrom([]);
    const twin = plan.find((planned) => planned.twin)!;
    const { number, settings } = plan.find((planned) => sameRun(planned.settings, twin.twin!))!;
    await runOne({
      task: "reproduce",
      scale: "quick",
      out: folder,
      resumeEvery: 60,
      rows: [],
      planFrom,
    }, number);
    const lines = (await readPlan(`${folder}/quick`))!;
    assertEquals(lines[twin.number - 1]!.sameAs, number);
    const [row] = await readRows(taskRowPath(folder, settings));
    assertEquals(row!.status, "does not fit");
    assertEquals(await readRows(taskRowPath(folder, twin.settings)), [{
      ...row!,
      ...twin.settings,
    }]);
    assertEquals(
      namesIn(`${folder}/quick/rows`),
      [settings.experiment, twin.settings.experiment].sort(),
    );
  }));

Deno.test("reproduce refuses numbers that are not the plan's, and flags that contradict each other", () =>
  withFolder(async (folder) => {
    const only = ["--only", "groups", "--memory-budget", "1KiB", "--out", folder];
    const call = (...args: string[]) => task("reproduce", [...only, ...args]);
    assertSentence(await call("--run", "99"), 2, "Cannot run 99: the plan's last run is ");
    assertEquals((await call("--run", "1")).code, 0);
    const other = await task("reproduce", ["--only", "arxiv", "--out", folder, "--run", "1"]);
    const sentence = `Cannot run 1: ${folder}/quick/plan.jsonl lists another run by that number`;
    assertSentence(other, 1, sentence);
    const note = {
      state: "running",
      host: "node7",
      since: "",
      seen: new Date().toISOString(),
    } as const;
    await writeNote(notePath(`${folder}/quick`, "a"), note);
    assertSentence(
      await call(),
      1,
      `Cannot write to ${folder}/quick: 1 run of it is at work there`,
    );
    for (
      const [flags, words] of [
        [["--slurm", "--run", "1"], "Cannot use --slurm with --run: a call does one of them"],
        [["--run", "1", "--at-once", "2"], "Cannot use --run with --at-once: a task does one run"],
        [["--run", "1", "--dry-run"], "Cannot use --run with --dry-run: a call does one of them"],
        [
          ["--run", "1", "--fresh"],
          "Cannot use --run with --fresh: tasks go on from what there is",
        ],
      ] as const
    ) assertSentence(await call(...flags), 2, words);
  }));
