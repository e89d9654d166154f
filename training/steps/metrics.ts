/**
 * Scores of predictions. For tasks, the mean ROC-AUC = P(a positive's score > a negative's) + ½ P(equal),
 * the area under the curve with ties at their middle rank; for classes, accuracy.
 */
import type { GraphOutline, Matrix } from "../../graphs/graph.ts";
import type { Scores } from "../row.ts";

/** The name of the metric that scores a graph's labels. */
export function metricOf({ classes }: Pick<GraphOutline, "classes">): "accuracy" | "ROC-AUC" {
  return classes ? "accuracy" : "ROC-AUC";
}

/** Scores logits [nodes, tasks] on each set of the graph's split. */
export function scoresOf(logits: Matrix, { labels, classes, split }: GraphOutline): Scores {
  const { train, valid, test } = split;
  const score = (nodes: Uint32Array) => (classes ? accuracy : meanRocAuc)(logits, labels, nodes);
  return { train: score(train), valid: score(valid), test: score(test) };
}

/** ROC-AUC of one task; undefined where a class is missing. */
export function rocAuc(scores: Float32Array, labels: Float32Array): number | undefined {
  if (scores.length !== labels.length) {
    throw new RangeError(
      `Cannot rank scores as each must have a label: ${scores.length} scores, ` +
        `${labels.length} labels`,
    );
  }
  const rows = scores.length;
  const nodes = new Uint32Array(rows).map((_, node) => node);
  const scratch = new Float32Array(rows);
  return taskAuc({ data: scores, rows, cols: 1 }, labels, nodes, 0, scratch);
}

/** Mean ROC-AUC over the tasks that have both classes among `nodes`; throws where none has. */
export function meanRocAuc(logits: Matrix, labels: Matrix, nodes: Uint32Array): number {
  checkShapes(logits, labels);
  const scratch = new Float32Array(nodes.length);
  let sum = 0;
  let scored = 0;
  for (let task = 0; task < logits.cols; task++) {
    const auc = taskAuc(logits, labels.data, nodes, task, scratch);
    if (auc === undefined) continue;
    sum += auc;
    scored++;
  }
  if (scored === 0) {
    throw new RangeError(
      `Cannot average ROC-AUC as no task has both classes: ${logits.cols} tasks, ` +
        `${nodes.length} nodes`,
    );
  }
  return sum / scored;
}

/** Share of `nodes` whose class has the largest logit, the first of equal ones; labels are one-hot. */
export function accuracy(logits: Matrix, labels: Matrix, nodes: Uint32Array): number {
  checkShapes(logits, labels);
  if (nodes.length === 0) throw new RangeError("Cannot score accuracy as there are no nodes");
  let right = 0;
  for (const node of nodes) {
    const begin = node * logits.cols;
    let most = 0;
    for (let c = 0; c < logits.cols; c++) {
      const logit = logits.data[begin + c]!;
      if (Number.isNaN(logit)) {
        throw new RangeError(`Cannot choose a class for node ${node}: logit ${c} is NaN`);
      }
      if (logit > logits.data[begin + most]!) most = c;
    }
    if (labels.data[begin + most] === 1) right++;
  }
  return right / nodes.length;
}

function checkShapes(logits: Matrix, labels: Matrix): void {
  if (logits.rows === labels.rows && logits.cols === labels.cols) return;
  throw new RangeError(
    `Cannot score logits as they must have the labels' shape: logits are ${logits.rows} × ` +
      `${logits.cols}, labels ${labels.rows} × ${labels.cols}`,
  );
}

/** ROC-AUC of one task; gathers positives at the front of `scratch`, negatives at its end, and sorts both. */
function taskAuc(
  { data, cols }: Matrix,
  labels: Float32Array,
  nodes: Uint32Array,
  task: number,
  scratch: Float32Array,
): number | undefined {
  let front = 0;
  let back = scratch.length;
  for (const node of nodes) {
    const at = node * cols + task;
    const label = labels[at];
    // Neither 0 nor 1: Open Graph Benchmark's files mark a missing label with NaN.
    if (label === 1) scratch[front++] = data[at]!;
    else if (label === 0) scratch[--back] = data[at]!;
  }
  if (front === 0 || back === scratch.length) return undefined;
  const positives = scratch.subarray(0, front).sort();
  const negatives = scratch.subarray(back).sort();
  // NaN sorts last.
  if (Number.isNaN(positives.at(-1)) || Number.isNaN(negatives.at(-1))) {
    throw new RangeError(`Cannot rank the scores of task ${task}: one is NaN`);
  }
  return pairsWon(positives, negatives) / (positives.length * negatives.length);
}

/** Counts pairs whose positive is above its negative, a tie as half a pair; both are sorted upwards. */
function pairsWon(positives: Float32Array, negatives: Float32Array): number {
  let below = 0;
  let upTo = 0;
  let won = 0;
  for (const score of positives) {
    while (below < negatives.length && negatives[below]! < score) below++;
    while (upTo < negatives.length && negatives[upTo]! <= score) upTo++;
    won += (below + upTo) / 2;
  }
  return won;
}
