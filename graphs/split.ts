/** Seeded splits. */
import type { Split } from "./graph.ts";
import type { Random } from "./random.ts";

/** 60 % of the nodes to learn from, 20 % to choose by, 20 % to judge on; each part ascending. */
export function randomSplit(nodes: number, random: Random): Split {
  const order = random.permutation(nodes);
  const train = Math.round(0.6 * nodes);
  const valid = train + Math.round(0.2 * nodes);
  return {
    train: order.slice(0, train).sort(),
    valid: order.slice(train, valid).sort(),
    test: order.slice(valid).sort(),
  };
}
