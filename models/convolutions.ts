/** The graph convolutions that a model's `convolution` option names. */
import type { Convolution } from "../layers/convolution.ts";
import { type AttentionOptions, GatConvolution } from "../layers/gat_convolution.ts";
import { GcnConvolution } from "../layers/gcn_convolution.ts";
import { GenConvolution } from "../layers/gen_convolution.ts";
import type { ParameterLayout } from "../layers/parameter_layout.ts";
import { SageConvolution } from "../layers/sage_convolution.ts";

export const CONVOLUTIONS = ["gen", "gcn", "sage", "gat"] as const;
export type ConvolutionName = typeof CONVOLUTIONS[number];

/** Lays out the convolution of a block of layer `layer` under a name. */
export type MakeConvolution = (
  layout: ParameterLayout,
  name: string,
  layer: number,
) => Convolution;

export interface ConvolutionShape {
  /** Channels of the model. */
  readonly channels: number;
  /** Channels of a group: of every convolution, in and out. */
  readonly width: number;
  readonly edgeFeatures: number;
  readonly attention?: AttentionOptions | undefined;
}

/** Lays out what a model's convolutions share, and returns what lays out each. */
export function layOutConvolutions(
  convolution: ConvolutionName,
  layout: ParameterLayout,
  { channels, width, edgeFeatures, attention = {} }: ConvolutionShape,
): MakeConvolution {
  switch (convolution) {
    case "gen": {
      const edgeEncoder = layout.linear("edge_encoder", edgeFeatures, channels);
      return (layout, name) => new GenConvolution(layout, name, { channels: width, edgeEncoder });
    }
    case "gcn":
      return (layout, name) => new GcnConvolution(layout, name, width);
    case "sage":
      return (layout, name) => new SageConvolution(layout, name, width);
    case "gat": {
      const outputs = width / (attention.heads ?? 1);
      return (layout, name, layer) =>
        new GatConvolution(layout, name, { ...attention, inputs: width, outputs, layer });
    }
  }
}
