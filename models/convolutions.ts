/** The graph convolutions that a model's `convolution` option names. */
import type { AggregationOptions } from "../layers/aggregation_options.ts";
import type { Convolution } from "../layers/convolution.ts";
import { GcnConvolution } from "../layers/gcn_convolution.ts";
import { GenConvolution } from "../layers/gen_convolution.ts";
import type { ParameterLayout } from "../layers/parameter_layout.ts";
import { SageConvolution } from "../layers/sage_convolution.ts";

export const CONVOLUTIONS = ["gen", "gcn", "sage"] as const;
export type ConvolutionName = typeof CONVOLUTIONS[number];

/** Lays out one block's convolution under a name. */
export type MakeConvolution = (layout: ParameterLayout, name: string) => Convolution;

export interface ConvolutionShape {
  /** Channels of the model. */
  readonly channels: number;
  /** Channels of a group: of every convolution, in and out. */
  readonly width: number;
  readonly edgeFeatures: number;
  /** GEN's; default max. */
  readonly aggregation?: AggregationOptions | undefined;
  /** Whether GEN takes edge features in, where there are any; default true. */
  readonly encodeEdges?: boolean | undefined;
}

/** Lays out what a model's convolutions share, and returns what lays out each. */
export function layOutConvolutions(
  convolution: ConvolutionName,
  layout: ParameterLayout,
  shape: ConvolutionShape,
): MakeConvolution {
  const { channels, width, edgeFeatures, aggregation, encodeEdges = true } = shape;
  switch (convolution) {
    case "gen": {
      const encoded = encodeEdges && edgeFeatures > 0;
      const edgeEncoder = encoded
        ? layout.linear("edge_encoder", edgeFeatures, channels)
        : undefined;
      return (layout, name) =>
        new GenConvolution(layout, name, { channels: width, edgeEncoder, aggregation });
    }
    case "gcn":
      return (layout, name) => new GcnConvolution(layout, name, width);
    case "sage":
      return (layout, name) => new SageConvolution(layout, name, width);
  }
}
