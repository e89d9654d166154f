/** Checks before any training whether each part of a split can be scored. */
import type { GraphOutline } from "../../graphs/graph.ts";

const PARTS = ["train", "valid", "test"] as const;

/** Throws a sentence where a part of the split has no node or, for ROC-AUC, no task with both classes. */
export function checkScores(graph: GraphOutline): void {
  const { name, classes, labels, split } = graph;
  for (const part of PARTS) {
    if (split[part].length === 0) {
      throw new RangeError(
        `Cannot score ${name} as its split's ${part} has no nodes: expected some in each part`,
      );
    }
    if (classes) continue;
    const counts = countsOf(graph, part);
    if (counts.some(([zeros, ones]) => zeros > 0 && ones > 0)) continue;
    const [of0, of1] = graph.labelValues ?? [0, 1];
    const [[zeros, ones]] = counts as [[number, number]];
    const state = labels.cols === 1
      ? `has a single class: ${zeros} nodes of label ${of0}, ${ones} of label ${of1}`
      : `has no task of both classes: ${labels.cols} tasks, ${split[part].length} nodes`;
    throw new RangeError(
      `Cannot score ${name} by ROC-AUC as its split's ${part} ${state}, use another split (--split) ` +
        "or label more nodes",
    );
  }
}

/** Names the parts of a split that have a single class, a clause each: their accuracy says little. */
export function singleClasses(graph: GraphOutline): string[] {
  const { classes, labels: { data, cols }, split, labelValues } = graph;
  if (!classes) return [];
  return PARTS.flatMap((part) => {
    const found = new Set<number>();
    for (const node of split[part]) {
      found.add(data.subarray(node * cols, (node + 1) * cols).indexOf(1));
    }
    const [only] = found;
    if (found.size !== 1 || only === undefined) return [];
    return [
      `${part} has a single class, ${split[part].length} nodes of ${labelValues?.[only] ?? only}`,
    ];
  });
}

/** Counts the nodes labelled 0 and 1 in a part, for each task. */
function countsOf({ labels, split }: GraphOutline, part: typeof PARTS[number]): [number, number][] {
  return Array.from({ length: labels.cols }, (_, task) => {
    let [zeros, ones] = [0, 0];
    for (const node of split[part]) {
      const label = labels.data[node * labels.cols + task];
      if (label === 0) zeros++;
      else if (label === 1) ones++;
    }
    return [zeros, ones];
  });
}
