/** The ways by which a reversible network's activations are there again on the way back. */
import { RecomputedStack } from "../layers/recomputed_stack.ts";
import type { ReversibleStack, Stack } from "../layers/reversible_stack.ts";
import { QuantisedStack, StoredStack } from "../layers/stored_stack.ts";

/**
 * Rebuilt from the last state; made again from the inputs of about √L segments; stored; or stored in 8 or 2
 * bits a value.
 */
export const ACTIVATIONS = ["rebuilt", "recomputed", "stored", "8-bit", "2-bit"] as const;
/** The name of a way by which activations are there again. */
export type Activations = typeof ACTIVATIONS[number];

/** The same layers in a stack of another way. */
export function stackBy(activations: Activations, stack: ReversibleStack): Stack {
  switch (activations) {
    case "rebuilt":
      return stack;
    case "recomputed":
      return new RecomputedStack(stack.layers);
    case "stored":
      return new StoredStack(stack.layers);
    case "8-bit":
      return new QuantisedStack(stack.layers, 8);
    case "2-bit":
      return new QuantisedStack(stack.layers, 2);
  }
}
