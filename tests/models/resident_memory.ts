/**
 * Trains one step of a model of more than a gibibyte and prints, as JSON, by how many bytes the ledger
 * and the process have grown. A program of its own: only so is resident memory the model's.
 */
import type { Graph } from "../../graphs/graph.ts";
import { planted } from "../../graphs/planted/planted.ts";
import { openGpu } from "../../gpu/gpu.ts";
import type { Device } from "../../gpu/tensor.ts";
import { shapeOf } from "../../models/model.ts";
import { ResGnn } from "../../models/res_gnn.ts";
import { train } from "../../training/loop/train.ts";

async function step(gpu: Device, graph: Graph, layers: number): Promise<void> {
  await train(gpu, new ResGnn({ layers, channels: 8 }, shapeOf(graph)), graph, { epochs: 0 });
}

using gpu = await openGpu();
const graph = planted({ nodes: 120_000, degree: 1, tasks: 1, features: 4, edgeFeatures: 1 });
await step(gpu, planted({ nodes: 10, degree: 1, tasks: 1, features: 4, edgeFeatures: 1 }), 1);
const before = { ledger: gpu.ledger.live, resident: Deno.memoryUsage().rss };
await step(gpu, graph, 40);
console.log(JSON.stringify({
  ledger: gpu.ledger.live - before.ledger,
  resident: Deno.memoryUsage().rss - before.resident,
  software: gpu.adapter.software,
}));
