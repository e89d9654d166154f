/** The float64 reference's step of a model, from the same flat values. */
import type { Graph } from "../../graphs/graph.ts";
import { forEachWord } from "../../layers/parameter_layout.ts";
import type { Model } from "../../models/model.ts";
import { dropoutKey, dropoutMask } from "../reference/dropout.ts";
import type { BlockParams } from "../reference/gen_block.ts";
import { gnnLossAndGradients, type GnnMasks, type GnnParams } from "../reference/gnn.ts";
import { type Dense, dense } from "../reference/matrix.ts";

/** Logits, loss and gradients of the first training step of a run with this seed. */
export function referenceStep(
  model: Model,
  graph: Graph,
  values: Float32Array,
  seed: number,
): { logits: Dense; loss: number; gradients: GnnParams } {
  const { channels, dropout, groups } = model.options;
  const mask = (stream: number) =>
    dropoutMask(dropoutKey(seed, 1, stream), dropout, graph.nodes, channels);
  const masks: GnnMasks = { layers: mask(0), head: mask(1) };
  const options = { groups, nodes: graph.split.train };
  return gnnLossAndGradients(graph, gnnParams(model, values), options, masks);
}

/** Flat values as the reference's structure. */
export function gnnParams({ layout, options }: Model, values: Float32Array): GnnParams {
  const matrix = (name: string): Dense => {
    const parameter = layout.parameters.find((parameter) => parameter.name === name)!;
    const { rows, cols } = parameter;
    const found = dense(rows, cols);
    forEachWord(parameter, (word, row, col) => found.data[row * cols + col] = values[word]!);
    return found;
  };
  const block = (name: string): BlockParams => ({
    norm: matrix(`${name}.norm`),
    edgeEncoder: matrix(`${name}.gcn.edge_encoder`),
    mlp0: matrix(`${name}.gcn.mlp.0`),
    mlpNorm: matrix(`${name}.gcn.mlp.1`),
    mlp3: matrix(`${name}.gcn.mlp.3`),
  });
  const hasOneHot = layout.parameters.some(({ name }) => name === "node_one_hot_encoder");
  return {
    ...hasOneHot && { nodeOneHotEncoder: matrix("node_one_hot_encoder") },
    nodeFeaturesEncoder: matrix("node_features_encoder"),
    edgeEncoder: matrix("edge_encoder"),
    layers: Array.from({ length: options.layers }, (_, layer) =>
      Array.from({ length: options.groups }, (_, group) =>
        block(options.groups === 1 ? `gcns.${layer}` : `gcns.${layer}._fn.Fms.${group}`))),
    lastNorm: matrix("last_norm"),
    nodePredLinear: matrix("node_pred_linear"),
  };
}
