/** GEN blocks with random weights, on the device and as the reference names them. */
import { planted } from "../../graphs/planted/planted.ts";
import { DeviceGraph } from "../../batch/device_graph.ts";
import { STREAMS } from "../../kernels/dropout.ts";
import { Block } from "../../layers/block.ts";
import { GenConvolution } from "../../layers/gen_convolution.ts";
import { forEachWord, initialWeights, ParameterLayout } from "../../layers/parameter_layout.ts";
import { Parameters } from "../../layers/parameters.ts";
import { dropoutKeys, KEYS } from "../../training/steps/dropout_keys.ts";
import { gpu } from "../kernels/device.ts";
import { dropoutKey, dropoutMask } from "../reference/dropout.ts";
import type { BlockParams } from "../reference/gen_block.ts";
import { columns } from "../reference/copy_columns.ts";
import { type Dense, dense, fromFloat32, mulberry32 } from "../reference/matrix.ts";

export const graph = planted({ nodes: 50, degree: 4, edgeFeatures: 3 });
export const edgeFeatures = fromFloat32(graph.edgeFeatures);
const SEED = 4;

/** `layers` rows of `groups` blocks, each `channels` wide, and a training step's pass over them. */
export function makeBlocks(layers: number, groups: number, channels: number, rate: number) {
  const width = groups * channels;
  const layout = new ParameterLayout();
  const edgeEncoder = layout.linear("edge_encoder", edgeFeatures.cols, width);
  const blocks = Array.from(
    { length: layers },
    (_, layer) =>
      Array.from({ length: groups }, (_, group) => {
        return new Block(layout, `${layer}.${group}`, {
          channels,
          firstChannel: group * channels,
          convolution: (layout, name) =>
            new GenConvolution(layout, name, {
              channels,
              edgeEncoder,
              aggregation: { kind: "max" },
            }),
        });
      }),
  );
  const values = roughWeights(layout, SEED);
  const parameters = new Parameters(gpu, layout, values);
  gpu.clear(parameters.gradients);
  const keys = gpu.upload({ data: dropoutKeys(SEED, 1), rows: 1, cols: KEYS });
  const masks = { keys, rate };
  const device = new DeviceGraph(gpu, graph);
  const pass = { mode: "training", graph: device, parameters, masks } as const;

  const mask = dropoutMask(dropoutKey(SEED, 1, STREAMS.layers), rate, graph.nodes, width);
  return {
    blocks,
    pass,
    layout,
    outer: matrixOf(layout, values, "edge_encoder"),
    params: (layer: number, group: number) => blockParams(layout, values, `${layer}.${group}`),
    mask: (group: number) => columns(mask, group * channels, channels),
  };
}

/** Initial weights, but what starts at constants, as norms at 1 and 0, is spread around them. */
export function roughWeights(layout: ParameterLayout, seed: number): Float32Array {
  const values = initialWeights(layout, seed);
  const next = mulberry32(seed);
  for (const parameter of layout.parameters) {
    if ("constant" in parameter.tensors[0]!.initial) {
      forEachWord(parameter, (word) => values[word]! += next() - 0.5);
    }
  }
  return values;
}

/** The weights of a block, or their gradients, out of flat values. */
export function blockParams(
  layout: ParameterLayout,
  values: Float32Array,
  name: string,
): BlockParams {
  const matrix = (part: string) => matrixOf(layout, values, `${name}.${part}`);
  const encodes = hasParameter(layout, `${name}.gcn.edge_encoder`);
  return {
    norm: matrix("norm"),
    ...encodes && { edgeEncoder: matrix("gcn.edge_encoder") },
    mlp0: matrix("gcn.mlp.0"),
    mlpNorm: matrix("gcn.mlp.1"),
    mlp3: matrix("gcn.mlp.3"),
  };
}

export function hasParameter({ parameters }: ParameterLayout, name: string): boolean {
  return parameters.some((parameter) => parameter.name === name);
}

/** A matrix out of flat values. */
export function matrixOf(layout: ParameterLayout, values: Float32Array, name: string): Dense {
  const parameter = layout.parameters.find((parameter) => parameter.name === name)!;
  const matrix = dense(parameter.rows, parameter.cols);
  forEachWord(parameter, (word, row, col) => {
    matrix.data[row * matrix.cols + col] = values[word]!;
  });
  return matrix;
}
