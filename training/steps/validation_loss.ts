/** The loss of predictions on some nodes, by which the best epoch may be chosen; in float64, off the device. */
import type { GraphOutline, Matrix } from "../../graphs/graph.ts";
import type { Loss } from "../settings.ts";
import { defaultLoss } from "./loss.ts";

/** ε of the robust loss of RevGAT. */
const EPSILON = 1 - Math.LN2;

/**
 * Mean over these nodes, and over tasks where there are any: binary cross entropy, cross entropy, or log(ε +
 * CE) − log ε of each node's. Missing labels do not count; NaN where nothing does.
 */
export function validationLoss(
  logits: Matrix,
  graph: Pick<GraphOutline, "labels" | "classes">,
  nodes: Uint32Array,
  loss: Loss | null,
): number {
  const kind = loss ?? defaultLoss(graph);
  const { cols } = logits;
  let [sum, count] = [0, 0];
  for (const node of nodes) {
    const row = logits.data.subarray(node * cols, (node + 1) * cols);
    const labels = graph.labels.data.subarray(node * cols, (node + 1) * cols);
    if (kind === "bce") {
      for (const [task, label] of labels.entries()) {
        if (Number.isNaN(label)) continue;
        sum += binaryCrossEntropy(row[task]!, label);
        count++;
      }
    } else {
      const entropy = crossEntropy(row, labels);
      sum += kind === "log-epsilon" ? Math.log(1 + entropy / EPSILON) : entropy;
      count++;
    }
  }
  return sum / count;
}

/** −y log σ(z) − (1 − y) log(1 − σ(z)), safe for large z. */
function binaryCrossEntropy(z: number, label: number): number {
  return Math.max(z, 0) - label * z + Math.log1p(Math.exp(-Math.abs(z)));
}

/** log Σ exp z − z of the label's class. */
function crossEntropy(row: Float32Array, labels: Float32Array): number {
  const top = Math.max(...row);
  const sum = row.reduce((sum, z) => sum + Math.exp(z - top), 0);
  return Math.log(sum) + top - row[labels.indexOf(1)]!;
}
