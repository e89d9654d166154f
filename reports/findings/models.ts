/** What a table says of a model besides its name: its size, its operator, whether it is reversible. */
import { plural } from "./format.ts";
import type { Summary } from "./summary.ts";

/** Whether a model rebuilds its activations. */
export function isReversible({ model }: Pick<Summary, "model">): boolean {
  return model.kind === "rev-gnn" || model.kind === "rev-gat";
}

/** `14 layers × 32 channels`; of an equilibrium the solver's steps. */
export function sizeText({ model, at }: Pick<Summary, "model" | "at">): string {
  const depth = model.kind === "deq-gnn" ? at : plural(model.layers, "layer");
  return `${depth} × ${plural(model.channels, "channel")}`;
}

/** `GCN`: a model's operator, as it is written. */
export function convolutionOf({ convolution }: Summary["model"]): string {
  return convolution.kind.toUpperCase();
}
