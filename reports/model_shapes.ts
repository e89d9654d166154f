/** The mark of each kind of model, so that charts can be read without their colours. */
import type { ModelOptions } from "../models/model.ts";
import type { Shape } from "./chart.ts";

export const MODEL_SHAPES: Readonly<Record<ModelOptions["kind"], Shape>> = {
  "res-gnn": "square",
  "rev-gnn": "circle",
  "rev-gat": "triangle",
  "deq-gnn": "diamond",
};
