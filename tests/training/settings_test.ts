import { type RunGiven, runSettings } from "../../training/settings.ts";
import { modelOptions } from "../../models/options.ts";
import { assertEquals, assertThrows } from "../assert.ts";

const RUN = { experiment: "train", name: "", scale: "own" } as const;
const NETWORK = { kind: "rev-gnn", layers: 2, channels: 8 } as const;
const RUN_OF_LABELS = { kind: "rev-gat", layers: 3, channels: 8, labels: true } as const;

Deno.test("runSettings() refuses what a run does not read", () => {
  const run = (given: Partial<RunGiven>) => runSettings({ ...RUN, model: NETWORK, ...given });
  assertEquals(run({ teacher: "t.npy", teacherShare: 0.5, temperature: 1 }).teacherShare, 0.5);
  assertEquals(run({ model: RUN_OF_LABELS, maskRate: 0.75 }).maskRate, 0.75);
  const refusals: [Partial<RunGiven>, string][] = [
    [{ teacherShare: 0.5 }, "Cannot use teacherShare 0.5: no teacher is named"],
    [{ temperature: 1 }, "Cannot use temperature 1: no teacher is named"],
    [{ maskRate: 0.1 }, "Cannot use maskRate 0.1: the model takes no labels as inputs"],
    [{ labelSmoothing: 1 }, "Cannot use labelSmoothing 1: expected a number from 0 and below 1"],
  ];
  for (const [given, words] of refusals) assertThrows(() => run(given), RangeError, words);
});

Deno.test("modelOptions() iterates labels of models that take them alone", () => {
  assertEquals(modelOptions({ ...RUN_OF_LABELS, labelIterations: 0 }).labelIterations, 0);
  assertThrows(
    () => modelOptions({ ...RUN_OF_LABELS, labels: false, labelIterations: 2 }),
    RangeError,
    "Cannot iterate labels 2 times",
  );
  assertEquals(modelOptions({ ...RUN_OF_LABELS, labelHops: 2 }).labelHops, 2);
  assertThrows(
    () => modelOptions({ ...RUN_OF_LABELS, labels: false, labelHops: 2 }),
    RangeError,
    "Cannot sum labels over 2 hops: the model takes none as inputs",
  );
});
