import { openDryRun } from "../../gpu/dry_run.ts";
import { chooseParts, type EvaluationCall } from "../../training/runs/evaluation_parts.ts";
import type { Row } from "../../training/row.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";
import { assertSentence, SMALL, task } from "./task.ts";

const note = (parts: number) =>
  `note: evaluates by ${parts} random parts, as the whole graph does not fit`;

Deno.test("train and evaluate go by as few parts as fit, unless told otherwise", async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/best.safetensors`;
  const parts = [...SMALL, "--parts", "8"];
  const small = ["--memory-budget", "700KiB"];
  const [whole, chosen, told] = await Promise.all([
    task("train", parts),
    task("train", [...parts, ...small, "--save", path]),
    task("train", [...parts, ...small, "--evaluate-parts", "6"]),
  ]);
  const rows: Row[] = [whole, chosen, told].map(({ out }) => JSON.parse(out));
  const [, { evaluateParts: fitting }, { evaluateParts: given }] = rows as [Row, Row, Row];
  assertEquals([rows[0]!.evaluateParts, given], [1, 6]);
  assert(fitting! > 1 && fitting! < 6, `${fitting} parts`);
  assert(chosen.err.includes(note(fitting!)), chosen.err);
  assertEquals([whole, told].map(({ err }) => err.includes("note: ")), [false, false]);
  assert(rows.slice(1).every(({ peakBytes }) => peakBytes <= 700 * 2 ** 10));
  const call = ["--checkpoint", path];
  const [all, some, none] = await Promise.all([
    task("evaluate", call),
    task("evaluate", [...call, ...small]),
    task("evaluate", [...call, "--memory-budget", "10KiB"]),
  ]);
  const [one, more] = [all, some].map(({ out }) => JSON.parse(out).parts);
  assert(one === 1 && more > 1 && more < 6, `${one} and ${more} parts`);
  assertEquals(some.err.trim(), `${note(more)}; --parts takes another number`);
  assertSentence(none, 1, "Cannot evaluate: not even parts of a few nodes fit the memory");
  await Deno.remove(folder, { recursive: true });
});

const software = openDryRun().adapter;
const card = { ...software, software: false };
/** The whole takes 1000 bytes. */
const CALL: EvaluationCall = {
  ...{ task: "train", most: 10, trainedBy: 10, flag: "evaluate-parts", memoryBudget: undefined },
  forecast: (parts) => Promise.resolve(1000 / parts),
};
const known = (bytes: number, free: number) => ({
  ...{ bytes, limit: 2 * bytes, group: undefined, free },
});

Deno.test("chooseParts() takes as many parts as training on a graphics card, which does not tell its memory", async () => {
  const { parts, note } = await chooseParts(CALL, card, undefined);
  assertEquals(parts, 10);
  assertEquals(
    note,
    "note: evaluates by 10 random parts, as many as it trains by: WebGPU does not tell a card's " +
      "memory; --evaluate-parts takes another number, --memory-budget counts with yours",
  );
  const evaluated = { ...CALL, task: "evaluate", flag: "parts", most: 7 } as const;
  const seven = await chooseParts(evaluated, card, undefined);
  assertEquals(seven.parts, 7);
  assert(seven.note!.includes("7 random parts, as many as it was trained by"), seven.note);
  assertEquals(await chooseParts({ ...evaluated, trainedBy: 1 }, card, undefined), { parts: 1 });
  assertEquals(await chooseParts({ ...CALL, memoryBudget: 1000 }, card, undefined), { parts: 1 });
  assertEquals((await chooseParts({ ...CALL, memoryBudget: 300 }, card, undefined)).parts, 4);
});

Deno.test("chooseParts() of the same machine is the same, whatever is free", async () => {
  for (const [free, bytes, parts] of [[1000, 1000, 1], [900, 400, 3], [400, 400, 3]] as const) {
    assertEquals((await chooseParts(CALL, software, known(bytes, free))).parts, parts);
  }
  const budget = { ...CALL, memoryBudget: 1000 };
  assertEquals(await chooseParts(budget, software, known(2000, 400)), { parts: 1 });
  // Where the machine does not tell, the whole.
  assertEquals(await chooseParts(CALL, software, undefined), { parts: 1 });
});

Deno.test("chooseParts() refuses what is not free now, and names the number that is", async () => {
  const chosen = (bytes: number, free: number) => chooseParts(CALL, software, known(bytes, free));
  await assertRejects(
    () => chosen(2000, 400),
    Error,
    "Cannot train: evaluating by the whole graph takes 1,000 B, which this machine has (1.95 KiB " +
      "are counted with), but 400 B are free now; end what else runs, or set --evaluate-parts 3",
  );
  await assertRejects(
    () => chosen(500, 50),
    Error,
    "evaluating by 2 random parts takes 500 B, which this machine has (500 B are counted with), " +
      "but 50 B are free now; end what else runs",
  );
});
