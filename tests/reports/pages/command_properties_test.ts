/** `commandOf()` of any run that there can be. */
import { holds } from "../../properties/properties.ts";
import fc from "fast-check";
import { GRAPH } from "../../../graphs/settings.ts";
import { graphGiven } from "../../../scripts/flags/dataset_flags.ts";
import { UsageError } from "../../../scripts/flags/flags.ts";
import { commandOf } from "../../../reports/pages/command.ts";
import { settingsOfCall } from "../../../scripts/train.ts";
import { RUN, type RunGiven, type RunSettings, runSettings } from "../../../training/settings.ts";
import { assert, assertEquals } from "../../assert.ts";
import { given } from "../../properties/settings.ts";

/** What a call of one's own cannot tell: whose it is, what it may take and what is scored after it. */
const BARE = { experiment: "", name: "", scale: "", memoryBudget: null, inference: [] } as const;

/** The words of a command as a shell splits it. */
function wordsOf(command: string): string[] {
  return [...command.matchAll(/(?:'[^']*'|\\'|[^\s'])+/g)].map(([word]) =>
    word.replace(/'([^']*)'|\\'/g, (_, inside) => inside ?? "'")
  );
}

/** Options that few runs read; a run that has all of them is refused nearly always. */
const SELDOM_READ = [
  ...["teacherShare", "temperature", "maskRate", "accumulate", "nodeFeatures"],
  ...["split", "features", "makeFeatures", "chains"],
];
const SELDOM_READ_OF_MODEL = ["labelIterations", "labelHops", "activations", "state"];

function without(held: object, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(held).filter(([name]) => !names.includes(name)));
}

/** What is given of a run, without what few runs read, or with one of it. */
function readable(held: RunGiven, kept: string): RunGiven {
  const seldom = (names: readonly string[]) => names.filter((name) => name !== kept);
  const model = held.model as unknown;
  return {
    ...without(held, seldom(SELDOM_READ)),
    model: typeof model === "object" && model !== null
      ? without(model, seldom(SELDOM_READ_OF_MODEL))
      : model,
  } as RunGiven;
}

/** Runs of every kind of data set, as far as each has the options that are given. */
const runs: fc.Arbitrary<RunSettings> = fc.tuple(
  given(RUN),
  fc.constantFrom("wordnet-frames", "planted", "ogbn-arxiv", "cora", "it's a graph.npz"),
  fc.constantFrom("", ...SELDOM_READ, ...SELDOM_READ_OF_MODEL),
).map(([held, dataset, kept]): RunSettings | undefined => {
  try {
    const asked = { ...readable(held as RunGiven, kept), dataset };
    const graph = Object.entries(asked).filter(([name, value]) => name in GRAPH && value !== null);
    return runSettings({ ...asked, ...graphGiven(dataset, Object.fromEntries(graph)) });
  } catch (error) {
    // Options that exclude each other, or that this data set has not.
    assert(error instanceof RangeError || error instanceof UsageError);
    return undefined;
  }
}).filter((run) => run !== undefined);

Deno.test("commandOf() is a call of train that asks for the same run, whatever the run", async () => {
  let calls = 0;
  await holds(runs, (run) => {
    const command = commandOf(run);
    if (command === undefined) return;
    calls++;
    const args = wordsOf(command).slice(3);
    assertEquals({ ...settingsOfCall(args), ...BARE }, { ...run, ...BARE }, command);
  });
  assert(calls > 0);
});
