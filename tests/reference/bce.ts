/**
 * Binary cross-entropy with logits, the mean over the labels that listed nodes have:
 * loss(x, t) = max(x, 0) - x t + log(1 + exp(-|x|)), whose slope by x is σ(x) - t. A label of NaN is
 * missing.
 */
import { type Dense, dense, row } from "./matrix.ts";

/** The loss of logits [N, tasks], their sum over `terms`; dLogits is zero for nodes not listed and for missing labels. */
export function bce(
  logits: Dense,
  labels: Dense,
  nodes: Uint32Array,
  terms = presentLabels(labels, nodes),
): { loss: number; dLogits: Dense } {
  const dLogits = dense(logits.rows, logits.cols);
  let sum = 0;
  for (const i of nodes) {
    for (let task = 0; task < logits.cols; task++) {
      const [x, t] = [row(logits, i)[task]!, row(labels, i)[task]!];
      if (Number.isNaN(t)) continue;
      sum += Math.max(x, 0) - x * t + Math.log1p(Math.exp(-Math.abs(x)));
      row(dLogits, i)[task]! += (1 / (1 + Math.exp(-x)) - t) / terms;
    }
  }
  return { loss: terms === 0 ? 0 : sum / terms, dLogits };
}

function presentLabels(labels: Dense, nodes: Uint32Array): number {
  let present = 0;
  for (const i of nodes) present += row(labels, i).filter((t) => !Number.isNaN(t)).length;
  return present;
}
