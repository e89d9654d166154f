/**
 * `deno task bench`: kernels and whole training steps at the size of one of ogbn-proteins' ten parts,
 * and the same step in PyTorch on the same processor. Ratios of one run; times alone are the machine's.
 */
import { DeviceGraph } from "../gpu/device_graph.ts";
import { type Gpu, openGpu } from "../gpu/gpu.ts";
import type { Graph } from "../graphs/graph.ts";
import { planted } from "../graphs/planted.ts";
import { shapeOf } from "../models/model.ts";
import { RevGnn } from "../models/rev_gnn.ts";
import { initialValues } from "../training/initial_values.ts";
import { provenance } from "../training/provenance.ts";
import { Trainer } from "../training/trainer.ts";
import { defineFlags, runScript } from "./flags.ts";
import { kernelTimes } from "./kernel_times.ts";
import { medianTime } from "./median_time.ts";
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
  const kernels = await kernelTimes(graph, channels / GROUPS, options.rounds);
  for (const [name, time] of Object.entries(kernels)) print(name, time);
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

async function stepTime(gpu: Gpu, model: RevGnn, data: Graph, rounds: number): Promise<number> {
  using graph = new DeviceGraph(gpu, data);
  using trainer = new Trainer(gpu, model, initialValues(model, data, 0), { seed: 0 });
  return await medianTime(rounds, async () => {
    await trainer.step(graph, 1e-3);
    // What waits for the device: 16 bytes, whatever the model.
    await gpu.read(trainer.squaredNorm);
  });
}

function print(what: string, time: number): void {
  console.log(`${what.padEnd(34)}${time.toFixed(2).padStart(10)} ms`);
}

if (import.meta.main) await runScript(main);
