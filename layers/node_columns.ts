/** What nodes are encoded from: their features, and their label inputs where a model takes them. */
import type { Tensor } from "../gpu/tensor.ts";
import type { Pass } from "./pass.ts";

/**
 * The columns of features and, after them, of labels, which are the pass's own. Throws a sentence where the
 * pass has labels and the model takes none, or the other way round.
 */
export function nodeColumns(
  { graph, labels }: Pass,
  takesLabels: boolean,
): { readonly features: Tensor; readonly labels: readonly Tensor[] } {
  if ((labels !== undefined) !== takesLabels) {
    throw new RangeError(
      labels ? "Cannot use labels as inputs: the model takes none" : "Cannot do without labels",
    );
  }
  return { features: graph.x, labels: labels ? [labels] : [] };
}
