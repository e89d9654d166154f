/** The colour and mark of each kind of model; marks differ, so that charts can be read without colours. */
import type { PaperSeries } from "../../experiments/experiment.ts";
import type { Activations } from "../../models/stacks.ts";
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

/** The looks of a reversible network that does not rebuild its activations: those of kinds not beside it. */
const WAYS: Readonly<Record<Exclude<Activations, "rebuilt">, Kind>> = {
  recomputed: "deq-gnn",
  stored: "res-gnn",
  "8-bit": "rev-gat",
  "2-bit": "other",
};

/** What tells a model's look. */
interface Model {
  readonly kind: Kind;
  readonly tied?: boolean;
  readonly activations?: Activations;
}

/** A model's colour and mark: those of its kind, or others if its weights are tied. */
export function lookOf({ kind, tied, activations = "rebuilt" }: Model): Look {
  if (kind === "rev-gnn" && activations !== "rebuilt") {
    const like = WAYS[activations];
    return { tone: like, shape: MODEL_SHAPES[like] };
  }
  if (!tied || kind === "deq-gnn") return { tone: kind, shape: MODEL_SHAPES[kind] };
  return { tone: `${kind} tied`, shape: TIED_SHAPES[kind] };
}

/** The looks of a chart's models, in order; the second model of a kind takes a mark that is still free. */
export function looksOf(models: readonly Model[]): Look[] {
  const looks: Look[] = [];
  for (const model of models) {
    const own = lookOf(model);
    const taken = new Set(looks.map(({ shape }) => shape));
    const free = [own.shape, ...Object.values(MODEL_SHAPES)].find((shape) => !taken.has(shape));
    looks.push({ ...own, shape: free ?? own.shape });
  }
  return looks;
}
