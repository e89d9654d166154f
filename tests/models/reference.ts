/** A model's training step by the float64 reference, from the same flat values. */
import type { Graph } from "../../graphs/graph.ts";
import { STREAMS } from "../../kernels/dropout.ts";
import type { Model } from "../../models/model.ts";
import { labelSplit } from "../../training/steps/label_split.ts";
import { blockParams, hasParameter, matrixOf, roughWeights } from "../layers/blocks.ts";
import { dropoutKey, dropoutMask } from "../reference/dropout.ts";
import { gnnLossAndGradients, type GnnMasks, type GnnParams } from "../reference/gnn.ts";
import { givenMeans, labelInput, withHops } from "../reference/label_input.ts";
import { type Dense, fromFloat32, largestError, matricesOf } from "../reference/matrix.ts";
import { MODEL } from "../tolerances.ts";

/** Logits, loss and gradients of the first training step of a run with this seed. */
export function referenceStep(
  model: Model,
  graph: Graph,
  values: Float32Array,
  seed: number,
): { logits: Dense; loss: number; gradients: GnnParams } {
  const { channels, dropout, groups, layers } = model.options;
  const mask = (stream: keyof typeof STREAMS, layer = 0) =>
    dropoutMask(dropoutKey(seed, 1, STREAMS[stream], layer), dropout, graph.nodes, channels);
  const masks: GnnMasks = {
    // Residual layers have a mask each, reversible ones share one.
    layers: Array.from({ length: layers }, (_, l) => mask("layers", groups === 1 ? l : 0)),
    classifier: mask("classifier"),
  };
  const params = gnnParams(model, values);
  if (!model.options.labels) {
    return gnnLossAndGradients(graph, params, { groups, nodes: graph.split.train }, masks);
  }
  const { train } = graph.split;
  const { given } = labelSplit(graph.nodes, train, { seed, step: 1, rate: 0.5 });
  const known = fromFloat32(graph.labels);
  const inputs = labelInput(known, given, { means: givenMeans(known, given) });
  const labels = withHops(graph, inputs, model.options.labelHops);
  const nodes = train.filter((node) => !given[node]);
  return gnnLossAndGradients(graph, params, { groups, nodes, labels }, masks);
}

/** A share by which weights are moved, there and back: some fifteen roundings. */
const MOVE = 1e-6;
const MOST_DRAWS = 20;

/**
 * The step by the first seed from `from` on whose results hardly change where weights do. By others some
 * number is so near a kink, or a gradient so much less than what it is a sum of, that roundings decide.
 */
export function steadyStep(model: Model, graph: Graph, from: number) {
  for (let seed = from; seed < from + MOST_DRAWS; seed++) {
    const values = roughWeights(model.layout, seed);
    const expected = referenceStep(model, graph, values, seed);
    const steady = [MOVE, -MOVE].every((move) => {
      const moved = values.map((value, k) => value * (1 + (k % 2 === 0 ? move : -move)));
      const others = new Map(matricesOf(referenceStep(model, graph, moved, seed).gradients));
      return matricesOf(expected.gradients).every(([name, { data }]) =>
        largestError(others.get(name)!.data, data) <= MODEL / 2
      );
    });
    if (steady) return { seed, values, expected };
  }
  throw new Error(`none of ${MOST_DRAWS} draws is steady`);
}

/** Flat values as the reference's structure. */
export function gnnParams({ layout, options }: Model, values: Float32Array): GnnParams {
  const { layers, groups } = options;
  const matrix = (name: string) => matrixOf(layout, values, name);
  const hasOneHot = hasParameter(layout, "node_one_hot_encoder");
  const encodesEdges = hasParameter(layout, "edge_encoder");
  const blockName = (layer: number, group: number) =>
    groups === 1 ? `gcns.${layer}` : `gcns.${layer}._fn.Fms.${group}`;
  return {
    ...hasOneHot && { nodeOneHotEncoder: matrix("node_one_hot_encoder") },
    nodeFeaturesEncoder: matrix("node_features_encoder"),
    ...encodesEdges && { edgeEncoder: matrix("edge_encoder") },
    layers: Array.from(
      { length: layers },
      (_, layer) =>
        Array.from(
          { length: groups },
          (_, group) => blockParams(layout, values, blockName(layer, group)),
        ),
    ),
    lastNorm: matrix("last_norm"),
    nodePredLinear: matrix("node_pred_linear"),
  };
}
