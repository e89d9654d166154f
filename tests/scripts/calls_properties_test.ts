/** Any call of every task: its flags are read, or it is told in a sentence what is wrong with them. */
import { testReader } from "../properties/properties.ts";
import fc from "fast-check";
import { benchFlags } from "../../scripts/bench.ts";
import { dataFlags, main as data } from "../../scripts/data.ts";
import { doctorFlags } from "../../scripts/doctor.ts";
import { evaluateFlags, main as evaluate } from "../../scripts/evaluate.ts";
import { ensembleFlags } from "../../scripts/ensemble.ts";
import { HelpRequest, UsageError } from "../../scripts/flags/flags.ts";
import { readmeFlags } from "../../scripts/readme.ts";
import { reportFlags } from "../../scripts/report.ts";
import { reproduceFlags } from "../../scripts/reproduce.ts";
import { sweepOfCall } from "../../scripts/sweep.ts";
import { main as train, settingsOfCall } from "../../scripts/train.ts";
import { assert } from "../assert.ts";
import { calledFrom } from "../called_from.ts";
import { withFolder } from "../folder.ts";
import { number, word } from "../properties/inputs.ts";

/** The usage of a task, as `--help` prints it. */
async function usageOf(call: (args: string[]) => unknown): Promise<string> {
  try {
    await call(["--help"]);
  } catch (error) {
    if (error instanceof HelpRequest) return error.message;
    throw error;
  }
  throw new Error("--help asks for no help");
}

/** No argument holds a 0 byte; nor may a path lead out of the folder that the test is in. */
const argument = word.map((text) =>
  text.toWellFormed().replaceAll(/\0|\.\.|^[/~]/g, "").slice(0, 300)
);
const numeral = fc.oneof(
  fc.nat(9).map(String),
  number.map(String),
  fc.constantFrom("0.5", "-1", "1e3"),
);
const size = fc.tuple(numeral, fc.constantFrom("B", "KiB", "GiB", "TiB", "MB")).map((all) =>
  all.join("")
);

/** Words of calls: the task's flags and their choices, each as people mistype it. */
function calls(usage: string): fc.Arbitrary<string[]> {
  const names = [...usage.matchAll(/^ {2}--(?:\[no-\])?([\w-]+)/gm)].map(([, name]) => name!);
  const choices = usage.match(/\b[a-z][\w-]+\b/g)!;
  const name = fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(...names) },
    { weight: 1, arbitrary: fc.constantFrom(...names).map((name) => `no-${name}`) },
    { weight: 1, arbitrary: argument },
    {
      weight: 1,
      arbitrary: fc.constantFrom("__proto__", "constructor", "layers.x", "__proto__.a"),
    },
  );
  const value = fc.oneof(
    { weight: 3, arbitrary: numeral },
    { weight: 3, arbitrary: fc.constantFrom(...choices) },
    ...[size, argument, fc.constantFrom("a.npz", "a.safetensors", "a/b", "")],
  );
  const words = fc.oneof(
    { weight: 6, arbitrary: fc.tuple(name, value).map(([name, value]) => [`--${name}`, value]) },
    { weight: 3, arbitrary: fc.tuple(name, value).map(([name, value]) => [`--${name}=${value}`]) },
    { weight: 3, arbitrary: name.map((name) => [`--${name}`]) },
    { weight: 1, arbitrary: fc.constantFrom(["--"], ["-h"], ["-x", "1"], ["-"]) },
    { weight: 1, arbitrary: value.map((value) => [value]) },
  );
  return fc.array(words, { maxLength: 5 }).map((all) => all.flat());
}

/** No number of a call is NaN or without end. */
function assertFinite(values: unknown): void {
  for (const value of Object.values(values as object)) {
    if (typeof value === "number") assert(Number.isFinite(value), `${value}`);
    if (typeof value === "object" && value !== null) assertFinite(value);
  }
}

/** A call that only reads its flags: what is wrong with it is the caller's fault, told by exit code 2. */
function reading(read: (args: string[]) => unknown): (args: string[]) => void {
  return (args) => {
    try {
      assertFinite(read(args));
    } catch (error) {
      if (error instanceof HelpRequest) return;
      assert(error instanceof UsageError, `no wrong call: ${(error as Error).stack}`);
      throw error;
    }
  };
}

const TASKS: Record<string, (args: string[]) => unknown> = {
  train: settingsOfCall,
  sweep: (args) => sweepOfCall(args),
  evaluate: (args) => evaluateFlags.parse(args),
  ensemble: (args) => ensembleFlags.parse(args),
  data: (args) => dataFlags.parse(args),
  reproduce: (args) => reproduceFlags.parse(args),
  report: (args) => reportFlags.parse(args),
  readme: (args) => readmeFlags.parse(args),
  doctor: (args) => doctorFlags.parse(args),
  bench: (args) => benchFlags.parse(args),
};

for (const [task, read] of Object.entries(TASKS)) {
  testReader<string[]>(`a call of ${task}`, {
    name: `calls/${task}`,
    inputs: calls(await usageOf(read)),
    read: reading(read),
    multiple: 100,
    ofFile: (bytes) => JSON.parse(new TextDecoder().decode(bytes)),
  });
}

/** Runs a task as if called from a folder of its own, in silence. */
async function inFolder(main: (args: string[]) => Promise<void>, args: string[]): Promise<void> {
  const { log, error } = console;
  console.log = console.error = () => {};
  try {
    await withFolder(async (folder) => {
      using _ = calledFrom(folder);
      try {
        await main(args);
      } catch (error) {
        if (!(error instanceof HelpRequest)) throw error;
      }
    });
  } finally {
    [console.log, console.error] = [log, error];
  }
}

/** Tasks that end before they do any work: their checkpoint or their data is not there. */
const MAINS: Record<string, [main: (args: string[]) => Promise<void>, always: string[]]> = {
  evaluate: [evaluate, ["--checkpoint", "none"]],
  data: [data, ["--cache", "cache", "--from", "none"]],
  train: [train, ["--dataset", "none.npz"]],
};

for (const [task, [main, always]] of Object.entries(MAINS)) {
  testReader<string[]>(`${task} without what it reads`, {
    name: `calls/${task}`,
    inputs: calls(await usageOf(main)).map((args) => [...args, ...always]),
    read: (args) => inFolder(main, args),
    multiple: 100,
    ofFile: (bytes) => [...JSON.parse(new TextDecoder().decode(bytes)), ...always],
  });
}
