/** The paper's RevGCN on ogbn-proteins, and DeeperGCN, its predecessor's scripts in the same repository. */
import {
  as,
  needless,
  type OfficialFlag,
  type OfficialScript,
  onlyValue,
  refuse,
} from "./official_script.ts";

const SOFTMAX = ["softmax", "softmax_sg", "softmax_sum"];
const POWER = ["power", "power_sum"];
const SCALED = ["softmax_sum", "power_sum"];
const KNOWN = ["max", "add", "mean", ...SOFTMAX, ...POWER];
const ADAPTER = needless("the best adapter is taken");
const OVERWRITTEN = needless("the script writes over it");
const CHECKPOINT = needless("no file is kept that is not named: see --save");

const aggregation: OfficialFlag["read"] = (value, { "--learn_t": learnsT }) => {
  if (!KNOWN.includes(String(value))) refuse(`${value}: expected one of ${KNOWN.join(", ")}`);
  if (value !== "softmax" || learnsT) return { ours: [["--aggregation", String(value)]] };
  return {
    ours: [["--aggregation", "softmax_sg"]],
    note: "there weights of a softmax pass gradients on only if t is learned",
  };
};

/** An option of some aggregations. */
const ofKinds = (
  kinds: readonly string[],
  flag: string,
): OfficialFlag["read"] =>
(value, { "--gcn_aggr": kind }) => {
  if (!kinds.includes(String(kind))) return { ours: [], note: `aggregation by ${kind} reads none` };
  return { ours: value === false ? [] : value === true ? [[flag]] : [[flag, value as number]] };
};

/** A switch that is off where it is not given. */
const asOn = (flag: string): OfficialFlag["read"] => (value) => ({ ours: value ? [[flag]] : [] });

const learnT: OfficialFlag["read"] = (value, all) =>
  value && all["--gcn_aggr"] === "softmax_sg"
    ? { ours: [], note: "softmax_sg learns no t" }
    : ofKinds(SOFTMAX, "--learn-t")(value, all);

const messageScale: OfficialFlag["read"] = (value, { "--msg_norm": norm }) =>
  value && !norm
    ? { ours: [], note: "nothing is scaled without --msg_norm" }
    : asOn("--learn-message-scale")(value, {});

const norm: OfficialFlag["read"] = (value) =>
  value === "layer" || value === "batch"
    ? { ours: [["--norm", value]] }
    : refuse(`${value}: norms here are layer and batch`);

/** What all of these scripts can be told. */
const SHARED = {
  "--use_gpu": { type: "switch", read: ADAPTER },
  "--device": { type: "whole", usual: 0, read: ADAPTER },
  "--lr": { type: "number", usual: 0.01, read: as("--lr") },
  "--num_layers": { type: "whole", usual: 3, read: as("--layers") },
  "--mlp_layers": {
    type: "whole",
    usual: 2,
    read: onlyValue(2, "GEN's MLP has two layers here"),
  },
  "--conv": { type: "text", usual: "gen", read: onlyValue("gen", "the script knows GEN alone") },
  "--gcn_aggr": { type: "text", usual: "max", read: aggregation },
  "--norm": { type: "text", usual: "layer", read: norm },
  "--num_tasks": { type: "whole", usual: 1, read: OVERWRITTEN },
  "--t": { type: "number", usual: 1, read: ofKinds(SOFTMAX, "--t") },
  "--p": { type: "number", usual: 1, read: ofKinds(POWER, "--p") },
  "--learn_t": { type: "switch", read: learnT },
  "--learn_p": { type: "switch", read: ofKinds(POWER, "--learn-p") },
  "--msg_norm": { type: "switch", read: asOn("--message-norm") },
  "--learn_msg_scale": { type: "switch", read: messageScale },
  "--model_save_path": { type: "text", usual: "model_ckpt", read: CHECKPOINT },
  "--save": { type: "text", usual: "EXP", read: needless("it names a folder of logs: see --log") },
  "--model_load_path": {
    type: "text",
    read: needless("test.py alone reads it: deno task evaluate"),
  },
} as const satisfies OfficialScript["flags"];

const parts = (usual: number, flag: string): OfficialFlag => ({
  ...{ type: "whole", usual, read: as(flag) },
});

/** What the scripts of ogbn-proteins can be told as well. */
const PROTEINS = {
  "--dataset": dataset("ogbn-proteins"),
  "--cluster_number": parts(10, "--parts"),
  "--valid_cluster_number": parts(5, "--evaluate-parts"),
  "--aggr": {
    type: "text",
    usual: "add",
    read: onlyValue("add", "a node's first features are the sum of its edges' here"),
  },
  "--nf_path": { type: "text", read: OVERWRITTEN },
  "--num_evals": {
    type: "whole",
    usual: 1,
    read: onlyValue(
      1,
      "an epoch is evaluated on one partition: deno task evaluate --views averages more",
    ),
  },
  "--hidden_channels": { type: "whole", usual: 64, read: as("--channels") },
  "--dropout": { type: "number", usual: 0, read: as("--dropout") },
} as const satisfies OfficialScript["flags"];

function dataset(name: string): OfficialFlag {
  return {
    ...{
      type: "text",
      usual: name,
      read: onlyValue(name, `the script's network is of ${name} alone`),
    },
  };
}

const NOT_OURS = "the script's network does not read it";

