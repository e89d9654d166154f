/** Other people's models in the paper's tables, as configurations of ours. */
import { type Preset, PRESETS } from "../models/presets.ts";
import type { ModelGiven, ModelOptions } from "../models/options.ts";

/** GCN, GraphSAGE and GAT by their names in the tables: three layers of ResGNN, another convolution each. */
export function baselines(
  own: Pick<ModelOptions, "channels" | "dropout">,
): Readonly<Record<string, { readonly model: ModelGiven }>> {
  const presets: readonly Preset[] = [PRESETS.gcn, PRESETS.graphsage, PRESETS.gat];
  return Object.fromEntries(
    presets.map(({ title, ...model }) => [title, { model: { ...model, ...own } }]),
  );
}

/** The place on an axis of depth of a model whose depth the paper does not give. */
export const NO_DEPTH = 0;
