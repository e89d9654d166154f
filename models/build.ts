/** Builds a model from its options. */
import { DeqGnn } from "./deq_gnn.ts";
import type { GraphShape, Model } from "./model.ts";
import type { ModelGiven } from "./options.ts";
import { ResGnn } from "./res_gnn.ts";
import { RevGat } from "./rev_gat.ts";
import { RevGnn } from "./rev_gnn.ts";

/** Throws a sentence where no model is of that kind. */
export function buildModel(options: ModelGiven, shape: GraphShape): Model {
  const { kind } = options;
  switch (kind) {
    case "deq-gnn":
      return new DeqGnn(options, shape);
    case "rev-gat":
      return new RevGat(options, shape);
    case "rev-gnn":
      return new RevGnn(options, shape);
    case "res-gnn":
      return new ResGnn(options, shape);
    default: // as a damaged or newer file may name
      throw new RangeError(
        `Cannot build a model of kind "${kind}": known are deq-gnn, rev-gat, rev-gnn and res-gnn`,
      );
  }
}
