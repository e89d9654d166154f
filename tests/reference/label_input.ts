/** Labels as inputs: a given node's label, elsewhere softmax of what was predicted, or zeros. */
import { logSoftmax } from "./cross_entropy.ts";
import { type Dense, dense, row } from "./matrix.ts";

export function labelInput(labels: Dense, given: Uint32Array, logits?: Dense): Dense {
  const out = dense(labels.rows, labels.cols);
  for (let i = 0; i < labels.rows; i++) {
    if (given[i]) row(out, i).set(row(labels, i));
    else if (logits) row(out, i).set(logSoftmax(row(logits, i)).map(Math.exp));
  }
  return out;
}
