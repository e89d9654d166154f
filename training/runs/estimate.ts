/**
 * Estimates a run from its settings, before its data are there: memory by a forecast, time by extrapolating
 * from shallow models.
 */
import { type FetchedName, isFetched, publishedAs } from "../../graphs/published/fetched.ts";
import type { Graph } from "../../graphs/graph.ts";
import { columnsOf, publishedSize, standIn } from "../../graphs/planted/stand_in.ts";
import type { AdapterInfo } from "../../gpu/adapter.ts";
import { openGpu } from "../../gpu/gpu.ts";
import { buildModel } from "../../models/build.ts";
import { type Model, shapeOf } from "../../models/model.ts";
import type { ModelGiven, ModelKind } from "../../models/options.ts";
import { driftForecast } from "../measures/drift.ts";
import { forecast } from "./forecast.ts";
import { graphKey, graphOf } from "./graph_of.ts";
import { inferenceForecast } from "../measures/inferred.ts";
import type { RunSettings } from "../row.ts";
import { trainingSettings } from "../settings.ts";
import { initialValues } from "../steps/initial_values.ts";
import { timeSteps } from "../measures/time_steps.ts";
import { Trainer } from "../steps/trainer.ts";
import type { TrainOptions } from "../loop/train_options.ts";

export interface ModelSize {
  readonly parameters: number;
  /** Null where one of its tensors is larger than the adapter takes, which `problem` tells. */
  readonly peakBytes: number | null;
  readonly problem?: string;
}

/** Depths whose steps are timed: a line through both gives any other. An equilibrium needs only one. */
const SHALLOW: Readonly<Record<ModelKind, readonly [number, number]>> = {
  "res-gnn": [1, 3],
  "rev-gnn": [1, 3],
  "rev-gat": [3, 5],
  "deq-gnn": [1, 1],
};
/**
 * Steps are timed on no more nodes; time grows by the nodes, of which all have the same degree. A card
 * is hardly busy with as few as a processor is slow with.
 */
const TIMED_NODES = 16_384;
const TIMED_NODES_ON_PROCESSORS = 1024;
const TIMED_STEPS = 2;
/** Nodes of a graph of which only the columns count: enough that each part of its split can be scored. */
const COLUMNS_NODES = 1024;

/**
 * Estimates runs one after another; what they share is made and timed once. Data to be fetched need not be
 * there: planted graphs of the same size stand in. Runs are assumed to keep their state, as in a plan.
 */
export class Estimator {
  readonly #adapter: AdapterInfo;
  readonly #graphs = new Map<string, Graph>();
  readonly #times = new Map<string, Promise<number[]>>();

  constructor(adapter: AdapterInfo) {
    this.#adapter = adapter;
  }

