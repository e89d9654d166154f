/** The values a run starts from. */
import type { Graph } from "../graphs/graph.ts";
import { forEachWord, initialWeights, type Parameter } from "../layers/parameter_layout.ts";
import type { Model } from "../models/model.ts";

/**
 * PyTorch's initial values, except for two. The classifier's bias starts at the log-odds of each task
 * among the training nodes that have its label, or at the log of each class's share of them, whose
 * softmax is that share: the first epochs need not learn how rare a label is. And what is injected into
 * an equilibrium starts with deviation 1, as the state it is added to has: rows of features of length 1
 * would hardly be seen.
 */
export function initialValues(model: Model, graph: Graph, seed: number): Float32Array {
  const values = initialWeights(model.layout, seed);
  const odds = priors(graph);
  const { rows } = model.classifier;
  const bias = { first: rows - 1, end: rows };
  forEachWord(model.classifier, (word, _, col) => values[word] = odds[col]!, bias);
  if (model.injected) unitDeviation(values, model.injected, graph);
  return values;
}

/** Nodes that are enough to know a deviation by. */
const SAMPLE = 512;

/** Scales a map of the nodes' features so that what it makes of them has deviation 1. */
function unitDeviation(values: Float32Array, encoder: Parameter, { nodes, x }: Graph): void {
  const step = Math.max(1, Math.floor(nodes / SAMPLE));
  let [count, sum, squares] = [0, 0, 0];
  for (let node = 0; node < nodes; node += step) {
    const out = new Float64Array(encoder.cols);
    forEachWord(encoder, (word, row, col) => {
      out[col]! += x.data[node * x.cols + row]! * values[word]!;
    }, { first: 0, end: x.cols });
    for (const value of out) [count, sum, squares] = [count + 1, sum + value, squares + value ** 2];
  }
  const deviation = Math.sqrt(squares / count - (sum / count) ** 2);
  if (!(deviation > 0)) return;
  forEachWord(encoder, (word) => values[word]! /= deviation);
}

/** [tasks]; one label of each kind is added, so that a task or class without any stays finite. */
function priors({ labels, classes, split }: Graph): Float64Array {
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
