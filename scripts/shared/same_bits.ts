/**
 * Whether an adapter gives the same bits again: small trainings, each twice. Kernels add up in a fixed
 * order and use no atomics but for whole numbers, so that a difference is the driver's or the card's.
 */
import { openGpu } from "../../gpu/gpu.ts";
import type { Device } from "../../gpu/tensor.ts";
import type { Graph } from "../../graphs/graph.ts";
import { planted } from "../../graphs/planted/planted.ts";
import { buildModel } from "../../models/build.ts";
import { shapeOf } from "../../models/model.ts";
import type { ModelGiven } from "../../models/options.ts";
import { train } from "../../training/loop/train.ts";

const STEPS = 5;

/** Sums over neighbours, rows and channels, of as many kernels as fit a second. */
const MODELS: readonly ModelGiven[] = [
  {
    ...{ kind: "rev-gnn", layers: 3, channels: 64, dropout: 0.1, norm: "batch" },
    convolution: { kind: "gen", aggregation: "softmax" },
  },
  {
    kind: "rev-gnn",
    layers: 3,
    channels: 64,
    dropout: 0.1,
    convolution: { kind: "gat", heads: 2 },
  },
];

/** Says whether trainings on two devices of the adapter had equal losses and weights. */
export async function sameBitsText(open: () => Promise<Device> = openGpu): Promise<string> {
  const graph = planted({ nodes: 1000, degree: 10, tasks: 4 });
  for (const model of MODELS) {
    const difference = differenceOf(
      await bitsOf(open, graph, model),
      await bitsOf(open, graph, model),
    );
    if (difference !== undefined) {
      return `not the same again: of two equal trainings ${difference}; no run on this adapter can be ` +
        "promised to end with the same bits, be it repeated or resumed";
    }
  }
  return `the same again: losses and weights of ${MODELS.length} trainings of ${STEPS} steps, each twice`;
}

interface Bits {
  readonly losses: readonly number[];
  /** As integers: NaN differs from itself. */
  readonly weights: Uint32Array;
}

/** Trains on a device of its own. */
async function bitsOf(open: () => Promise<Device>, graph: Graph, model: ModelGiven): Promise<Bits> {
  using gpu = await open();
  const options = { epochs: STEPS, evaluateEvery: STEPS, keepWeights: "last", seed: 0 } as const;
  const { losses, weights } = await train(gpu, buildModel(model, shapeOf(graph)), graph, options);
  return { losses, weights: new Uint32Array(weights!.last.buffer) };
}

/** The first difference of two trainings as a clause; undefined where there is none. */
function differenceOf(one: Bits, other: Bits): string | undefined {
  const step = one.losses.findIndex((loss, at) => loss !== other.losses[at]);
  if (step >= 0) {
    return `the loss of step ${step + 1} was ${one.losses[step]}, then ${other.losses[step]}`;
  }
  const at = one.weights.findIndex((bits, at) => bits !== other.weights[at]);
  return at >= 0 ? `weight ${at + 1} of ${one.weights.length} differs in the end` : undefined;
}
