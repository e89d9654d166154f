/**
 * Softmax cross entropy, the mean over listed nodes: CE(x, c) = log Σ_k exp(x_k) - x_c, whose slope by x
 * is softmax(x) - 1_c; or of the robust log(ε + CE) - log ε with ε = 1 - log 2.
 */
import { type Dense, dense, row } from "./matrix.ts";

const EPSILON = 1 - Math.LN2;

/** log softmax of one row; safe for large numbers. */
export function logSoftmax(x: Float64Array): Float64Array {
  const top = Math.max(...x);
  const logSum = Math.log(x.reduce((sum, value) => sum + Math.exp(value - top), 0));
  return x.map((value) => value - top - logSum);
}

/** Each node's share of the loss [1, N]; it and dLogits are zero for nodes that are not listed. */
export function crossEntropy(
  logits: Dense,
  labels: Dense,
  nodes: Uint32Array,
  { logEpsilon = false, weight = 1 } = {},
): { loss: number; rowLoss: Dense; dLogits: Dense } {
  const dLogits = dense(logits.rows, logits.cols);
  const rowLoss = dense(1, logits.rows);
  for (const i of nodes) {
    const logs = logSoftmax(row(logits, i));
    const label = row(labels, i).indexOf(1);
    const entropy = -logs[label]!;
    const loss = logEpsilon ? Math.log(EPSILON + entropy) - Math.log(EPSILON) : entropy;
    const slope = logEpsilon ? 1 / (EPSILON + entropy) : 1;
    rowLoss.data[i] = weight * loss / nodes.length;
    logs.forEach((log, c) => {
      row(dLogits, i)[c] = weight * slope * (Math.exp(log) - Number(c === label)) / nodes.length;
    });
  }
  return { loss: rowLoss.data.reduce((sum, value) => sum + value, 0), rowLoss, dLogits };
}
