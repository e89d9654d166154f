/** Builds parts in a worker while the device trains earlier ones. */
import type { Part, PartsOptions, PartSource } from "./parts.ts";
import type { Answer, Order } from "./parts_worker.ts";
import { share } from "./share.ts";
import { isStored, type PartedGraph } from "./stored_graph.ts";

/** Parts requested ahead, which bounds the memory of those that wait. */
const AHEAD = 2;

/**
 * Returns the parts of `partsOf` in the same order, whatever the timing. The graph goes to the worker
 * once, on shared memory, or as its file's path; parts come back without a copy.
 */
export class PartsAhead implements PartSource {
  readonly #graph: PartedGraph;
  readonly #worker: Worker;
  readonly #answers: Answer[] = [];
  #arrived = () => {};

  constructor(graph: PartedGraph, options: PartsOptions) {
    this.#graph = graph;
    const module = new URL("./parts_worker.ts", import.meta.url);
    this.#worker = new Worker(module, { type: "module", name: "parts" });
    this.#worker.onmessage = ({ data }: MessageEvent<Answer>) => this.#keep(data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#keep({ error: event.message });
    };
    this.#worker.onmessageerror = () => this.#keep({ error: "its answer cannot be read" });
    const order: Order = share({ graph: isStored(graph) ? graph.path : graph, options });
    this.#worker.postMessage(order);
    for (let part = 0; part < AHEAD; part++) this.#ask();
  }

  /** Returns the next part and requests one more; throws if the worker could not build it. */
  async next(): Promise<Part> {
    while (this.#answers.length === 0) {
      await new Promise<void>((resolve) => this.#arrived = resolve);
    }
    const answer = this.#answers[0]!;
    // The error stays queued: after a failure the worker builds nothing more.
    if ("error" in answer) {
      throw new Error(`Cannot build parts of ${this.#graph.name} in a worker: ${answer.error}`);
    }
    this.#answers.shift();
    this.#ask();
    return answer.part;
  }

  #ask(): void {
    this.#worker.postMessage(null);
  }

  #keep(answer: Answer): void {
    this.#answers.push(answer);
    this.#arrived();
  }

  /** Ends the worker, even in the middle of a part. */
  [Symbol.dispose](): void {
    this.#worker.terminate();
  }
}
