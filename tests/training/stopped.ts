/** Stops runs, and continues them from their state. */
import { zeros } from "../../graphs/matrix.ts";
import { planted } from "../../graphs/planted/planted.ts";
import { openGpu } from "../../gpu/gpu.ts";
import { buildModel } from "../../models/build.ts";
import { shapeOf } from "../../models/model.ts";
import type { ModelGiven } from "../../models/options.ts";
import { train } from "../../training/loop/train.ts";
import type { TrainOptions } from "../../training/loop/train_options.ts";

export const tasks = planted({ nodes: 120, degree: 5, tasks: 4 });
const classes = planted({ nodes: 120, degree: 5, tasks: 4, classes: true });

export interface Case {
  readonly model: ModelGiven;
  readonly options: TrainOptions & { readonly epochs: number };
}

export const CASES: Record<string, Case> = {
  "rev-gnn of dropout in 2 parts": {
    model: { kind: "rev-gnn", layers: 3, channels: 8, dropout: 0.3 },
    options: { epochs: 6, parts: 2, evaluateEvery: 2 },
  },
  "rev-gnn evaluated by parts": {
    model: { kind: "rev-gnn", layers: 2, channels: 8, dropout: 0.3 },
    options: { epochs: 5, parts: 2, evaluateParts: 2, worker: false },
  },
  "res-gnn of batch norms, 2 of 4 parts a step": {
    model: { kind: "res-gnn", layers: 3, channels: 8, dropout: 0.1, norm: "batch" },
    options: { epochs: 5, parts: 4, accumulate: 2, learningRate: 5e-2 },
  },
  "res-gnn of batch norms": {
    model: { kind: "res-gnn", layers: 3, channels: 8, dropout: 0.1, norm: "batch" },
    options: { epochs: 6, learningRate: 5e-2 },
  },
  "rev-gnn of labels in 4 parts, 2 a step": {
    model: { kind: "rev-gnn", layers: 2, channels: 8, dropout: 0.3, labels: true },
    options: { epochs: 5, parts: 4, accumulate: 2, evaluateParts: 2, maskRate: 0.4 },
  },
  "deq-gnn, pre-trained": {
    model: { kind: "deq-gnn", channels: 8, dropout: 0.1, equilibrium: { maxSteps: 4 } },
    options: { epochs: 6, pretrainEpochs: 2, pretrainDepth: 6, evaluateEvery: 3 },
  },
  "rev-gat of labels by RMSprop": {
    model: { kind: "rev-gat", layers: 3, channels: 8, dropout: 0.3, labels: true },
    options: {
      epochs: 6,
      optimiser: "rmsprop",
      schedule: { kind: "warm-up", epochs: 4 },
      loss: "log-epsilon",
      clip: 0,
      teacher: zeros(120, 4),
    },
  },
};

/** Calls a test with a path that is nobody's, in a folder that does not exist yet. */
export async function withPath(test: (path: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(`${folder}/states/run.safetensors`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

export async function outcomeOf({ model, options }: Case, more: Partial<TrainOptions> = {}) {
  using gpu = await openGpu();
  const graph = model.kind === "rev-gat" ? classes : tasks;
  const built = buildModel(model, shapeOf(graph));
  return await train(gpu, built, graph, { seed: 3, keepWeights: true, ...options, ...more });
}

/** Throws in so many epochs of a run. */
export function stopAfter(epochs: number): { onEpoch: () => void } {
  let left = epochs;
  return {
    onEpoch() {
      if (--left === 0) throw new Error("stopped");
    },
  };
}
