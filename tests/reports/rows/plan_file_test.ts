import { type PlanLine, planPath, readPlan, writePlan } from "../../../reports/rows/plan_file.ts";
import { assertEquals, assertRejects } from "../../assert.ts";
import { withFolder } from "../../folder.ts";

const LINES: PlanLine[] = [
  { run: 1, key: "a", experiment: "arxiv", title: "GCN", peakBytes: 5, hostBytes: 9, seconds: 0.5 },
  { run: 2, key: "b", experiment: "arxiv", title: "RevGAT-SelfKD", teacher: 1 },
  { run: 3, key: "c", experiment: "groups", title: "RevGNN", sameAs: 1 },
];

Deno.test("readPlan() gives back what writePlan() wrote, and nothing where it has not", () =>
  withFolder(async (folder) => {
    assertEquals(await readPlan(`${folder}/quick`), undefined);
    await writePlan(`${folder}/quick`, LINES);
    assertEquals(await readPlan(`${folder}/quick`), LINES);
  }));

Deno.test("readPlan() says which line is none of a plan, and why", () =>
  withFolder(async (folder) => {
    for (
      const [line, why] of [
        ["{", "the line is not JSON"],
        ["[]", "expected an object, found []"],
        [JSON.stringify({ ...LINES[0], run: 0 }), "its run is 0: "],
        [JSON.stringify({ run: 1, key: "a", title: "" }), "its experiment: it must be given"],
        [JSON.stringify({ ...LINES[0], more: 1 }), "its more"],
      ] as const
    ) {
      await Deno.writeTextFile(planPath(folder), `${JSON.stringify(LINES[0])}\n${line}\n`);
      const sentence = `Cannot read ${planPath(folder)}:2 as a run of a plan: ${why}`;
      await assertRejects(() => readPlan(folder), TypeError, sentence);
    }
  }));
