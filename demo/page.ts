/** The page: two models trained side by side in the tab that shows it. */
import type { AdapterInfo } from "../gpu/adapter.ts";
import { type Gpu, openGpu } from "../gpu/gpu.ts";
import { NoAdapterError } from "../gpu/open_device.ts";
import type { Graph } from "../graphs/graph.ts";
import { allow, Sliders } from "./controls.ts";
import { drawRuns } from "./draw.ts";
import { decodeGraph } from "./graph_file.ts";
import { KINDS } from "./plan.ts";
import { afterEpoch, BUDGET, readyRun, type Run, type RunStatus } from "./run.ts";
import { footprintOf, trainPlan } from "./training.ts";

/** Thrown between two epochs where the reader stops. */
class Stopped extends Error {}

/** The page with its graph, and the adapter where there is one. */
class Page {
  readonly #graph: Graph;
  readonly #adapter: AdapterInfo | undefined;
  readonly #sliders = new Sliders(() => this.renew());
  #runs: Run[] = [];
  #training = false;
  #stopping = false;
  #drawing = false;
  #forecasts = 0;

  constructor(graph: Graph, adapter: AdapterInfo | undefined) {
    this.#graph = graph;
    this.#adapter = adapter;
    on("start", () => this.#train());
    on("stop", () => this.#stopping = true);
    on("reset", () => {
      this.#sliders.reset();
      return this.renew();
    });
  }

  /** Forecasts what the sliders say; a later call overtakes an earlier one. */
  async renew(): Promise<void> {
    const forecast = ++this.#forecasts;
    const { plan } = this.#sliders;
    const runs: Run[] = [];
    for (const kind of KINDS) {
      const footprint = await footprintOf(this.#graph, kind, plan, this.#adapter);
      if (forecast !== this.#forecasts) return;
      runs.push(readyRun(kind, plan, footprint));
    }
    this.#runs = runs;
    this.#draw();
    this.#allow();
  }

  /** Trains what fits, both at once, so that their curves grow side by side. */
  async #train(): Promise<void> {
    this.#stopping = false;
    this.#training = true;
    // No slider moves from here on.
    this.#allow();
    await this.renew();
    await Promise.all(this.#runs.map((run, i) => run.status === "ready" && this.#trainOne(i)));
    this.#training = false;
    this.#allow();
  }

  async #trainOne(i: number): Promise<void> {
    const { kind, plan } = this.#runs[i]!;
    this.#put(i, { status: "training" });
    try {
      using gpu: Gpu = await openGpu({ memoryBudget: BUDGET });
      await trainPlan(gpu, this.#graph, kind, plan, (epoch) => {
        this.#put(i, afterEpoch(this.#runs[i]!, epoch));
        if (this.#stopping && epoch.epoch < plan.epochs) throw new Stopped();
      });
      this.#put(i, { status: "trained" });
    } catch (error) {
      if (error instanceof Stopped) this.#put(i, { status: "stopped" });
      else this.#put(i, { status: "failed", error: (error as Error).message });
    }
  }

  #put(i: number, change: Partial<Run> & { status: RunStatus }): void {
    this.#runs = this.#runs.with(i, { ...this.#runs[i]!, ...change });
    this.#draw();
  }

  /** Draws at the next frame, once for all that comes before it. */
  #draw(): void {
    if (this.#drawing) return;
    this.#drawing = true;
    requestAnimationFrame(() => {
      this.#drawing = false;
      drawRuns(this.#runs);
    });
  }

  #allow(): void {
    const training = this.#training;
    const fits = this.#runs.some(({ status }) => status !== "too large");
    const start = this.#adapter !== undefined && fits && !training;
    this.#sliders.enabled = !training;
    allow({ start, stop: training, reset: !training });
  }
}

function on(button: string, press: () => unknown): void {
  document.querySelector(`#${button}`)!.addEventListener("click", press);
}

function put(place: string, text: string): void {
  document.querySelector(`#${place}`)!.textContent = text;
}

function tell(sentence: string): void {
  const note = document.querySelector<HTMLElement>("#note")!;
  note.textContent = sentence;
  note.hidden = false;
}

/** The adapter; undefined, with a sentence on the page, where the browser gives none. */
async function findAdapter(): Promise<AdapterInfo | undefined> {
  try {
    using gpu = await openGpu();
    return gpu.adapter;
  } catch (error) {
    tell(
      error instanceof NoAdapterError
        ? "This browser gives no WebGPU, so nothing can be trained here: open the page in a current " +
          "Chrome, Edge, Safari or Firefox on a machine with a graphics driver. Memory is forecast " +
          "all the same."
        : (error as Error).message,
    );
    return undefined;
  }
}

async function open(): Promise<void> {
  const [adapter, response] = await Promise.all([findAdapter(), fetch("wordnet-frames.graph")]);
  if (!response.ok) throw new Error(`Cannot load the graph: the server says ${response.status}`);
  const graph = await decodeGraph(new Uint8Array(await response.arrayBuffer()));
  put("nodes", graph.nodes.toLocaleString("en"));
  put("tasks", String(graph.labels.cols));
  if (adapter) put("adapter", adapter.name);
  await new Page(graph, adapter).renew();
}

open().catch((error) => tell((error as Error).message));
