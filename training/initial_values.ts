/** The values a run starts from. */
import type { Graph } from "../graphs/graph.ts";
import { forEachWord, initialWeights } from "../layers/parameter_layout.ts";
import type { Model } from "../models/model.ts";

/**
 * PyTorch's initial values, except for the classifier's bias, which starts at the log-odds of each
 * task among the training nodes: the first epochs need not learn how rare a label is.
 */
export function initialValues(model: Model, graph: Graph, seed: number): Float32Array {
  const values = initialWeights(model.layout, seed);
  const odds = logOdds(graph);
  const { rows } = model.classifier;
  const bias = { first: rows - 1, end: rows };
  forEachWord(model.classifier, (word, _, col) => values[word] = odds[col]!, bias);
  return values;
}

/** [tasks]; one label of each kind is added, so that a task without either stays finite. */
function logOdds({ labels, split }: Graph): Float64Array {
  const odds = new Float64Array(labels.cols);
  for (const node of split.train) {
    for (let task = 0; task < labels.cols; task++) {
      odds[task]! += labels.data[node * labels.cols + task]!;
    }
  }
  const { length } = split.train;
  return odds.map((positive) => Math.log((positive + 1) / (length - positive + 1)));
}
