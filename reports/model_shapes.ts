/** The mark of each kind of model, so that charts can be read without their colours. */
import type { PaperSeries } from "../experiments/experiment.ts";
import type { Shape } from "./chart.ts";

export const MODEL_SHAPES: Readonly<Record<PaperSeries["kind"], Shape>> = {
  "res-gnn": "square",
  "rev-gnn": "circle",
  "rev-gat": "triangle",
  "deq-gnn": "diamond",
  "other": "circle",
};
