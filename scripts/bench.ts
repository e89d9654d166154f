/**
 * `deno task bench`: kernels and whole training steps at the size of one of ogbn-proteins' ten parts,
 * and the same step in PyTorch on the same processor. Ratios of one run; times alone are the machine's.
 */
import { DeviceGraph } from "../gpu/device_graph.ts";
import { type Gpu, openGpu } from "../gpu/gpu.ts";
import type { Tensor } from "../gpu/tensor.ts";
import { UNIFORM_BYTES } from "../gpu/kernel.ts";
import type { Graph } from "../graphs/graph.ts";
import { planted } from "../graphs/planted.ts";
import { Random } from "../graphs/random.ts";
import {
  genAggregate,
  genAggregateBackward,
  genAggregateBackwardEncoder,
} from "../kernels/gen_aggregate.ts";
import { linear, linearBackwardInput, linearBackwardWeight } from "../kernels/linear.ts";
import { normAct, normActBackward } from "../kernels/norm_act.ts";
import { shapeOf } from "../models/model.ts";
import { RevGnn } from "../models/rev_gnn.ts";
import { initialValues } from "../training/initial_values.ts";
import { provenance } from "../training/provenance.ts";
import { Trainer } from "../training/trainer.ts";
import { defineFlags, runScript } from "./flags.ts";
import { peerStep } from "./peer.ts";
import { solverTimes } from "./solver_times.ts";

const flags = defineFlags("bench", "Times kernels, and a training step against PyTorch's.", {
  layers: { type: "integer", minimum: 1, default: 2, help: "of the training step" },
  channels: { type: "integer", minimum: 2, default: 80, help: "of the training step" },
  nodes: { type: "integer", minimum: 1, default: 13_253, help: "of the graph" },
  degree: { type: "integer", minimum: 0, default: 60, help: "in-edges of every node" },
  rounds: { type: "integer", minimum: 1, default: 7, help: "timings a median is taken of" },
});

const GROUPS = 2;
const TASKS = 112;

type Timings = Record<string, number>;

export async function main(args: string[]): Promise<void> {
  const options = flags.parse(args);
  const { layers, channels, nodes, degree } = options;
  const graph = planted({
    nodes,
    degree,
    regular: true,
    tasks: TASKS,
    categories: 8,
    edgeFeatures: 8,
  });
  using gpu = await openGpu();
  const { name } = gpu.adapter;
  console.log(`${name}: ${nodes} nodes, ${graph.colIdx.length} edges, ${channels} channels`);
  const kernels = await kernelTimes(gpu, graph, channels / GROUPS, options.rounds);
  const model = new RevGnn({ layers, channels, groups: GROUPS, dropout: 0.1 }, shapeOf(graph));
  const step = await stepTime(gpu, model, graph, options.rounds);
  print(`training step, ${layers} layers`, step);
  const solvers = await solverTimes(gpu, options.rounds);
  for (const [name, time] of Object.entries(solvers)) print(name, time);
  const peer = await peerStep({ layers, channels, nodes, degree, groups: GROUPS, tasks: TASKS });
  if (peer !== null) {
    print("the same step in PyTorch", peer.milliseconds);
    const ratio = (peer.milliseconds / step).toFixed(1);
    console.log(`ratio: ${ratio} × faster than PyTorch with ${peer.blas}`);
  }
  const { rounds: _, ...settings } = options;
  const row = { bench: "revgnn-step", ...settings, kernels, step, solvers, peer };
  console.log(JSON.stringify({ ...row, ...await provenance(gpu.adapter) }));
}

/** Milliseconds of each kernel of one block. */
async function kernelTimes(gpu: Gpu, data: Graph, d: number, rounds: number): Promise<Timings> {
  using graph = new DeviceGraph(gpu, data);
  const random = new Random(0);
  const matrix = (rows: number, cols: number) => {
    const values = Float32Array.from({ length: rows * cols }, () => random.float() - 0.5);
    return gpu.upload({ data: values, rows, cols });
  };
  const state = (cols: number) => matrix(data.nodes, cols);
  using x = state(d);
  using wide = state(2 * d);
  using encoder = matrix(data.edgeFeatures.cols + 1, d);
  using weights = matrix(1, (d + 1) * (2 * d + 4) + UNIFORM_BYTES / 4);
  const weight = weights.window(0, d + 1, 2 * d);
  const affine = weights.window(0, 2, 2 * d);
  using dWeight = gpu.empty(d + 1, 2 * d);
  const { winner, y } = genAggregate(graph, x, encoder);
  using _y = y;
  using _winner = winner;
  const { y: active, moments } = normAct(wide, affine);
  using _active = active;
  using _moments = moments;
  const kernels: Record<string, () => Tensor | Tensor[] | void> = {
    gen_aggregate: () => Object.values(genAggregate(graph, x, encoder)),
    gen_aggregate_backward: () => genAggregateBackward(graph, winner, x),
    gen_aggregate_backward_encoder: () => genAggregateBackwardEncoder(graph, winner, x),
    linear: () => linear(x, weight),
    linear_backward_input: () => linearBackwardInput(wide, weight),
    linear_backward_weight: () => linearBackwardWeight(x, wide, dWeight),
    norm_act: () => Object.values(normAct(wide, affine)),
    norm_act_backward: () => normActBackward(wide, affine, moments, wide, {}),
  };
  const times: Timings = {};
  for (const [name, launch] of Object.entries(kernels)) {
    times[name] = await milliseconds(gpu, x, rounds, () => {
      for (const tensor of [launch() ?? []].flat()) tensor[Symbol.dispose]();
    });
    print(name, times[name]);
  }
  return times;
}

async function stepTime(gpu: Gpu, model: RevGnn, data: Graph, rounds: number): Promise<number> {
  using graph = new DeviceGraph(gpu, data);
  using trainer = new Trainer(gpu, model, initialValues(model, data, 0), { seed: 0 });
  return await milliseconds(gpu, trainer.losses, rounds, () => trainer.step(graph, 1e-3));
}

/** Median time of `launch` until its work is done, after two rounds of warming up. */
async function milliseconds(
  gpu: Gpu,
  witness: Tensor,
  rounds: number,
  launch: () => void | Promise<void>,
): Promise<number> {
  using small = witness.window(0, 1, 1);
  const times: number[] = [];
  for (let round = -2; round < rounds; round++) {
    const start = performance.now();
    await launch();
    await gpu.read(small);
    if (round >= 0) times.push(performance.now() - start);
  }
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)]!;
}

function print(what: string, time: number): void {
  console.log(`${what.padEnd(34)}${time.toFixed(2).padStart(10)} ms`);
}

if (import.meta.main) await runScript(main);
