/** What a reader of the page chooses, and the two models that are built from it. */
import type { Graph } from "../graphs/graph.ts";
import { buildModel } from "../models/build.ts";
import { type Model, shapeOf } from "../models/model.ts";
import { PRESETS } from "../models/presets.ts";

/** The sizes of both models, and how long they are trained. */
export interface Plan {
  readonly layers: number;
  readonly channels: number;
  readonly epochs: number;
}

/** What each slider goes over, and where it stands at first. */
export const CHOICES = {
  layers: { values: [2, 3, 4, 5, 7, 10, 14, 20, 28, 40, 56, 80, 112], first: 7 },
  channels: { values: [8, 16, 24, 32, 48, 64], first: 16 },
  epochs: { values: [3, 10, 20, 30, 60, 100, 200], first: 30 },
} as const satisfies Record<keyof Plan, { values: readonly number[]; first: number }>;

/** The two models, in the order in which they stand side by side. */
export const KINDS = ["rev-gnn", "res-gnn"] as const;
/** One of the two. */
export type Kind = typeof KINDS[number];
/** Their names in the paper. */
export const NAMES: Readonly<Record<Kind, string>> = {
  "rev-gnn": PRESETS["rev-gnn"].title,
  "res-gnn": PRESETS["res-gnn"].title,
};

/** A model of the plan's size; all else is as `train` has it. */
export function plannedModel(kind: Kind, { layers, channels }: Plan, graph: Graph): Model {
  const { title: _, ...preset } = PRESETS[kind];
  return buildModel({ ...preset, layers, channels }, shapeOf(graph));
}
