/** Runs that are asked to end: when they listen, what they leave, and where they go on. */
import { Interrupted, type Interruption } from "../../../training/loop/interruption.ts";
import { Pace } from "../../../training/loop/pace.ts";
import { trainingSettings } from "../../../training/settings.ts";
import { assertEquals, assertRejects } from "../../assert.ts";
import { CASES, outcomeOf, withPath } from "../stopped.ts";
import { figures } from "../untimed.ts";

/** Asks for an end once after that many epochs, and takes down what it is told. */
function askedAfter(epochs: number): Interruption & { readonly told: boolean[] } {
  const told: boolean[] = [];
  let left = epochs;
  return {
    told,
    waits: (soon) => void told.push(soon),
    asked: () => Promise.resolve(left-- === 1 ? "SIGTERM" : undefined),
  };
}

for (const [name, of] of Object.entries(CASES)) {
  Deno.test(`train() that is asked to end writes its state and goes on to the same bits, ${name}`, () =>
    withPath(async (path) => {
      const whole = figures(await outcomeOf(of));
      const resume = { path, seconds: 3600 };
      const interruption = askedAfter(3);
      const stopped = await assertRejects(
        () => outcomeOf(of, { resume, interruption }),
        Interrupted,
        "Stopped by SIGTERM: run the same call again to go on",
      );
      assertEquals((stopped as Interrupted).by, "SIGTERM");
      // None waits for the first epoch, of which nothing is known, nor when it is over.
      assertEquals([interruption.told[0], interruption.told.at(-1)], [false, false]);
      const resumed: number[] = [];
      const onResume = (epochs: number) => void resumed.push(epochs);
      assertEquals(figures(await outcomeOf(of, { resume, onResume })), whole);
      assertEquals(resumed, [3]);
    }));
}

Deno.test("train() that keeps no state ends too, and says that it cannot go on", async () => {
  const interruption = askedAfter(2);
  await assertRejects(
    () => outcomeOf(CASES["res-gnn of batch norms"]!, { interruption }),
    Interrupted,
    "Stopped by SIGTERM: the same call begins anew, with --resume FILE it would go on",
  );
  assertEquals([interruption.told[0], interruption.told.length, interruption.told.at(-1)], [
    false,
    3,
    false,
  ]);
});

Deno.test("Pace expects the longest epoch of a kind, and the first of it only while there is no other", () => {
  const pace = new Pace(trainingSettings({ epochs: 10, evaluateEvery: 2, pretrainEpochs: 4 }));
  const soon = (epoch: number) => pace.isSoon(epoch);
  assertEquals([soon(1), soon(2)], [false, false]);
  pace.add(1, 30);
  assertEquals([soon(3), pace.expected(3), pace.expected(2)], [false, 30, Infinity]);
  pace.add(2, 1);
  assertEquals([soon(2), soon(4), soon(6)], [true, true, false]);
  pace.add(3, 1.5);
  assertEquals([soon(3), soon(5)], [true, false]);
  pace.add(5, 1);
  pace.add(7, 3);
  pace.add(9, 1);
  assertEquals([soon(7), pace.expected(9)], [false, 3]);
});

Deno.test("train() has each epoch on the disk before one that nobody waits for", () =>
  withPath(async (path) => {
    const { now } = performance;
    const [of] = Object.values(CASES).slice(2);
    // Epochs seem to last for longer than anybody waits, and all else to take no time.
    let [time, inEpoch] = [0, false];
    performance.now = () => inEpoch ? time += 6000 : time;
    try {
      const found: (string | undefined)[] = [];
      const onEpoch = () => {
        inEpoch = false;
        found.push(stampOf(path));
      };
      const asked = askedAfter(-1);
      const waits = (soon: boolean) => {
        inEpoch = found.length < of!.options.epochs;
        asked.waits(soon);
      };
      const interruption = { ...asked, waits };
      await outcomeOf(of!, { resume: { path, seconds: 1e9 }, interruption, onEpoch });
      assertEquals(asked.told, found.map(() => false).concat(false));
      assertEquals(found[0], undefined);
      assertEquals(new Set(found).size, found.length);
    } finally {
      performance.now = now;
    }
  }));

/** Tells one file at a path from the next; undefined where there is none. */
function stampOf(path: string): string | undefined {
  try {
    const { ino, mtime } = Deno.statSync(path);
    return `${ino} ${mtime?.getTime()}`;
  } catch {
    return undefined;
  }
}
