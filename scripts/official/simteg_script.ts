/** SimTeG's RevGAT on text embeddings (Duan et al., 2023), made from the paper's script. */
import {
  as,
  needless,
  type OfficialFlag,
  type OfficialScript,
  type OfficialValues,
  refuse,
} from "./official_script.ts";
import { REV_GAT, REV_GAT_FLAGS } from "./rev_gat_script.ts";

const { "--pretrain_path": _x, "--data_root_dir": _root, ...SHARED } = REV_GAT_FLAGS;

/** Both spellings are one switch there. */
const saves = (all: OfficialValues) => all["--save-pred"] || all["--save_pred"];

/** Of a teacher's two files, which have the same logits, the one that its ensembles read. */
const mode: OfficialFlag["read"] = (value, all) =>
  value === "teacher" && saves(all)
    ? { ours: [], note: "the file of --save_pred has the same epoch's logits" }
    : SHARED["--mode"].read(value, all);

const savePred: OfficialFlag["read"] = (value, { "--output_dir": folder }) => {
  if (!value) return { ours: [] };
  if (folder === undefined) refuse("without --output_dir: the official script fails, too");
  return {
    ours: [["--predictions", `${folder}/cached_embs/logits_seed{seed}.npy`]],
    note: "there runs are numbered from 1",
  };
};

const useEmbeddings: OfficialFlag["read"] = (value, { "--bert_x_dir": path }) => {
  if (!value) return { ours: [] };
  if (path === undefined) refuse("without --bert_x_dir: the official script fails, too");
  return { ours: [["--node-features", String(path)]] };
};

const UNREAD = "the official script does not read it";

const FLAGS = {
  ...SHARED,
  "--seed": { ...SHARED["--seed"], usual: 42 },
  "--n-epochs": { ...SHARED["--n-epochs"], usual: 200 },
  "--log-every": { ...SHARED["--log-every"], usual: 5 },
  "--mode": { ...SHARED["--mode"], read: mode },
  "--save-pred": {
    type: "switch",
    read: (value, all) =>
      all["--save_pred"] ? { ours: [], note: "read with --save_pred" } : savePred(value, all),
  },
  "--save_pred": { type: "switch", read: savePred },
  "--label_smoothing_factor": { type: "number", usual: 0.3, read: as("--label-smoothing") },
  "--use_bert_x": { type: "switch", read: useEmbeddings },
  "--bert_x_dir": {
    type: "text",
    read: (_, all) => ({
      ours: [],
      note: all["--use_bert_x"] ? "read with --use_bert_x" : "it is read with --use_bert_x alone",
    }),
  },
  "--use_gpt_preds": {
    type: "switch",
    read: (value) =>
      value
        ? refuse(
          "here: it trains an embedding of GPT's five predicted classes with the network, which no " +
            "model here has, bring embeddings by --use_bert_x --bert_x_dir FILE",
        )
        : { ours: [] },
  },
  "--output_dir": { type: "text", read: needless("the run's files are named one by one") },
  "--suffix": { type: "text", read: needless(UNREAD) },
  "--ckpt_dir": { type: "text", read: needless(UNREAD) },
} as const satisfies OfficialScript["flags"];

export const SIMTEG: OfficialScript = {
  path: "src/misc/revgat/main.py",
  place: /misc[./]revgat\b/,
  isPapers: false,
  what: "SimTeG's RevGAT on ogbn-arxiv",
  always: [
    ...REV_GAT.always.filter(([flag]) => flag !== "--best-by"),
    ["--best-by", "score"],
    ["--input-norm"],
  ],
  differences: REV_GAT.differences,
  flags: FLAGS,
};
