/** Makes the convolution that a model's option `convolution` names. */
import type { Convolution } from "../layers/convolution.ts";
import { GatConvolution } from "../layers/gat_convolution.ts";
import { GcnConvolution } from "../layers/gcn_convolution.ts";
import { GenConvolution } from "../layers/gen_convolution.ts";
import { LinearConvolution } from "../layers/linear_convolution.ts";
import type { ParameterLayout } from "../layers/parameter_layout.ts";
import { SageConvolution } from "../layers/sage_convolution.ts";
import type { GraphShape } from "./model.ts";
import type { ModelOptions } from "./options.ts";

/** Lays out the convolution of a block of layer `layer` under a name, of `channels` in and out. */
export type MakeConvolution = (
  layout: ParameterLayout,
  name: string,
  layer: number,
  channels: number,
) => Convolution;

/** Lays out what a model's convolutions share, and returns what lays out each. */
export function layOutConvolutions(
  layout: ParameterLayout,
  { channels, groups, norm, convolution }: ModelOptions,
  { edgeFeatures }: GraphShape,
): MakeConvolution {
  const width = channels / groups;
  switch (convolution.kind) {
    case "gen": {
      const { encodeEdges, aggregation } = convolution;
      const edgeEncoder = edgeFeatures > 0 && encodeEdges
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
      const { kind: _, ...attention } = convolution;
      const outputs = width / attention.heads;
      return (layout, name, layer) =>
        new GatConvolution(layout, name, { ...attention, inputs: width, outputs, layer });
    }
  }
}
