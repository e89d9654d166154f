/**
 * ResGNN and RevGNN, every activation stored: H = Linear([x | Linear(oneHot)]), then layers
 * (coupling.ts) of GEN branches (gen_block.ts), logits = Linear(mask ⊙ ReLU(LayerNorm(H))).
 */
import type { Graph } from "../../graphs/graph.ts";
import { bce } from "./bce.ts";
import { coupling, couplingBackward } from "./coupling.ts";
import { type BlockParams, genBlock, genBlockBackward } from "./gen_block.ts";
import { linear, linearBackward } from "./linear.ts";
import { columns, concatColumns } from "./copy_columns.ts";
import { add, type Dense, dense, fromFloat32 } from "./matrix.ts";
import { normAct, normActBackward } from "./norm_act.ts";

/** All weights, named as in the public code. The gradients have the same structure. */
export interface GnnParams {
  /** [categories + 1, 8], for a graph with `oneHot`. */
  nodeOneHotEncoder?: Dense;
  /** [features + 1, D], or [features + 8 + 1, D] for a graph with `oneHot`. */
  nodeFeaturesEncoder: Dense;
  /** [edge features + 1, D], for a graph that has any. */
  edgeEncoder?: Dense;
  /** layers[l][i]: layer l's branch of group i. */
  layers: BlockParams[][];
  /** [2, D]. */
  lastNorm: Dense;
  /** [D + 1, tasks]. */
  nodePredLinear: Dense;
}

export interface GnnOptions {
  /** C: 1 makes the layers residual, 2 or more reversible. */
  groups: number;
  /** The nodes the loss is a mean over. */
  nodes: Uint32Array;
  /** [N, tasks]: label inputs, joined to the node features last. */
  labels?: Dense;
}

/** Dropout masks [N, D], ready scaled: one a layer, of which groups take slices; one before the classifier. */
export interface GnnMasks {
  layers?: readonly Dense[];
  classifier?: Dense;
}

/** The logits [N, tasks], and the activations that the gradients need. */
export function gnnForward(
  graph: Graph,
  params: GnnParams,
  { groups, labels }: GnnOptions,
  masks: GnnMasks = {},
): { logits: Dense; input: Dense; inputs: Dense[][]; last: Dense } {
  const edgeFeatures = fromFloat32(graph.edgeFeatures);
  const input = nodeInput(graph, params, labels);
  const inputs: Dense[][] = [];
  let last = linear(input, params.nodeFeaturesEncoder);
  for (const [l, blocks] of params.layers.entries()) {
    const layer = coupling(last, groups, (i, x) => {
      const mask = groupOf(masks.layers?.[l], i, groups);
      return genBlock(graph, edgeFeatures, params.edgeEncoder, blocks[i]!, x, mask);
    });
    inputs.push(layer.inputs);
    last = layer.y;
  }
  const logits = linear(normAct(last, params.lastNorm, masks.classifier), params.nodePredLinear);
  return { logits, input, inputs, last };
}

/** Logits, loss and the gradients of all parameters; a layer that stands twice gets two gradients. */
export function gnnLossAndGradients(
  graph: Graph,
  params: GnnParams,
  options: GnnOptions,
  masks: GnnMasks = {},
): { logits: Dense; loss: number; gradients: GnnParams } {
  const { logits, input, inputs, last } = gnnForward(graph, params, options, masks);
  const { loss, dLogits } = bce(logits, fromFloat32(graph.labels), options.nodes);

  const activated = normAct(last, params.lastNorm, masks.classifier);
  const classifier = linearBackward(activated, params.nodePredLinear, dLogits);
  const norm = normActBackward(last, params.lastNorm, classifier.dx, masks.classifier);
  const stack = layersBackward(graph, params, options, masks, inputs, norm.dx);
  const node = linearBackward(input, params.nodeFeaturesEncoder, stack.dx);
  const oneHot = oneHotBackward(graph, params, node.dx);
  const gradients = {
    ...oneHot && { nodeOneHotEncoder: oneHot },
    nodeFeaturesEncoder: node.dWeight,
    ...stack.dEdgeEncoder && { edgeEncoder: stack.dEdgeEncoder },
    layers: stack.dLayers,
    lastNorm: norm.dAffine,
    nodePredLinear: classifier.dWeight,
  };
  return { logits, loss, gradients };
}

function layersBackward(
  graph: Graph,
  params: GnnParams,
  { groups }: GnnOptions,
  masks: GnnMasks,
  inputs: Dense[][],
  dLast: Dense,
): { dx: Dense; dEdgeEncoder: Dense | undefined; dLayers: BlockParams[][] } {
  const edgeFeatures = fromFloat32(graph.edgeFeatures);
  const outer = params.edgeEncoder;
  const dLayers: BlockParams[][] = params.layers.map(() => []);
  let dEdgeEncoder = outer && dense(outer.rows, outer.cols);
  let dx = dLast;
  for (let l = params.layers.length - 1; l >= 0; l--) {
    dx = couplingBackward(dx, inputs[l]!, (i, x, dy) => {
      const mask = groupOf(masks.layers?.[l], i, groups);
      const block = params.layers[l]![i]!;
      const branch = genBlockBackward(graph, edgeFeatures, outer, block, x, dy, mask);
      dEdgeEncoder &&= add(dEdgeEncoder, branch.dOuter!);
      dLayers[l]![i] = branch.dParams;
      return branch.dx;
    });
  }
  return { dx, dEdgeEncoder, dLayers };
}

function nodeInput(graph: Graph, params: GnnParams, labels: Dense | undefined): Dense {
  const joined = [fromFloat32(graph.x)];
  if (graph.oneHot && params.nodeOneHotEncoder) {
    joined.push(linear(fromFloat32(graph.oneHot), params.nodeOneHotEncoder));
  }
  return concatColumns([...joined, ...labels ? [labels] : []]);
}

function oneHotBackward(graph: Graph, params: GnnParams, dInput: Dense): Dense | undefined {
  if (!graph.oneHot || !params.nodeOneHotEncoder) return undefined;
  const encoder = params.nodeOneHotEncoder;
  const dEncoded = columns(dInput, graph.x.cols, encoder.cols);
  return linearBackward(fromFloat32(graph.oneHot), encoder, dEncoded).dWeight;
}

function groupOf(mask: Dense | undefined, i: number, groups: number): Dense | undefined {
  return mask && columns(mask, i * mask.cols / groups, mask.cols / groups);
}
