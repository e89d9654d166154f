/** The look of each kind of model: a mark of its own, so that charts can be read without colours. */
import type { PaperSeries } from "../experiments/experiment.ts";
import type { ModelOptions } from "../models/model.ts";
import type { Look, Shape } from "./chart.ts";

export const MODEL_SHAPES: Readonly<Record<ModelOptions["kind"], Shape>> = {
  "res-gnn": "square",
  "rev-gnn": "circle",
  "rev-gat": "triangle",
  "deq-gnn": "diamond",
};

/** Marks of the same kinds with tied weights; an equilibrium's are always. */
const TIED_SHAPES: Readonly<Record<ModelOptions["kind"], Shape>> = {
  ...MODEL_SHAPES,
  "res-gnn": "wedge",
  "rev-gnn": "star",
};

/** How other people's models are drawn. */
export const OTHER_LOOK: Look = { tone: "other", shape: "hexagon" };

/** How a model is drawn: colour and mark of its kind, other ones where its weights are tied. */
export function lookOf(
  { kind, tied }: Pick<PaperSeries, "kind"> & Pick<ModelOptions, "tied">,
): Look {
  if (kind === "other") return OTHER_LOOK;
  if (!tied || kind === "deq-gnn") return { tone: kind, shape: MODEL_SHAPES[kind] };
  return { tone: `${kind} tied`, shape: TIED_SHAPES[kind] };
}
