/**
 * Small trainings of twenty steps each, and every bit that they read from the device. As a program of its
 * own it prints them as JSON: the threads of a driver are told when a process begins.
 */
import { createHash } from "node:crypto";
import { planted } from "../../graphs/planted/planted.ts";
import { Gpu } from "../../gpu/gpu.ts";
import { openDevice } from "../../gpu/open_device.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import { buildModel } from "../../models/build.ts";
import { shapeOf } from "../../models/model.ts";
import type { ModelGiven } from "../../models/options.ts";
import { train } from "../../training/loop/train.ts";
import type { TrainOptions } from "../../training/loop/train_options.ts";
import { Trainer } from "../../training/steps/trainer.ts";

export const STEPS = 20;

/**
 * Every opener of a device, by the name of what implements it: the bits of all are compared. Before Deno's own
 * `./run test --implementation dawn` puts Dawn, and tests/default_limits.ts an adapter of least limits.
 */
export const IMPLEMENTATIONS: Readonly<Record<string, () => ReturnType<typeof openDevice>>> = {
  ...Object.hasOwn(navigator, "gpu") && { "what was put before it": () => openDevice() },
  "Deno's own": () => openDevice(Reflect.get(Navigator.prototype, "gpu", navigator)),
};

const WHOLE = { epochs: STEPS, evaluateEvery: STEPS };
const PARTS = { epochs: STEPS / 4, parts: 4, evaluateEvery: STEPS / 4 };
const LAYERED = { layers: 3, channels: 16, dropout: 0.3 } as const;

/** What adds up in an order that threads or time might change. */
export const TRAININGS: Readonly<Record<string, { model: ModelGiven; options: TrainOptions }>> = {
  "RevGNN of softmax and batch norms, whole": {
    model: {
      ...LAYERED,
      kind: "rev-gnn",
      norm: "batch",
      convolution: { kind: "gen", aggregation: { kind: "softmax", learnT: true } },
    },
    options: WHOLE,
  },
  "RevGNN of GAT, by parts": {
    model: { ...LAYERED, kind: "rev-gnn", convolution: { kind: "gat", heads: 2 } },
    options: PARTS,
  },
  "ResGNN of max and batch norms, by parts, evaluated by others": {
    model: { ...LAYERED, kind: "res-gnn", norm: "batch" },
    options: { ...PARTS, evaluateParts: 3 },
  },
  "RevGAT, whole": {
    model: { ...LAYERED, kind: "rev-gat" },
    options: WHOLE,
  },
  "DEQ-GNN, whole": {
    model: { kind: "deq-gnn", channels: 16, dropout: 0.1, equilibrium: { maxSteps: 8 } },
    options: WHOLE,
  },
};

/** Bits of a training. */
export interface Bits {
  /** Of each step's loss, as text of eight digits. */
  readonly losses: readonly string[];
  /** SHA-256 of all that was read: losses, norms, residuals, logits, the last weights. */
  readonly all: string;
}

/** A device that keeps what is read from it, and may be slow to answer. */
class WatchedGpu extends Gpu {
  losses: Tensor | undefined;
  readonly told: string[] = [];
  readonly all = createHash("sha256");
  slow = 0;

  override async read(...tensors: Tensor[]): Promise<Float32Array[]> {
    const values = await super.read(...tensors);
    for (const [i, { buffer, byteOffset, byteLength }] of values.entries()) {
      this.all.update(new Uint8Array(buffer, byteOffset, byteLength));
      if (tensors[i] !== this.losses) continue;
      for (const bits of new Uint32Array(buffer, byteOffset, byteLength / 4)) {
        this.told.push(bits.toString(16).padStart(8, "0"));
      }
    }
    if (this.slow > 0) await new Promise((resolve) => setTimeout(resolve, this.slow));
    return values;
  }
}

/** Trains twenty steps on a device of its own, which takes `slow` milliseconds more for each readback. */
export async function twentySteps(
  { model, options }: typeof TRAININGS[string],
  { open = () => openDevice(), slow = 0, worker = true } = {},
): Promise<Bits> {
  const graph = planted({ nodes: 600, degree: 8, tasks: 4 });
  const { device, info } = await open();
  using gpu = new WatchedGpu(info, device, Infinity);
  gpu.slow = slow;
  const { step } = Trainer.prototype;
  Trainer.prototype.step = function (...call) {
    gpu.losses = this.losses;
    return step.apply(this, call);
  };
  try {
    const built = buildModel(model, shapeOf(graph));
    await train(gpu, built, graph, { ...options, worker, keepWeights: "last", seed: 5 });
  } finally {
    Trainer.prototype.step = step;
  }
  return { losses: gpu.told, all: gpu.all.digest("hex") };
}

/** What the program prints. */
export interface Printed {
  /** The driver's own, where it computes on the processor. */
  readonly threads: number;
  readonly bits: Readonly<Record<string, Bits>>;
}

/** The threads of llvmpipe that this process has now. */
async function threads(): Promise<number> {
  const count = `cat /proc/${Deno.pid}/task/*/comm | grep -c llvmpipe`;
  const { stdout } = await new Deno.Command("sh", { args: ["-c", count] }).output();
  return Number(new TextDecoder().decode(stdout));
}

if (import.meta.main) {
  const { device } = await openDevice();
  const bits: Record<string, Bits> = {};
  for (const [name, training] of Object.entries(TRAININGS)) {
    bits[name] = await twentySteps(training);
  }
  console.log(JSON.stringify({ threads: await threads(), bits } satisfies Printed));
  device.destroy();
}
