import { arxiv } from "../../experiments/arxiv.ts";
import { readPredictions } from "../../training/predictions.ts";
import type { RunSettings } from "../../training/row.ts";
import type { Planned } from "../../scripts/plan.ts";
import { Runner } from "../../scripts/runner.ts";
import { assert, assertEquals } from "../assert.ts";

/** A teacher and its student of the arxiv experiment, on a tiny graph. */
function tiny(): [teacher: Planned, student: Planned] {
  const runs = arxiv.scales.quick.filter(({ seed }) => seed === 0);
  const plannedOf = (name: string): Planned => {
    const settings: RunSettings = {
      ...runs.find((run) => run.name === name)!,
      planted: { nodes: 80, degree: 4, features: 6, edgeFeatures: 0, tasks: 3, classes: true },
      epochs: 3,
    };
    return { settings, title: name, row: undefined };
  };
  return [plannedOf("RevGAT"), plannedOf("RevGAT-SelfKD")];
}

Deno.test("Runner gives a student its teacher's best predictions, by name", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const [teacher, student] = tiny();
    const runner = new Runner(folder, [teacher, student]);
    const taught = { ...teacher, row: await runner.run(teacher, "teacher") };
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
    assert(new Runner(folder, [longer, student]).needs(longer));

    const again = new Runner(folder, [taught, student]);
    assert(!again.needs(taught), "its predictions are there");
    await Deno.remove(logits);
    assert(again.needs(taught), "its predictions are gone, and a student wants them");
    assert(!new Runner(folder, [taught, { ...student, row }]).needs(taught), "no student is left");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
