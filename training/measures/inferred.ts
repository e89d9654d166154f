/**
 * Scores a trained model by other ways of inference than its training's: the whole graph, random parts,
 * averages over several views (paper §4.1).
 */
import type { PartedGraph } from "../../graphs/parts/stored_graph.ts";
import type { AdapterInfo } from "../../gpu/adapter.ts";
import { openDryRun } from "../../gpu/dry_run.ts";
import { openGpu } from "../../gpu/gpu.ts";
import type { Device } from "../../gpu/tensor.ts";
import { Parameters } from "../../layers/parameters.ts";
import { type Model } from "../../models/model.ts";
import { predictGraph } from "../steps/predict_graph.ts";
import { scoresOf } from "../steps/metrics.ts";
import type { Scores } from "../row.ts";

/** One way of inference, as `predict` defines it. */
export interface Inference {
  /** Random parts of the nodes; 1 is the whole graph. */
  readonly parts: number;
  /** Partitions to average over. */
  readonly views: number;
}

/** The result of one way of inference. */
export interface Inferred extends Inference {
  /** One figure for each part of the split. */
  readonly scores: Scores;
  /** The peak of a device that holds nothing but this evaluation: weights, a part, its activations. */
  readonly peakBytes: number;
  /** From the first upload to the averaged logits, the compilation of pipelines included. */
  readonly seconds: number;
}

export interface InferAllOptions {
  /** Seed of the partitions. */
  readonly seed: number;
  /** The most bytes of device memory it may take; null for all there is. */
  readonly memoryBudget: number | null;
}

/** Scores flat values by each way of inference, each on a separate device, so that peaks are separate. */
export async function inferAll(
  model: Model,
  graph: PartedGraph,
  values: Float32Array,
  ways: readonly Inference[],
  { seed, memoryBudget }: InferAllOptions,
): Promise<Inferred[]> {
  const inferred: Inferred[] = [];
  for (const { parts, views } of ways) {
    using gpu = await openGpu(memoryBudget === null ? {} : { memoryBudget });
    const start = performance.now();
    const logits = await infer(gpu, model, graph, values, { parts, views, seed });
    const seconds = (performance.now() - start) / 1000;
    const scores = scoresOf(logits, graph);
    inferred.push({ parts, views, scores, peakBytes: gpu.ledger.peak, seconds });
  }
  return inferred;
}

/** The largest peak of all ways, by dry runs of the very partitions; throws where one makes no sense. */
export async function inferenceForecast(
  model: Model,
  graph: PartedGraph,
  ways: readonly Inference[],
  seed: number,
  adapter?: AdapterInfo,
): Promise<number> {
  const values = new Float32Array(model.layout.valueWords);
  let peak = 0;
  for (const { parts, views } of ways) {
    using gpu = openDryRun(adapter);
    await infer(gpu, model, graph, values, { parts, views, seed });
    peak = Math.max(peak, gpu.ledger.peak);
  }
  return peak;
}

async function infer(
  gpu: Device,
  model: Model,
  graph: PartedGraph,
  values: Float32Array,
  way: Inference & { readonly seed: number },
) {
  using parameters = new Parameters(gpu, model.layout, values);
  return await predictGraph(gpu, model, parameters, graph, way);
}
