import { UsageError } from "../../../scripts/flags/flags.ts";
import {
  MODEL_FLAGS,
  modelGiven,
  nameOf,
  PRESET_FLAG,
} from "../../../scripts/flags/model_flags.ts";
import { asCall, defineSettingFlags } from "../../../scripts/flags/settings_flags.ts";
import type { Given } from "../../../settings/types.ts";
import { type MODEL, type ModelGiven, modelOptions } from "../../../models/options.ts";
import { runSettings } from "../../../training/settings.ts";
import { assertEquals, assertThrows } from "../../assert.ts";

const flags = defineSettingFlags("train", "Trains one model.", MODEL_FLAGS, PRESET_FLAG);

/** The model of a call as `train` makes it. */
function parse(call: string) {
  const { values: { model: preset }, given, used } = flags.parse(call.split(" ").filter(Boolean));
  const model: Given<typeof MODEL> = modelGiven(preset, given.model);
  const run = { experiment: "train", name: "", scale: "own", model };
  const { model: options } = asCall(used, () => runSettings(run));
  return { name: nameOf(preset, options), model: options };
}

const SHARED = { layers: 4, channels: 64, dropout: 0.1 };

Deno.test("a call's model has the options of its preset, and every option there is", () => {
  const model = modelOptions({ kind: "rev-gnn", ...SHARED });
  assertEquals(parse(""), { name: "RevGNN-64", model });
  const spelt = "--model res-gnn --convolution gen --norm layer --aggregation max --no-tied";
  assertEquals(parse(spelt), {
    name: "ResGNN-64",
    model: modelOptions({ kind: "res-gnn", ...SHARED }),
  });
});

const RES = { kind: "res-gnn", layers: 3, channels: 256, dropout: 0.5 } as const;
const REV = { kind: "rev-gnn", ...SHARED } as const;
const MODELS: [call: string, name: string, options: ModelGiven][] = [
  ["--tied --norm batch", "WT-RevGNN-BN-64", { ...REV, tied: true, norm: "batch" }],
  ["--convolution sage", "RevGNN-SAGE-64", { ...REV, convolution: "sage" }],
  ["--aggregation softmax --t 0.5 --learn-t --message-norm", "RevGNN-64", {
    ...REV,
    convolution: {
      kind: "gen",
      aggregation: { kind: "softmax", t: 0.5, learnT: true, messageNorm: true },
    },
  }],
  ["--no-encode-edges", "RevGNN-64", { ...REV, convolution: { kind: "gen", encodeEdges: false } }],
  ["--convolution gat --heads 4 --destination --edge-dropout 0.3", "RevGNN-GAT-64", {
    ...REV,
    convolution: { kind: "gat", heads: 4, destination: true, edgeDropout: 0.3 },
  }],
  ["--model rev-gat --labels --input-dropout 0.25 --no-symmetric-norm", "RevGAT-96", {
    kind: "rev-gat",
    layers: 5,
    channels: 96,
    dropout: 0.1,
    labels: true,
    inputDropout: 0.25,
    convolution: { kind: "gat", heads: 3, symmetricNorm: false, residual: true },
  }],
  ["--labels --label-iterations 0", "RevGNN-64", { ...REV, labels: true, labelIterations: 0 }],
  ["--model gat", "GAT-256", { ...RES, convolution: { kind: "gat", heads: 4 } }],
  ["--model gat --convolution gcn", "GAT-GCN-256", { ...RES, convolution: "gcn" }],
  ["--model mlp --channels 16", "MLP-16", { ...RES, channels: 16, convolution: "linear" }],
  ["--model deq-gnn --solver broyden --max-steps 20 --gradient one-step", "DEQ-GNN-64", {
    kind: "deq-gnn",
    channels: 64,
    dropout: 0.1,
    equilibrium: { solver: "broyden", maxSteps: 20, gradient: "one-step" },
  }],
  ["--model deq-gnn --gradient phantom --phantom-steps 3", "DEQ-GNN-64", {
    kind: "deq-gnn",
    channels: 64,
    dropout: 0.1,
    equilibrium: { gradient: { kind: "phantom", steps: 3 } },
  }],
];

for (const [call, name, options] of MODELS) {
  Deno.test(`a call's model of ${call} is ${name}`, () => {
    assertEquals(parse(call), { name, model: modelOptions(options) });
  });
}

const WRONG: [call: string, sentence: string][] = [
  ["--convolution gcn --t 2", "Cannot use --t: gcn has none, only gen takes it"],
  ["--model gcn --no-encode-edges", "Cannot use --encode-edges: gcn has none, only gen takes it"],
  ["--heads 2", "Cannot use --heads: gen has none, only gat takes it"],
  ["--input-dropout 0.1", "Cannot use --input-dropout 0.1: only a rev-gat masks its input"],
  ["--model rev-gat --tied", "Cannot use --tied: the layers of a rev-gat differ"],
  ["--model rev-gat --convolution gcn", "Cannot use --convolution gcn: expected gat"],
  ["--model deq-gnn --layers 3", "Cannot use --layers 3: a deq-gnn has one cell and no depth"],
  ["--model deq-gnn --norm batch", "Cannot use --norm batch: a batch's statistics would change"],
  [
    "--model deq-gnn --solver broyden --solver-damping 0.5",
    "Cannot use --solver-damping: broyden has none, only anderson or fixed-point takes it",
  ],
  [
    "--model deq-gnn --phantom-steps 3 --gradient one-step",
    "Cannot use --phantom-steps: one-step has none, only implicit or phantom takes it",
  ],
  ["--tolerance 0.1", "Cannot use --tolerance: only a deq-gnn solves for an equilibrium"],
  ["--aggregation add --t 5", "Cannot use --t: add has none, only softmax, softmax_sg or"],
  ["--aggregation softmax --y 1", "Cannot use --y: softmax has none, only softmax_sum or"],
  ["--learn-t", "Cannot use --learn-t: max has none, only softmax or softmax_sum takes it"],
  ["--model rev-gat --heads 5", "Cannot split a group's 48 channels into 5 heads"],
  ["--groups 1", "Cannot use --groups 1: expected a whole number from 2"],
  ["--model gcn --groups 2", "Cannot use --groups 2: only a reversible network has groups"],
  ["--dropout 1", "Cannot use --dropout 1: expected a number from 0 and below 1"],
  ["--model rev-gat --layers 1", "Cannot use --layers 1: expected a whole number from 2"],
  ["--layers 1.5", "Cannot use --layers 1.5: expected a whole number from 1"],
  [
    "--model deq-gnn --gradient unrolled --solver broyden",
    "Cannot choose a solver with the gradient unrolled: it takes all of its steps",
  ],
  [
    "--model deq-gnn --gradient unrolled --tolerance 0.1",
    "Cannot choose a solver with the gradient unrolled: it takes all of its steps",
  ],
];

for (const [call, sentence] of WRONG) {
  Deno.test(`a call's model of ${call} is a wrong call`, () => {
    assertThrows(() => parse(call), UsageError, sentence);
  });
}
