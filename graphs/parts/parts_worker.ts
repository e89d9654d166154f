/** The worker of `PartsAhead`: it receives a graph once, then builds a part for each request. */
import type { Graph } from "../graph.ts";
import { GraphFile } from "./graph_file.ts";
import { nextPart, type Part, partsOf, type PartsOptions } from "./parts.ts";
import { buffersOf } from "./share.ts";

/** The first message; every later one, whatever its content, requests a part. */
export interface Order {
  /** The graph, or the path of the file that it stays in. */
  readonly graph: Graph | string;
  readonly options: PartsOptions;
}

/** The answer to each request, in order. */
export type Answer = { readonly part: Part } | { readonly error: string };

self.onmessage = ({ data }: MessageEvent<Order>) => {
  const { options } = data;
  const parts = opened(data);
  self.onmessage = async () => {
    const answer = await build(async () => nextPart(await parts, options));
    self.postMessage(answer, { transfer: [...buffersOf(answer)] });
  };
};

async function opened({ graph, options }: Order): Promise<ReturnType<typeof partsOf>> {
  return partsOf(typeof graph === "string" ? await GraphFile.open(graph) : graph, options);
}

async function build(next: () => Promise<Part>): Promise<Answer> {
  try {
    return { part: await next() };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}
