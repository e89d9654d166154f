/** The values of a model's parameters before training. */
import type { GraphOutline } from "../../graphs/graph.ts";
import { forEachWord, initialWeights } from "../../layers/parameter_layout.ts";
import type { Model } from "../../models/model.ts";

/**
 * PyTorch's initial values, except for the classifier's bias: it starts at each task's log-odds among the
 * training nodes that have its label, or at the logarithm of each class's share of training nodes, so that
 * the first epochs need not learn how rare a label is.
 */
export function initialValues(model: Model, graph: GraphOutline, seed: number): Float32Array {
  const values = initialWeights(model.layout, seed);
  const odds = priors(graph);
  const { rows } = model.classifier;
  const bias = { first: rows - 1, end: rows };
  forEachWord(model.classifier, (word, _, col) => values[word] = odds[col]!, bias);
  return values;
}

/** [tasks]: that bias, one label of each kind added so that a task or class without any stays finite. */
function priors({ labels, classes, split }: GraphOutline): Float64Array {
  const [ones, zeros] = [new Float64Array(labels.cols), new Float64Array(labels.cols)];
  for (const node of split.train) {
    for (let task = 0; task < labels.cols; task++) {
      const label = labels.data[node * labels.cols + task];
      if (label === 1) ones[task]!++;
      else if (label === 0) zeros[task]!++; // neither where it is missing
    }
  }
  const { length } = split.train;
  if (classes) return ones.map((nodes) => Math.log((nodes + 1) / (length + labels.cols)));
  return ones.map((positive, task) => Math.log((positive + 1) / (zeros[task]! + 1)));
}
