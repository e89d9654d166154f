/**
 * Binary cross-entropy with logits, the mean over listed nodes × tasks:
 * loss(x, t) = max(x, 0) - x t + log(1 + exp(-|x|)), whose slope by x is σ(x) - t.
 */
import { type Dense, dense, row } from "./matrix.ts";

/** The loss of logits [N, tasks]; dLogits is zero for nodes that are not listed. */
export function bce(
  logits: Dense,
  labels: Dense,
  nodes: Uint32Array,
): { loss: number; dLogits: Dense } {
  const dLogits = dense(logits.rows, logits.cols);
  const terms = nodes.length * logits.cols;
  let sum = 0;
  for (const i of nodes) {
    for (let task = 0; task < logits.cols; task++) {
      const [x, t] = [row(logits, i)[task]!, row(labels, i)[task]!];
      sum += Math.max(x, 0) - x * t + Math.log1p(Math.exp(-Math.abs(x)));
      row(dLogits, i)[task]! += (1 / (1 + Math.exp(-x)) - t) / terms;
    }
  }
  return { loss: sum / terms, dLogits };
}
