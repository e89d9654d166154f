/** The paper's RevGAT on ogbn-arxiv, and what scripts made from it add. */
import {
  as,
  asSwitch,
  needless,
  type OfficialFlag,
  type OfficialScript,
  onlyValue,
  refuse,
} from "./official_script.ts";

const CURVES = "the run's page has the curves, --log a line for each epoch";

/** Where a teacher leaves what its student of the same seed reads. */
function logitsOf(folder: unknown): string {
  return `${String(folder).replace(/\/+$/, "")}/best_pred_seed{seed}.npy`;
}

const mode: OfficialFlag["read"] = (
  value,
  { "--kd_dir": folder, "--alpha": alpha, "--temp": temp },
) => {
  if (value === "teacher") return { ours: [["--predictions", logitsOf(folder)]] };
  if (value !== "student") refuse(`${value}: expected teacher or student`);
  return {
    ours: [
      ["--teacher", logitsOf(folder)],
      ["--alpha", alpha as number],
      ["--temperature", temp as number],
    ],
    note: "a call of --mode teacher writes that file",
  };
};

/** What is read with another flag. */
const withFlag = (flag: string) => needless(`read with ${flag}`);
const ofStudents: OfficialFlag["read"] = (_, { "--mode": mode }) => ({
  ours: [],
  note: mode === "student" ? "read with --mode" : "only a student reads it",
});

/** What a script that takes label inputs says of one of them. */
const ofLabels = (flag: string, otherwise: string): OfficialFlag["read"] => (value, all) =>
  all["--use-labels"] ? { ours: [[flag, value as number]] } : { ours: [], note: otherwise };

const labelIterations: OfficialFlag["read"] = (value, all) =>
  value !== 0 && !all["--use-labels"]
    ? refuse(`${value}: the official script refuses it without --use-labels`)
    : ofLabels("--label-iterations", "no label is an input")(value, all);

/** All flags of the script and of those made from it. */
export const REV_GAT_FLAGS = {
  "--cpu": { type: "switch", read: needless("the best adapter is taken") },
  "--gpu": { type: "whole", usual: 0, read: needless("the best adapter is taken") },
  "--seed": { type: "whole", usual: 0, read: as("--seed") },
  "--n-runs": { type: "whole", usual: 10, read: as("--runs") },
  "--n-epochs": { type: "whole", usual: 2000, read: as("--epochs") },
  "--use-labels": { type: "switch", read: asSwitch("labels", true) },
  "--n-label-iters": { type: "whole", usual: 0, read: labelIterations },
  "--mask-rate": {
    type: "number",
    usual: 0.5,
    read: ofLabels(
      "--mask-rate",
      "without label inputs a step learns from all training nodes, there from a random share of them",
    ),
  },
  "--no-attn-dst": { type: "switch", read: asSwitch("destination", false) },
  "--use-norm": { type: "switch", read: asSwitch("symmetric-norm", true) },
  "--lr": { type: "number", usual: 0.002, read: as("--lr") },
  "--n-layers": { type: "whole", usual: 3, read: as("--layers") },
  "--n-heads": { type: "whole", usual: 3, read: as("--heads") },
  "--n-hidden": {
    type: "whole",
    usual: 250,
    read: (value, { "--n-heads": heads }) => ({
      ours: [["--channels", Number(value) * Number(heads)]],
      note: "all heads together",
    }),
  },
  "--dropout": { type: "number", usual: 0.75, read: as("--dropout") },
  "--input-drop": { type: "number", usual: 0.1, read: as("--input-dropout") },
  "--attn-drop": {
    type: "number",
    usual: 0,
    read: onlyValue(0, "the official network itself refuses any attention dropout but 0"),
  },
  "--edge-drop": { type: "number", usual: 0, read: as("--edge-dropout") },
  "--wd": { type: "number", usual: 0, read: as("--weight-decay") },
  "--log-every": { type: "whole", usual: 20, read: needless(CURVES) },
  "--plot-curves": { type: "switch", read: needless(CURVES) },
  "--save-pred": {
    type: "switch",
    read: (value, { "--mode": mode }) =>
      value && mode === "student"
        ? { ours: [["--predictions", "output/{seed}.npy"]], note: "logits, there their softmax" }
        : { ours: [], note: "the file of --mode teacher has the same epoch's logits" },
  },
  "--save": { type: "text", usual: "exp", read: needless("it names a folder of logs: see --log") },
  "--backbone": {
    type: "text",
    usual: "rev",
    read: onlyValue("rev", "the official script knows the backbone rev alone"),
  },
  "--group": {
    type: "whole",
    usual: 2,
    read: (value) => ({
      ours: [["--groups", 2]],
      ...value !== 2 && { note: "the official script does not hand it on: its network has 2" },
    }),
  },
  "--kd_dir": { type: "text", usual: "./kd", read: withFlag("--mode") },
  "--mode": { type: "text", usual: "teacher", read: mode },
  "--alpha": { type: "number", usual: 0.5, read: ofStudents },
  "--temp": { type: "number", usual: 1, read: ofStudents },
  // GIANT's, in a copy of the script.
  "--pretrain_path": { type: "text", read: features },
  "--data_root_dir": {
    type: "text",
    read: needless("deno task data keeps the data set: see --cache"),
  },
} as const satisfies OfficialScript["flags"];

/** A file of node features, where one is named. */
export function features(value: unknown) {
  return value === undefined
    ? { ours: [] }
    : { ours: [["--node-features", String(value)]] as const };
}

export const REV_GAT: OfficialScript = {
  path: "examples/ogb_eff/ogbn_arxiv_dgl/main.py",
  place: /ogbn_arxiv_dgl/,
  isPapers: true,
  what: "RevGAT on ogbn-arxiv",
  always: [
    ["--dataset", "ogbn-arxiv"],
    ["--model", "rev-gat"],
    ["--optimiser", "rmsprop"],
    ["--clip", 0],
    ["--schedule", "warm-up"],
    ["--loss", "log-epsilon"],
    ["--best-by", "loss"],
  ],
  differences: [
    "a step gives exactly the share --mask-rate of the training labels, where a coin is tossed for each",
    "passes that guess labels leave running statistics alone, where they move them",
  ],
  flags: REV_GAT_FLAGS,
};
