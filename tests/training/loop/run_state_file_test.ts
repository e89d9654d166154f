/** The two files of a run's state: which one a run goes on from, and when they are written. */
import { freshProgress } from "../../../training/loop/run_progress.ts";
import type { RunState } from "../../../training/loop/run_state.ts";
import {
  evaluatePartsOf,
  removeRunState,
  RunStateFile,
} from "../../../training/loop/run_state_file.ts";
import { assertEquals, assertRejects } from "../../assert.ts";
import { CASES, outcomeOf, stopAfter, withPath } from "../stopped.ts";
import { figures } from "../untimed.ts";
import { warningsOf } from "../../said.ts";

const IDENTITY = { seed: "1", evaluateParts: "3" };

/** The state of a run of so many epochs. */
function stateAt(epoch: number): RunState {
  const values = { weights: Float32Array.of(epoch), moments: [], best: null };
  return { progress: { ...freshProgress(), epoch }, values };
}

/** A file into which the states of so many epochs were written, by whoever asks. */
async function written(path: string, epochs: number): Promise<RunStateFile> {
  const file = new RunStateFile({ path }, IDENTITY);
  for (let epoch = 1; epoch <= epochs; epoch++) await file.write(stateAt(epoch));
  return file;
}

/** The epochs done of the state that another process goes on from. */
async function found(path: string, discards = false): Promise<number | undefined> {
  return (await new RunStateFile({ path, discards }, IDENTITY).read())?.progress.epoch;
}

/** Ways in which a file can be damaged. */
const DAMAGES: Record<string, (good: Uint8Array) => Uint8Array> = {
  "a bit of its values": (good) => good.with(good.length - 1, good.at(-1)! ^ 1),
  "a bit of its header": (good) => good.with(60, good[60]! ^ 1),
  "cut off": (good) => good.subarray(0, good.length - 3),
  "empty": () => new Uint8Array(0),
  "zeros": (good) => new Uint8Array(good.length),
};

for (const [how, damage] of Object.entries(DAMAGES)) {
  Deno.test(`RunStateFile passes over a damaged state for the one before it: ${how}`, () =>
    withPath(async (path) => {
      await written(path, 3);
      await Deno.writeFile(path, damage(await Deno.readFile(path)));
      const before = `${path}.before`;
      const warnings = await warningsOf(async () => assertEquals(await found(path), 2));
      assertEquals(warnings.length, 1);
      const [start, end] = [`note: ${path} is of no use: `, `; the run goes on from ${before}, `];
      assertEquals([warnings[0]!.startsWith(start), warnings[0]!.includes(end)], [true, true]);
      // It has it still when the next one is written, as the damaged one must not take its place.
      const file = new RunStateFile({ path }, IDENTITY);
      await warningsOf(async () => void await file.read());
      await file.write(stateAt(3));
      await Deno.remove(path);
      assertEquals(await found(path), 2);
      await file.write(stateAt(4));
      assertEquals(await found(path), 4);
      // Both damaged: refused where the user has named it, else discarded with a note.
      for (const each of [path, before]) {
        await Deno.writeFile(each, damage(await Deno.readFile(each)));
      }
      await assertRejects(() => found(path), Error, `Cannot go on from ${path}: `);
      const notes = await warningsOf(async () => assertEquals(await found(path, true), undefined));
      assertEquals(notes.map((note) => note.endsWith("; the run begins anew")), [true]);
    }));
}

Deno.test("RunStateFile keeps the last two states, and removeRunState() leaves none", () =>
  withPath(async (path) => {
    const folder = path.replace(/[^/]*$/, "");
    await written(path, 1);
    assertEquals([...Deno.readDirSync(folder)].length, 1);
    await written(path, 3);
    assertEquals([...Deno.readDirSync(folder)].length, 2);
    assertEquals(await found(path), 3);
    assertEquals(await evaluatePartsOf(path), 3);
    // As a writer that was killed between its two renamings leaves it.
    await Deno.remove(path);
    assertEquals(await warningsOf(async () => assertEquals(await found(path), 2)), []);
    assertEquals(await evaluatePartsOf(path), 3);
    await removeRunState(path);
    assertEquals([...Deno.readDirSync(folder)], []);
    assertEquals([await found(path), await evaluatePartsOf(path)], [undefined, undefined]);
  }));

Deno.test("RunStateFile goes on from no state before that of another run", () =>
  withPath(async (path) => {
    await written(path, 2);
    const other = new RunStateFile({ path }, { ...IDENTITY, seed: "2" });
    await assertRejects(() => other.read(), Error, "it is of another run, its seed is 1");
    await Deno.remove(path);
    await assertRejects(() => other.read(), Error, "it is of another run, its seed is 1");
  }));

Deno.test("RunStateFile follows a link, and keeps the state before beside the file itself", () =>
  withPath(async (path) => {
    await written(path, 1);
    const link = await Deno.makeTempDir();
    await Deno.symlink(path, `${link}/state`);
    const file = new RunStateFile({ path: `${link}/state` }, IDENTITY);
    await file.read();
    await file.write(stateAt(2));
    assertEquals([...Deno.readDirSync(link)].length, 1);
    await Deno.remove(link, { recursive: true });
    await Deno.remove(path);
    assertEquals(await found(path), 1);
  }));

/** Calls a test at a time that it moves on, in seconds; the clock on the wall jumps back meanwhile. */
async function atTime(test: (pass: (seconds: number) => void) => Promise<void>): Promise<void> {
  const [now, date] = [performance.now, Date.now];
  let time = 0;
  performance.now = () => 1000 * time;
  Date.now = () => 1e12 - 1e9 * time;
  try {
    await test((seconds) => void (time += seconds));
  } finally {
    performance.now = now;
    Date.now = date;
  }
}

Deno.test("RunStateFile is due once half of a young run would be lost, then as often as asked", () =>
  withPath((path) =>
    atTime(async (pass) => {
      const times: number[] = [];
      const file = new RunStateFile({ path, seconds: 60 }, IDENTITY);
      for (let second = 1; second <= 200; second++) {
        pass(1);
        if (!file.due) continue;
        await file.write(stateAt(second));
        times.push(second);
      }
      assertEquals(times, [5, 10, 20, 40, 80, 140, 200]);
      const each = new RunStateFile({ path, seconds: 0 }, IDENTITY);
      assertEquals(each.due, true);
    })
  ));

for (const [name, of] of Object.entries(CASES).slice(0, 2)) {
  Deno.test(`train() goes on from the state before a damaged one to the same bits, ${name}`, () =>
    withPath(async (path) => {
      const whole = figures(await outcomeOf(of));
      const resume = { path, seconds: 0 };
      await assertRejects(() => outcomeOf(of, { resume, ...stopAfter(4) }), Error, "stopped");
      const bytes = await Deno.readFile(path);
      await Deno.writeFile(path, bytes.with(bytes.length - 1, bytes.at(-1)! ^ 1));
      const resumed: number[] = [];
      const onResume = (epochs: number) => void resumed.push(epochs);
      const warnings = await warningsOf(async () => {
        assertEquals(figures(await outcomeOf(of, { resume, onResume })), whole);
      });
      assertEquals([resumed, warnings.length], [[2], 1]);
    }));
}
