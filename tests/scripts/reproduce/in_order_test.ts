/** Which runs of a plan begin when, where several go on at a time. */
import { arxiv } from "../../../experiments/arxiv.ts";
import { eachInOrder } from "../../../scripts/reproduce/in_order.ts";
import type { Planned } from "../../../scripts/reproduce/plan.ts";
import { assertEquals, assertRejects } from "../../assert.ts";

const ARXIV = arxiv.scales.quick;
const settingsOf = (name: string, seed = 0) =>
  ARXIV.find((run) => run.name === name && run.seed === seed)!;

function planned(title: string, of: Partial<Planned> = {}): Planned {
  return { number: 1, title, row: undefined, settings: settingsOf("GCN"), ...of };
}

/** Runs that end when they are told to, and a journal of what began and ended. */
function stage(runs: readonly Planned[], atOnce: number) {
  const ends = new Map<string, (error?: Error) => void>();
  const journal: string[] = [];
  const all = eachInOrder(runs, atOnce, async ({ title }, notDone) => {
    journal.push(`${title} begins`);
    await new Promise<void>((resolve, reject) => {
      ends.set(title, (error) => error ? reject(error) : resolve());
    });
    journal.push(`${title} ends, ${notDone().length} left`);
  });
  const end = async (title: string, error?: Error) => {
    ends.get(title)!(error);
    await new Promise((turned) => setTimeout(turned, 0));
  };
  return { all, end, journal };
}

Deno.test("eachInOrder() has so many go on at a time, and the next begin when one ends", async () => {
  const { all, end, journal } = stage(["a", "b", "c"].map((title) => planned(title)), 2);
  assertEquals(journal, ["a begins", "b begins"]);
  await end("b");
  assertEquals(journal.splice(0), ["a begins", "b begins", "b ends, 2 left", "c begins"]);
  await end("a");
  await end("c");
  await all;
  assertEquals(journal, ["a ends, 1 left", "c ends, 0 left"]);
});

Deno.test("eachInOrder() has a student wait for its teacher, and what comes after it go on", async () => {
  const teacher = planned("teacher", { settings: settingsOf("RevGAT") });
  const student = planned("student", { settings: settingsOf("RevGAT-SelfKD") });
  const { all, end, journal } = stage([teacher, student, planned("other")], 2);
  assertEquals(journal, ["teacher begins", "other begins"]);
  await end("teacher");
  assertEquals(journal.at(-1), "student begins");
  await end("other");
  await end("student");
  await all;
});

Deno.test("eachInOrder() has a run wait for the one that does its work, unless that is in no plan", async () => {
  const first = planned("first", { settings: settingsOf("RevGAT") });
  const twin = planned("twin", { twin: first.settings });
  const copy = planned("copy", { twin: settingsOf("RevGAT-SelfKD") });
  const { all, end, journal } = stage([first, twin, copy], 3);
  assertEquals(journal, ["first begins", "copy begins"]);
  await end("first");
  assertEquals(journal.at(-1), "twin begins");
  await end("copy");
  await end("twin");
  await all;
});

Deno.test("eachInOrder() begins none once one has thrown, and throws when the others have ended", async () => {
  const { all, end, journal } = stage(["a", "b", "c"].map((title) => planned(title)), 2);
  let thrown = false;
  const caught = assertRejects(() => all, Error, "stopped").then(() => void (thrown = true));
  await end("a", new Error("stopped"));
  assertEquals([thrown, journal.includes("c begins")], [false, false]);
  await end("b");
  await caught;
  assertEquals(journal, ["a begins", "b begins", "b ends, 1 left"]);
});
