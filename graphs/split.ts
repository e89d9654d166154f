/** Draws seeded splits. */
import type { Split } from "./graph.ts";
import type { Random } from "./random.ts";

/**
 * Draws 60 % of the nodes to train on, 20 % to choose by, 20 % to judge on; each part ascending.
 * `among`, ascending, restricts the nodes that may be drawn.
 */
export function randomSplit(nodes: number, random: Random, among?: Uint32Array): Split {
  const count = among?.length ?? nodes;
  const order = random.permutation(count).map((place) => among?.[place] ?? place);
  const train = Math.round(0.6 * count);
  const valid = train + Math.round(0.2 * count);
  return {
    train: order.slice(0, train).sort(),
    valid: order.slice(train, valid).sort(),
    test: order.slice(valid).sort(),
  };
}
