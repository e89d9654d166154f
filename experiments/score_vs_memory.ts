/** Figure 1: score against memory and parameters, of models that other experiments train. */
import type { Experiment } from "./experiment.ts";
import { modelsAt112Layers } from "./models_at_112_layers.ts";
import { proteins } from "./proteins.ts";
import { DEPTH } from "./variable.ts";

/** What a model's memory buys. */
export const scoreVsMemory: Experiment = {
  name: "score_vs_memory",
  title: "Score against memory",
  claim: "RevGNN-Deep and RevGNN-Wide score higher than all others on ogbn-proteins, 87.74 % in " +
    "2.86 GB and 88.24 % in 7.91 GB, where UniMP+CEF, the best of the others, has 86.91 % in " +
    "27.2 GB; and no other of that table takes as little memory as RevGNN-Deep.",
  reading:
    "Better is up and to the left: a higher score in less memory. The larger a mark, the more " +
    "parameters. Reversible models should stand at the upper left edge, residual ones far to its " +
    "right.",
  x: DEPTH,
  paper: {
    source: "Figure 1",
    dataset: "ogbn-proteins",
    metric: "ROC-AUC",
    table: true,
    series: [...proteins.paper.series, ...modelsAt112Layers.paper.series],
  },
  scales: { quick: [], small: [], full: [], paper: [] },
  // Below the paper's scale both tables have models that are the same run.
  rowsOf: [
    modelsAt112Layers,
    { ...proteins, scales: { quick: [], small: [], full: [], paper: proteins.scales.paper } },
  ],
};
