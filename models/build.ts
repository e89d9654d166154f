/** From options, as rows and flags carry them, to a model. */
import type { GraphShape, Model, ModelOptions } from "./model.ts";
import { DeqGnn } from "./deq_gnn.ts";
import { ResGnn } from "./res_gnn.ts";
import { RevGat } from "./rev_gat.ts";
import { RevGnn } from "./rev_gnn.ts";

/** Throws a sentence where no model is of that kind. */
export function buildModel(options: ModelOptions, shape: GraphShape): Model {
  const { kind, groups, ...shared } = options;
  switch (kind) {
    case "deq-gnn":
      return new DeqGnn(shared, shape) as Model;
    case "rev-gat":
      return new RevGat({ ...shared, groups }, shape) as Model;
    case "rev-gnn":
      return new RevGnn({ ...shared, groups }, shape) as Model;
    case "res-gnn":
      return new ResGnn(shared, shape) as Model;
    default: // as a damaged or newer file may name
      throw new RangeError(
        `Cannot build a model of kind "${kind}": known are deq-gnn, rev-gat, rev-gnn and res-gnn`,
      );
  }
}
