import type * as v from "valibot";
import { UsageError } from "../../../scripts/flags/flags.ts";
import { MODEL_FLAGS } from "../../../scripts/flags/model_flags.ts";
import { asCall, defineSettingFlags, settingFlags } from "../../../scripts/flags/settings_flags.ts";
import { isRecord } from "../../../settings/record.ts";
import { aboutOf, entriesOf, fallbackOf, variantsOf } from "../../../settings/schema.ts";
import {
  CALL,
  MEASURES,
  RUN,
  type RunGiven,
  runSettings,
  TRAINING,
} from "../../../training/settings.ts";
import { assert, assertEquals, assertThrows } from "../../assert.ts";
import { task } from "../task.ts";

/** Options that `train` has no flag for: it sets them itself, or they are an experiment's. */
const NO_FLAG = ["experiment", "name", "scale", "inference"];

/** Every option's flag and default, those within options too. */
function optionsOf(entries: Readonly<Record<string, v.GenericSchema>>): [string, unknown][] {
  return Object.entries(entries).flatMap(([key, entry]) => {
    const about = aboutOf(entry);
    if (about === undefined || NO_FLAG.includes(key)) return [];
    const inner = [...variantsOf(entry)?.values() ?? [], entriesOf(entry) ?? {}];
    const name = (about.flag ?? key).replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    const grouped = entriesOf(entry) !== undefined;
    return [...grouped ? [] : [[name, fallbackOf(entry)] as [string, unknown]]]
      .concat(inner.flatMap(optionsOf));
  });
}

/** The lines of a help text by their flags. */
function linesOf(help: string): Map<string, string> {
  const lines = help.matchAll(/^ {2}--(?:\[no-\])?(\S+) +(.*)$/gm);
  return new Map(Array.from(lines, ([, flag, text]) => [flag!, text!]));
}

Deno.test("train --help shows every option of a run, with its default", async () => {
  const lines = linesOf((await task("train", ["--help"])).out);
  const options = optionsOf(RUN.entries);
  assert(options.length > 60, `${options.length} options`);
  for (const [flag, usual] of options) {
    const line = lines.get(flag);
    assert(line !== undefined, `--${flag} is not shown`);
    const said = usual === undefined || usual === null || line.includes("default");
    assert(said, `--${flag} does not say its default ${JSON.stringify(usual)}: ${line}`);
  }
});

const LINES: Record<string, string> = {
  epochs: "epochs; 0 measures one step; default 100 (a whole number from 0)",
  lr: "learning rate; of one-cycle, its peak; default 0.01 (a number above 0)",
  optimiser: "optimiser of the weights; default adam (adam or rmsprop)",
  gradient: "how the equilibrium is differentiated; default implicit " +
    "(implicit or one-step or phantom or unrolled or reversible)",
  "solver-damping": "how far to go along a step of anderson or fixed-point; default 1 " +
    "(a number above 0 and up to 1)",
  "encode-edges": "take edge features into GEN's messages; default on",
  "memory-budget": "device memory that the run may take; unless given, all there is " +
    "(a size such as 512MiB or 2GiB)",
  layers:
    "graph layers; default the model's, 4 of rev-gnn (a whole number from 1 and up to 100000)",
  dropout: "rate of the dropout masks; default the model's, 0.1 of rev-gnn " +
    "(a number from 0 and below 1)",
  heads: "heads of attention, which share a model's width; default 1 or the model's " +
    "(a whole number from 1)",
};

Deno.test("train --help says defaults and ranges as a call has them, a preset's too", async () => {
  const lines = linesOf((await task("train", ["--help"])).out);
  assertEquals(
    Object.fromEntries(Object.keys(LINES).map((flag) => [flag, lines.get(flag)])),
    LINES,
  );
});

const SETTINGS = [
  ...MODEL_FLAGS,
  ...[TRAINING, CALL, MEASURES].flatMap((entries) => settingFlags(entries)),
];
const flags = defineSettingFlags("train", "Trains one model.", SETTINGS, {});

/** The settings of a call; its model is a rev-gnn of 2 layers. */
function parse(call: string) {
  const { given, used } = flags.parse(call.split(" ").filter(Boolean));
  const named = isRecord(given.model) ? given.model : {};
  const model = { kind: "rev-gnn", layers: 2, channels: 8, ...named };
  const run = { experiment: "train", name: "", scale: "own", ...given, model };
  return asCall(used, () => runSettings(run as RunGiven));
}

Deno.test("a call's flags are settings, those of a kind within it", () => {
  const call = "--lr 0.5 --schedule warm-up --warm-up 7 --memory-budget 2MiB --drift --heads 2 " +
    "--convolution gat --teacher a.npy";
  const { learningRate, schedule, memoryBudget, drift, model, teacher } = parse(call);
  assertEquals([learningRate, memoryBudget, drift, teacher], [0.5, 2 ** 21, true, "a.npy"]);
  assertEquals(schedule, { kind: "warm-up", epochs: 7 });
  assert(model.convolution.kind === "gat" && model.convolution.heads === 2);
});

const WRONG: [call: string, sentence: string][] = [
  ["--epochs=-1", "Cannot use --epochs -1: expected a whole number from 0"],
  ["--epochs 1.5", "Cannot use --epochs 1.5: expected a whole number from 0"],
  ["--lr 0", "Cannot use --lr 0: expected a number above 0"],
  ["--clip=-1", "Cannot use --clip -1: expected a number from 0"],
  ["--parts 0", "Cannot use --parts 0: expected a whole number from 1"],
  ["--timed-steps 0", "Cannot use --timed-steps 0: expected a whole number from 1"],
  ["--schedule warm-up --warm-up 0", "Cannot use --warm-up 0: expected a whole number from 1"],
  ["--warm-up 9", "Cannot use --warm-up: one-cycle has none, only warm-up takes it"],
  ["--pretrain-epochs 3", "Cannot use --pretrain-epochs: a rev-gnn is no deq-gnn"],
  ["--pretrain-depth 4", "Cannot use --pretrain-depth: no epochs are pre-trained"],
  ["--edge-dropout 1 --convolution gat", "Cannot use --edge-dropout 1: expected a number from 0"],
];

for (const [call, sentence] of WRONG) {
  Deno.test(`a wrong value is told by its flag: ${call}`, () => {
    assertThrows(() => parse(call), UsageError, sentence);
  });
}
