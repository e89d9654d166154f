/** From options, as rows and flags carry them, to a model. */
import type { GraphShape, Model, ModelOptions } from "./model.ts";
import { ResGnn } from "./res_gnn.ts";
import { RevGnn } from "./rev_gnn.ts";

export function buildModel(options: ModelOptions, shape: GraphShape): Model {
  const { layers, channels, groups, dropout, tied = false } = options;
  switch (options.kind) {
    case "rev-gnn":
      return new RevGnn({ layers, channels, groups, dropout, tied }, shape) as Model;
    case "res-gnn":
      return new ResGnn({ layers, channels, dropout, tied }, shape) as Model;
  }
}
