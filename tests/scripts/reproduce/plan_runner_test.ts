import { arxiv } from "../../../experiments/arxiv.ts";
import { PLANTED } from "../../../graphs/settings.ts";
import { resolve } from "../../../settings/resolve.ts";
import { readPredictions } from "../../../training/files/predictions.ts";
import type { RunSettings } from "../../../training/row.ts";
import type { Planned } from "../../../scripts/reproduce/plan.ts";
import { JobRunner } from "../../../scripts/reproduce/job.ts";
import { PlanRunner } from "../../../scripts/reproduce/plan_runner.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";

const TINY = { nodes: 80, degree: 4, features: 6, edgeFeatures: 0, tasks: 3, classes: true };

/** A teacher and its student of the arxiv experiment, on a tiny graph. */
function tiny(): [teacher: Planned, student: Planned] {
  const runs = arxiv.scales.quick.filter(({ seed }) => seed === 0);
  const plannedOf = (name: string): Planned => {
    const settings: RunSettings = {
      ...runs.find((run) => run.name === name)!,
      planted: resolve(PLANTED, TINY),
      epochs: 3,
    };
    return { number: 1, settings, title: name, row: undefined };
  };
  return [plannedOf("RevGAT"), plannedOf("RevGAT-SelfKD")];
}

/** Runs a plan's runs in this process. */
function runnerOf(folder: string, plan: readonly Planned[]): PlanRunner {
  const jobs = new JobRunner();
  return new PlanRunner(folder, plan, { do: (job) => jobs.do(job) });
}

Deno.test("PlanRunner gives a student its teacher's best predictions, by name", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const [teacher, student] = tiny();
    const runner = runnerOf(folder, [teacher, student]);
    const early = () => runner.run(student, "student");
    const sentence = "Cannot train RevGAT-SelfKD: its teacher RevGAT must be trained to its end";
    await assertRejects(early, Error, sentence);
    const taught = { ...teacher, row: await runner.run(teacher, "teacher") };
    await assertRejects(early, Error, sentence); // its row may still be lost
    await runner.finish(teacher);
    const files = Array.from(Deno.readDirSync(`${folder}/logits`), ({ name }) => name);
    assertEquals(files.length, 1);
    const logits = `${folder}/logits/${files[0]}`;
    const { rows, cols } = await readPredictions(logits);
    assertEquals([rows, cols], [80, 3]);

    const row = await runner.run(student, "student");
    assertEquals(row.teacher, "RevGAT");
    assert(row.losses[0] !== taught.row.losses[0], "the student's loss is not its teacher's");

    // Predictions of other settings are not its teacher's.
    const longer = { ...taught, settings: { ...taught.settings, epochs: 4 } };
    assert(runnerOf(folder, [longer, student]).needs(longer));
    await assertRejects(
      () => runnerOf(folder, [longer, student]).run(student, ""),
      Error,
      sentence,
    );

    const again = runnerOf(folder, [taught, student]);
    assert(!again.needs(taught), "its predictions are there");
    await Deno.remove(logits);
    assert(again.needs(taught), "its predictions are gone, and a student wants them");
    assert(
      !runnerOf(folder, [taught, { ...student, row }]).needs(taught),
      "no student is left",
    );

    // Another run's row of the same work teaches nobody.
    const twin = { ...teacher, twin: { ...teacher.settings, experiment: "operators" } };
    const done = { ...taught.row, experiment: "operators" };
    const shared = (student: Planned) =>
      runnerOf(folder, [twin, student]).shared(twin, [taught.row, done]);
    assertEquals([shared(student), shared({ ...student, row })], [undefined, done]);
    // A student with a twin of its own wants no teacher.
    assertEquals(shared({ ...student, twin: { ...student.settings, scale: "small" } }), done);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("PlanRunner lets no teacher teach without a row, and goes on from no state that it forgot", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const [teacher, student] = tiny();
    const runner = runnerOf(folder, [teacher, student]);
    await runner.run(teacher, "teacher");
    await runner.finish(teacher);
    // Trained again, it comes to no row: whatever logits it has left are not those of its end.
    const row = await runner.run(teacher, "teacher");
    const untaught = () => runner.run(student, "student");
    await assertRejects(untaught, Error, "Cannot train RevGAT-SelfKD");
    const states = () => [...Deno.readDirSync(`${folder}/state`)].length;
    assertEquals(states(), 1);
    const same = await runner.run(teacher, "teacher");
    assertEquals(same.secondsPerEpoch, row.secondsPerEpoch);
    // A state that it cannot go on from does not hold it up.
    const [{ name } = { name: "" }] = [...Deno.readDirSync(`${folder}/state`)];
    await Deno.writeTextFile(`${folder}/state/${name}`, "no state at all");
    assertEquals((await runner.run(teacher, "teacher")).losses, row.losses);
    await runner.drop(teacher);
    assertEquals(states(), 0);
    await runner.run(teacher, "teacher");
    await runner.finish(teacher);
    const logits = () => [...Deno.readDirSync(`${folder}/logits`)].length;
    assertEquals(logits(), 1);
    await runner.forget();
    assertEquals([states(), logits()], [0, 0]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
