/**
 * Labels as inputs: a given node's label, elsewhere softmax of what was predicted, or zeros. Of tasks a label
 * of 1 is 1, one of 0 is −1, and one that is not given or missing (NaN) what that is expected to be, σ − (1 − σ).
 */
import { logSoftmax } from "./cross_entropy.ts";
import { type Dense, dense, row } from "./matrix.ts";

export function labelInput(
  labels: Dense,
  given: Uint32Array,
  { logits, tasks = false }: { logits?: Dense; tasks?: boolean } = {},
): Dense {
  const out = dense(labels.rows, labels.cols);
  for (let i = 0; i < labels.rows; i++) {
    if (tasks) {
      row(labels, i).forEach((label, task) => {
        const known = given[i] && !Number.isNaN(label);
        row(out, i)[task] = known ? 2 * label - 1 : logits ? expected(row(logits, i)[task]!) : 0;
      });
    } else if (given[i]) row(out, i).set(row(labels, i));
    else if (logits) row(out, i).set(logSoftmax(row(logits, i)).map(Math.exp));
  }
  return out;
}

function expected(logit: number): number {
  return 1 / (1 + Math.exp(-logit)) - 1 / (1 + Math.exp(logit));
}
