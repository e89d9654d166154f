import type { Row } from "../../training/row.ts";
import { assert, assertEquals } from "../assert.ts";
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
  assertEquals([rows[0]!.evaluateParts, given], [undefined, 6]);
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
