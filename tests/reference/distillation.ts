/**
 * Knowledge distillation as the public code has it: T² KLDivLoss(log softmax(x / T), softmax(t / T)), the
 * mean over nodes × classes of q (log q - log p); its slope by x is T (p - q) over nodes × classes.
 */
import { logSoftmax } from "./cross_entropy.ts";
import { type Dense, dense, row } from "./matrix.ts";

/** The loss of logits [N, classes] for a teacher's: each node's share [1, N], and the gradient. */
export function distillation(
  logits: Dense,
  teacher: Dense,
  { temperature, weight = 1 }: { temperature: number; weight?: number },
): { loss: number; rowLoss: Dense; dLogits: Dense } {
  const { rows, cols } = logits;
  const [rowLoss, dLogits] = [dense(1, rows), dense(rows, cols)];
  const scale = weight / (rows * cols);
  for (let i = 0; i < rows; i++) {
    const logP = logSoftmax(row(logits, i).map((value) => value / temperature));
    const logQ = logSoftmax(row(teacher, i).map((value) => value / temperature));
    for (let c = 0; c < cols; c++) {
      const [p, q] = [Math.exp(logP[c]!), Math.exp(logQ[c]!)];
      rowLoss.data[i]! += scale * temperature ** 2 * q * (logQ[c]! - logP[c]!);
      row(dLogits, i)[c] = scale * temperature * (p - q);
    }
  }
  return { loss: rowLoss.data.reduce((sum, value) => sum + value, 0), rowLoss, dLogits };
}
