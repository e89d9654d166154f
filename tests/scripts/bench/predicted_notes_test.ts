import { H100, predicted } from "../../../scripts/bench/cards.ts";
import { predictedNotes } from "../../../scripts/bench/predicted_notes.ts";
import { assert, assertEquals } from "../../assert.ts";
import { ROOT } from "../task.ts";

const NOTES = new URL("kernels/NOTES.md", ROOT);
const [BEGIN, END] = ["<!-- predicted -->\n\n", "\n\n<!-- predicted ends -->"];

Deno.test("kernels/NOTES.md has what is counted and predicted: below 8 s an epoch on an H100", async () => {
  const text = await Deno.readTextFile(NOTES);
  const [begin, end] = [text.indexOf(BEGIN) + BEGIN.length, text.indexOf(END)];
  const { text: told, epochs } = await predictedNotes();
  assert(epochs.H100! < 8, `an epoch of RevGNN-Deep takes ${epochs.H100} s on an H100`);
  if (Deno.args.includes("--update")) {
    await Deno.writeTextFile(NOTES, text.slice(0, begin) + told + text.slice(end));
    return;
  }
  const [kept, now] = [text.slice(begin, end).split("\n"), told.split("\n")];
  const line = now.findIndex((part, i) => part !== kept[i]);
  const update = `deno task test ${import.meta.filename!.slice(ROOT.pathname.length)} -- --update`;
  assertEquals(kept[line], now[line], `NOTES.md is out of date: ${update} writes it anew`);
  assertEquals(kept.length, now.length);
});

Deno.test("predicted() names what a launch waits for", () => {
  const launch = { kernel: "", file: "", bytes: 335e6, operations: 1e6, invocations: 1e6 };
  const round = ({ seconds, bound }: ReturnType<typeof predicted>) => [
    Math.round(1e6 * seconds),
    bound,
  ];
  assertEquals(round(predicted(launch, H100)), [103, "memory"]); // and 3 µs before it
  const arithmetic = { ...launch, operations: 67e9 };
  assertEquals(round(predicted(arithmetic, H100)), [1003, "arithmetic"]);
  // 5.2 million vectors of 64 bytes, waited for by 1,000 invocations, 0.6 µs each time.
  const few = { ...launch, invocations: 1000 };
  assertEquals(round(predicted(few, H100)), [3144, "few invocations"]);
  assertEquals(round(predicted({ ...launch, bytes: 1e6 }, H100)), [3, "launch"]);
});