/** RevGNN-Deep's and -Wide's script. */
export const REV_GCN: OfficialScript = {
  path: "examples/ogb_eff/ogbn_proteins/main.py",
  place: /(?<!ogb\/)ogbn_proteins/,
  isPapers: true,
  what: "RevGCN on ogbn-proteins",
  always: [
    ["--dataset", "ogbn-proteins"],
    ["--model", "rev-gnn"],
    ["--optimiser", "adam"],
    ["--clip", 1],
    ["--schedule", "constant"],
    ["--best-by", "score"],
  ],
  differences: [
    "evaluations are in 32 bits, where autocast takes 16",
    "an evaluation draws its parts anew, where the first ones are kept",
  ],
  flags: {
    ...SHARED,
    ...PROTEINS,
    "--epochs": { type: "whole", usual: 2000, read: as("--epochs") },
    "--backbone": {
      type: "text",
      usual: "rev",
      read: onlyValue(
        "rev",
        "the script trains rev alone: see --model deq-gnn and --tied for the others",
      ),
    },
    "--group": { type: "whole", usual: 2, read: as("--groups") },
    "--block": { type: "text", usual: "plain", read: needless("its blocks are res+ in any case") },
    "--y": { type: "number", usual: 0, read: ofKinds(SCALED, "--y") },
    "--learn_y": { type: "switch", read: ofKinds(SCALED, "--learn-y") },
    "--num_steps": { type: "whole", usual: 3, read: needless(NOT_OURS) },
    "--inject_input": { type: "switch", read: needless(NOT_OURS) },
    "--pretrain_epochs": { type: "whole", usual: 100, read: needless(NOT_OURS) },
    "--conv_encode_edge": {
      type: "switch",
      read: (value) =>
        value ? { ours: [["--encode-edges"]] } : refuse(
          "is not given: without it the official network fails, as it adds edges of all channels to the nodes " +
            "of one group",
        ),
    },
    "--use_one_hot_encoding": {
      type: "switch",
      read: (value) =>
        value
          ? { ours: [], note: "a node's species is an input in any case" }
          : refuse("is not given: a node's species is an input here in any case"),
    },
  },
};

const DEEPER_DIFFERENCE =
  "the first layer has a norm, ReLU and a residual connection like all others, where it has none";

/** What a DeeperGCN script does in any case. */
const DEEPER_ALWAYS = [
  ["--model", "res-gnn"],
  ["--optimiser", "adam"],
  ["--schedule", "constant"],
  ["--best-by", "score"],
] as const;

const BLOCK = onlyValue("res+", "blocks here are res+: norm, ReLU, convolution, sum");

/** DeeperGCN's scripts of classes. */
const CLASSES = {
  ...SHARED,
  "--self_loop": {
    type: "switch",
    read: (value) => ({ ours: [[value ? "--self-loops" : "--no-self-loops"]] }),
  },
  "--epochs": { type: "whole", usual: 500, read: as("--epochs") },
  "--dropout": { type: "number", usual: 0.5, read: as("--dropout") },
  "--mlp_layers": { ...SHARED["--mlp_layers"], usual: 1 },
  "--in_channels": { type: "whole", usual: 128, read: OVERWRITTEN },
  "--hidden_channels": { type: "whole", usual: 128, read: as("--channels") },
  "--block": { type: "text", usual: "res+", read: BLOCK },
  "--norm": { type: "text", usual: "batch", read: norm },
} as const satisfies OfficialScript["flags"];

/** The scripts of DeeperGCN, which are not reversible. */
export const DEEPER_GCN: readonly OfficialScript[] = [
  {
    path: "examples/ogb/ogbn_arxiv/main.py",
    place: /ogbn_arxiv(?!_dgl)/,
    isPapers: false,
    what: "DeeperGCN on ogbn-arxiv",
    always: [["--dataset", "ogbn-arxiv"], ...DEEPER_ALWAYS, ["--clip", 0]],
    differences: [DEEPER_DIFFERENCE],
    flags: { ...CLASSES, "--dataset": dataset("ogbn-arxiv") },
  },
  {
    path: "examples/ogb/ogbn_products/main.py",
    place: /ogbn_products/,
    isPapers: false,
    what: "DeeperGCN on ogbn-products",
    always: [
      ["--dataset", "ogbn-products"],
      ...DEEPER_ALWAYS,
      ["--clip", 0],
      // On the processor, of the whole graph, and after the last epoch alone.
      ["--evaluate-parts", 1],
    ],
    differences: [DEEPER_DIFFERENCE, "each epoch is scored, where the last one alone is"],
    flags: {
      ...CLASSES,
      "--dataset": dataset("ogbn-products"),
      "--cluster_number": parts(10, "--parts"),
      "--lr": { ...SHARED["--lr"], usual: 0.001 },
    },
  },
  {
    path: "examples/ogb/ogbn_proteins/main.py",
    place: /(?<!ogb_eff\/)ogbn_proteins/,
    isPapers: false,
    what: "DeeperGCN on ogbn-proteins",
    always: [["--dataset", "ogbn-proteins"], ...DEEPER_ALWAYS, ["--clip", 0]],
    differences: [DEEPER_DIFFERENCE],
    flags: {
      ...SHARED,
      ...PROTEINS,
      "--epochs": { type: "whole", usual: 1000, read: as("--epochs") },
      "--block": { type: "text", usual: "plain", read: BLOCK },
      "--conv_encode_edge": {
        type: "switch",
        read: (value) => ({ ours: [[value ? "--encode-edges" : "--no-encode-edges"]] }),
      },
    },
  },
];