  /** Forecasts what a run holds, by dry runs of its first epochs and of the measurements after training. */
  async size(settings: RunSettings): Promise<ModelSize> {
    const { graph, batches } = await this.#data(settings);
    const model = buildModel(settings.model, shapeOf(graph));
    const parameters = model.layout.count;
    try {
      const training = { ...trainingSettings(settings), ...batches };
      const options = { ...training, ...this.#keeping(settings, graph) };
      const { peakBytes } = await forecast(model, graph, options, this.#adapter);
      const later = await this.#after(settings, model, graph, options);
      return { parameters, peakBytes: Math.max(peakBytes, later) };
    } catch (error) {
      // A tensor beyond the adapter's limits, which the sentence names.
      if (!(error instanceof RangeError)) throw error;
      return { parameters, peakBytes: null, problem: error.message };
    }
  }

  /** Estimates how long all of its epochs take, without evaluations. */
  async seconds(settings: RunSettings): Promise<number> {
    const { model, parts, epochs } = settings;
    const { graph, nodes, key: data } = await this.#timedGraph(settings);
    const { layers, ...shallow } = model;
    const key = JSON.stringify([data, shallow]);
    if (!this.#times.has(key)) this.#times.set(key, this.#timed(settings, graph));
    const [low, high = low] = await this.#times.get(key)!;
    const [few, more] = SHALLOW[model.kind];
    const layer = (high! - low!) / Math.max(1, more - few);
    const step = Math.max(low!, low! + (layers - few) * layer);
    return Math.max(1, epochs) * parts * step * nodes / graph.nodes;
  }

  /** The peak of what is done with the trained weights, each on a device of its own. */
  async #after(
    settings: RunSettings,
    model: Model,
    graph: Graph,
    options: TrainOptions,
  ): Promise<number> {
    const { dataset, epochs, seed, drift, inference = [] } = settings;
    const peaks = [0];
    if (drift) {
      const batch = isFetched(dataset) && settings.parts > 1
        ? await this.#standIn(dataset, settings.parts)
        : graph;
      const parts = batch === graph ? settings.parts : 1;
      peaks.push(await driftForecast(model, batch, { ...options, parts }, this.#adapter));
    }
    const ways = epochs === 0 ? [] : inference;
    if (!isFetched(dataset)) {
      peaks.push(await inferenceForecast(model, graph, ways, seed, this.#adapter));
      return Math.max(...peaks);
    }
    for (const parts of new Set(ways.map(({ parts }) => parts))) {
      const part = await this.#standIn(dataset, parts);
      const whole = [{ parts: 1, views: 1 }];
      peaks.push(await inferenceForecast(model, part, whole, seed, this.#adapter));
    }
    return Math.max(...peaks);
  }

  /**
   * The graph of a run and in how many batches it goes over it. Of data that is fetched and trained by
   * parts only the columns are made: how large its parts are is known.
   */
  async #data(settings: RunSettings): Promise<{
    graph: Graph;
    batches: Pick<TrainOptions, "parts" | "evaluateParts" | "evaluateEvery" | "sizes">;
  }> {
    const { dataset, parts, evaluateParts = 1, evaluateEvery } = settings;
    const batches = { parts, evaluateParts, evaluateEvery };
    if (!isFetched(dataset)) return { graph: await this.#graph(settings), batches };
    if (parts === 1) return { graph: await this.#standIn(dataset, 1), batches };
    const [training, evaluation] = [parts, evaluateParts].map((parts) =>
      publishedSize(dataset, parts)
    );
    // At least a node a part.
    const graph = columnsOf(dataset, Math.max(parts, evaluateParts, COLUMNS_NODES));
    return {
      graph,
      batches: { ...batches, sizes: { training: training!, evaluation: evaluation! } },
    };
  }

  #standIn(dataset: FetchedName, parts: number): Promise<Graph> {
    return this.#keep(`${dataset} ${parts}`, () => standIn(dataset, parts));
  }

  #graph(settings: RunSettings): Promise<Graph> {
    return this.#keep(graphKey(settings), () => graphOf(settings));
  }

  /** Only the last ones are kept: runs of one data set follow one another. */
  async #keep(key: string, make: () => Graph | Promise<Graph>): Promise<Graph> {
    const known = this.#graphs.get(key);
    if (known) return known;
    const graph = await make();
    if (this.#graphs.size > 1) this.#graphs.delete(this.#graphs.keys().next().value!);
    this.#graphs.set(key, graph);
    return graph;
  }

  /** What steps are timed on: all of a run's graph, or fewer nodes; and how many a batch of it has. */
  async #timedGraph(settings: RunSettings): Promise<{ graph: Graph; nodes: number; key: string }> {
    const { dataset, parts, planted } = settings;
    const most = this.#adapter.software ? TIMED_NODES_ON_PROCESSORS : TIMED_NODES;
    if (isFetched(dataset)) {
      const key = `${dataset} ${parts} timed`;
      const graph = await this.#keep(key, () => standIn(dataset, parts, most));
      return { graph, nodes: publishedAs(dataset).nodes / parts, key };
    }
    if (dataset !== "planted") {
      const graph = await this.#graph(settings);
      return { graph, nodes: graph.nodes / parts, key: graphKey(settings) };
    }
    const { nodes } = planted!;
    const few = { ...settings, planted: { ...planted!, nodes: Math.min(nodes, most) } };
    return { graph: await this.#graph(few), nodes: nodes / parts, key: graphKey(few) };
  }

  /** Seconds of one step at each of the shallow depths. */
  async #timed(settings: RunSettings, graph: Graph): Promise<number[]> {
    const seconds: number[] = [];
    for (const layers of new Set(SHALLOW[settings.model.kind])) {
      const model = buildModel({ ...settings.model, layers } as ModelGiven, shapeOf(graph));
      using gpu = await openGpu();
      const options = trainingSettings(settings);
      using trainer = new Trainer(gpu, model, initialValues(model, graph, settings.seed), options);
      seconds.push(await timeSteps(gpu, trainer, { graph }, TIMED_STEPS));
    }
    return seconds;
  }

  /** What a run keeps beside: a teacher's logits are of its labels' size. */
  #keeping({ epochs, teacher }: RunSettings, { labels }: Graph) {
    return { keepWeights: epochs > 0, ...teacher !== null && { teacher: labels } };
  }
}
