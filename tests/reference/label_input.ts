/**
 * Labels as inputs: a given node's label, elsewhere softmax of what was predicted, or zeros. Of tasks with
 * means m it is (y − m) / max(m, 1 − m), and where y is not given or missing (NaN) that of σ(logit), or 0.
 */
import type { Graph } from "../../graphs/graph.ts";
import { concatColumns } from "./copy_columns.ts";
import { logSoftmax } from "./cross_entropy.ts";
import { type Dense, dense, row } from "./matrix.ts";

export function labelInput(
  labels: Dense,
  given: Uint32Array,
  { logits, means }: { logits?: Dense; means?: ArrayLike<number> } = {},
): Dense {
  const out = dense(labels.rows, labels.cols);
  for (let i = 0; i < labels.rows; i++) {
    if (means) {
      row(labels, i).forEach((label, task) => {
        const m = means[task]!;
        const known = given[i] && !Number.isNaN(label);
        const y = known ? label : logits ? 1 / (1 + Math.exp(-row(logits, i)[task]!)) : m;
        row(out, i)[task] = (y - m) / Math.max(m, 1 - m);
      });
    } else if (given[i]) row(out, i).set(row(labels, i));
    else if (logits) row(out, i).set(logSoftmax(row(logits, i)).map(Math.exp));
  }
  return out;
}

/** The mean of each task's labels that given nodes have; 0 where none has one. */
export function givenMeans(labels: Dense, given: Uint32Array): Float64Array {
  return Float64Array.from({ length: labels.cols }, (_, task) => {
    const known = Array.from(given.keys()).filter((i) => given[i])
      .map((i) => row(labels, i)[task]!).filter((label) => !Number.isNaN(label));
    return known.reduce((sum, label) => sum + label, 0) / Math.max(1, known.length);
  });
}

/** Labels and, beside them, their sums over each hop's in-edges by the root of their number. */
export function withHops(
  { rowPtr, colIdx }: Pick<Graph, "rowPtr" | "colIdx">,
  labels: Dense,
  hops: number,
): Dense {
  const columns = [labels];
  for (let hop = 0; hop < hops; hop++) {
    const before = columns.at(-1)!;
    const sums = dense(labels.rows, labels.cols);
    for (let i = 0; i < labels.rows; i++) {
      const [begin, end] = [rowPtr[i]!, rowPtr[i + 1]!];
      for (let e = begin; e < end; e++) {
        row(before, colIdx[e]!).forEach((value, c) =>
          row(sums, i)[c]! += value / Math.sqrt(end - begin)
        );
      }
    }
    columns.push(sums);
  }
  return concatColumns(columns);
}
