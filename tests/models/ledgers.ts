/** Models of every kind, and the device memory that a step of each takes. */
import { planted } from "../../graphs/planted/planted.ts";
import { openGpu } from "../../gpu/gpu.ts";
import { buildModel } from "../../models/build.ts";
import { shapeOf } from "../../models/model.ts";
import type { ModelGiven } from "../../models/options.ts";
import { train } from "../../training/loop/train.ts";
import type { TrainOptions } from "../../training/loop/train_options.ts";

export const graph = planted({ nodes: 100, degree: 4, edgeFeatures: 3, tasks: 3 });
export const KINDS = {
  RevGnn: { kind: "rev-gnn", channels: 8, groups: 2, dropout: 0.1 },
  ResGnn: { kind: "res-gnn", channels: 8, dropout: 0.1 },
} as const;
export const CONVOLVED = {
  "RevGnn of GCN": { ...KINDS.RevGnn, convolution: "gcn" },
  "RevGnn of SAGE": { ...KINDS.RevGnn, convolution: "sage" },
  "RevGnn of GAT": {
    ...KINDS.RevGnn,
    convolution: { kind: "gat", heads: 2, symmetricNorm: true, residual: true },
  },
} as const;

export const EQUILIBRIUM = {
  DeqGnn: { kind: "deq-gnn", channels: 8, dropout: 0.1 },
  "DeqGnn of phantom gradients": {
    kind: "deq-gnn",
    channels: 8,
    dropout: 0.1,
    equilibrium: { gradient: "phantom" },
  },
  "DeqGnn of a Jacobian term": {
    kind: "deq-gnn",
    channels: 8,
    dropout: 0.1,
    equilibrium: { gradient: { kind: "implicit", jacobianWeight: 1 } },
  },
} as const;

export const BATCH = {
  "RevGnn of batch norms": { ...KINDS.RevGnn, norm: "batch" },
  "ResGnn of batch norms": { ...KINDS.ResGnn, norm: "batch" },
} as const;

/** A kind of so many layers; a DEQ-GNN has none to choose. */
export function deep(options: Omit<ModelGiven, "layers">, layers = 5): ModelGiven {
  return { ...options, ...options.kind !== "deq-gnn" && { layers } } as ModelGiven;
}

/** The ledger of a run on a device of its own. */
export async function ledgerOf(options: ModelGiven, run: TrainOptions, data = graph) {
  using gpu = await openGpu();
  const { peakBytes, activationBytes } = await train(
    gpu,
    buildModel(options, shapeOf(data)),
    data,
    run,
  );
  return { peakBytes, activationBytes };
}
