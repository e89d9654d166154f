/** The colour and mark of each kind of model; marks differ, so that charts can be read without colours. */
import type { PaperSeries } from "../../experiments/experiment.ts";
import type { Look, Shape } from "./chart.ts";

type Kind = PaperSeries["kind"];

const MODEL_SHAPES: Readonly<Record<Kind, Shape>> = {
  "res-gnn": "square",
  "rev-gnn": "circle",
  "rev-gat": "triangle",
  "deq-gnn": "diamond",
  "other": "hexagon",
};

/** Marks of the same kinds with tied weights; an equilibrium model's weights always are. */
const TIED_SHAPES: Readonly<Record<Kind, Shape>> = {
  ...MODEL_SHAPES,
  "res-gnn": "wedge",
  "rev-gnn": "star",
};

/** A model's colour and mark: those of its kind, or others if its weights are tied. */
export function lookOf({ kind, tied }: { readonly kind: Kind; readonly tied?: boolean }): Look {
  if (!tied || kind === "deq-gnn") return { tone: kind, shape: MODEL_SHAPES[kind] };
  return { tone: `${kind} tied`, shape: TIED_SHAPES[kind] };
}

/** The looks of a chart's models, in order; the second model of a kind takes a mark that is still free. */
export function looksOf(models: readonly Parameters<typeof lookOf>[0][]): Look[] {
  const looks: Look[] = [];
  for (const model of models) {
    const own = lookOf(model);
    const taken = new Set(looks.map(({ shape }) => shape));
    const free = [own.shape, ...Object.values(MODEL_SHAPES)].find((shape) => !taken.has(shape));
    looks.push({ ...own, shape: free ?? own.shape });
  }
  return looks;
}
