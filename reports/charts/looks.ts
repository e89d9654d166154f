/** The mark of each kind of model, so that charts can be read without their colours. */
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

/** Marks of the same kinds with tied weights; an equilibrium's are always. */
const TIED_SHAPES: Readonly<Record<Kind, Shape>> = {
  ...MODEL_SHAPES,
  "res-gnn": "wedge",
  "rev-gnn": "star",
};

/** How a model is drawn: colour and mark of its kind, other ones where its weights are tied. */
export function lookOf({ kind, tied }: { readonly kind: Kind; readonly tied?: boolean }): Look {
  if (!tied || kind === "deq-gnn") return { tone: kind, shape: MODEL_SHAPES[kind] };
  return { tone: `${kind} tied`, shape: TIED_SHAPES[kind] };
}

/** Looks of a chart's models, in their order: the second one of a kind takes a mark that is left. */
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
