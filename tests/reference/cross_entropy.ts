/**
 * Softmax cross entropy, the mean over listed nodes: CE(x, y) = log Σ_k exp(x_k) - y · x, whose slope by x
 * is softmax(x) - y; or of the robust log(ε + CE) - log ε with ε = 1 - log 2. y is 1 of the label's class,
 * of which `smoothing` spreads a share over all classes.
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
  { logEpsilon = false, weight = 1, smoothing = 0 } = {},
): { loss: number; rowLoss: Dense; dLogits: Dense } {
  const dLogits = dense(logits.rows, logits.cols);
  const rowLoss = dense(1, logits.rows);
  for (const i of nodes) {
    const logs = logSoftmax(row(logits, i));
    const wanted = row(labels, i).map((one) => (1 - smoothing) * one + smoothing / logits.cols);
    const entropy = -logs.reduce((sum, log, c) => sum + wanted[c]! * log, 0);
    const loss = logEpsilon ? Math.log(EPSILON + entropy) - Math.log(EPSILON) : entropy;
    const slope = logEpsilon ? 1 / (EPSILON + entropy) : 1;
    rowLoss.data[i] = weight * loss / nodes.length;
    logs.forEach((log, c) => {
      row(dLogits, i)[c] = weight * slope * (Math.exp(log) - wanted[c]!) / nodes.length;
    });
  }
  return { loss: rowLoss.data.reduce((sum, value) => sum + value, 0), rowLoss, dLogits };
}
