/** The graph convolutions that a model's `convolution` option names. */
import type { Convolution } from "../layers/convolution.ts";
import { GatConvolution } from "../layers/gat_convolution.ts";
import { GcnConvolution } from "../layers/gcn_convolution.ts";
import { GenConvolution } from "../layers/gen_convolution.ts";
import { LinearConvolution } from "../layers/linear_convolution.ts";
import type { ParameterLayout } from "../layers/parameter_layout.ts";
import { SageConvolution } from "../layers/sage_convolution.ts";
import type { GraphShape, ModelOptions } from "./model.ts";

export const CONVOLUTIONS = ["gen", "gcn", "sage", "gat", "linear"] as const;
export type ConvolutionName = typeof CONVOLUTIONS[number];

/** Lays out the convolution of a block of layer `layer` under a name. */
export type MakeConvolution = (
  layout: ParameterLayout,
  name: string,
  layer: number,
) => Convolution;

/** Lays out what a model's convolutions share, and returns what lays out each. */
export function layOutConvolutions(
  layout: ParameterLayout,
  options: ModelOptions,
  { edgeFeatures }: GraphShape,
): MakeConvolution {
  const { channels, groups, convolution = "gen", norm, aggregation, attention = {} } = options;
  const width = channels / groups;
  switch (convolution) {
    case "gen": {
      const edgeEncoder = edgeFeatures > 0 && options.encodeEdges !== false
        ? layout.linear("edge_encoder", edgeFeatures, channels)
        : undefined;
      const shared = { channels: width, edgeEncoder, norm, aggregation };
      return (layout, name) => new GenConvolution(layout, name, shared);
    }
    case "gcn":
      return (layout, name) => new GcnConvolution(layout, name, width);
    case "sage":
      return (layout, name) => new SageConvolution(layout, name, width);
    case "linear":
      return (layout, name) => new LinearConvolution(layout, name, width);
    case "gat": {
      const outputs = width / (attention.heads ?? 1);
      return (layout, name, layer) =>
        new GatConvolution(layout, name, { ...attention, inputs: width, outputs, layer });
    }
  }
}
