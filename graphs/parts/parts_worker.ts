/** The worker of `PartsAhead`: it receives a graph once, then builds a part for each request. */
import type { Graph } from "../graph.ts";
import { nextPart, type Part, partsOf, type PartsOptions } from "./parts.ts";
import { buffersOf } from "./share.ts";

/** The first message; every later one, whatever its content, requests a part. */
export interface Order {
  readonly graph: Graph;
  readonly options: PartsOptions;
}

/** The answer to each request, in order. */
export type Answer = { readonly part: Part } | { readonly error: string };

self.onmessage = ({ data }: MessageEvent<Order>) => {
  const { graph, options } = data;
  const parts = partsOf(graph, options);
  self.onmessage = () => {
    const answer = build(() => nextPart(parts, options));
    self.postMessage(answer, { transfer: [...buffersOf(answer)] });
  };
};

function build(next: () => Part): Answer {
  try {
    return { part: next() };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}
