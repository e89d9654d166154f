/**
 * A graph as one file that a page can fetch: JSON in which arrays are replaced by their places, then the
 * arrays, gzipped. The checksum of gzip tells damage.
 */
import { checkGraph } from "../graphs/check.ts";
import type { Graph } from "../graphs/graph.ts";

/** Where an array stands, in bytes behind the JSON, and how many values it has. */
interface Place {
  readonly type: keyof typeof ARRAYS;
  readonly at: number;
  readonly length: number;
}

const ARRAYS = { f32: Float32Array, u32: Uint32Array } as const;
/** Bytes of a value of either type, and of the JSON's length in front. */
const WORD = 4;

/** The file's bytes. */
export async function encodeGraph(graph: Graph): Promise<Uint8Array<ArrayBuffer>> {
  const arrays: (Float32Array | Uint32Array)[] = [];
  let end = 0;
  const text = JSON.stringify(graph, (_, value) => {
    if (!(value instanceof Float32Array || value instanceof Uint32Array)) return value;
    const type = value instanceof Float32Array ? "f32" : "u32";
    const place: Place = { type, at: end, length: value.length };
    arrays.push(value);
    end += value.byteLength;
    return place;
  });
  const json = new TextEncoder().encode(text);
  const start = startOf(json.length);
  const bytes = new Uint8Array(start + end);
  new DataView(bytes.buffer).setUint32(0, json.length, true);
  bytes.set(json, WORD);
  let at = start;
  for (const { buffer, byteOffset, byteLength } of arrays) {
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += byteLength;
  }
  return await through(bytes, new CompressionStream("gzip"));
}

/** The graph of such a file, checked. Throws a sentence where the bytes are damaged. */
export async function decodeGraph(file: Uint8Array<ArrayBuffer>): Promise<Graph> {
  const { buffer } = await through(file, new DecompressionStream("gzip")).catch(() => {
    throw new SyntaxError("Cannot read the graph: its file is damaged or cut off, load it again");
  });
  const length = new DataView(buffer).getUint32(0, true);
  const json = new TextDecoder().decode(new Uint8Array(buffer, WORD, length));
  const start = startOf(length);
  return checkGraph(JSON.parse(json, (_, value) => {
    const { type, at, length } = (value ?? {}) as Partial<Place>;
    return type === undefined ? value : new ARRAYS[type](buffer, start + at!, length);
  }));
}

/** Where the arrays begin: aligned, so that they need no copy. */
function startOf(jsonBytes: number): number {
  return Math.ceil((WORD + jsonBytes) / WORD) * WORD;
}

async function through(
  bytes: Uint8Array<ArrayBuffer>,
  stream: CompressionStream | DecompressionStream,
): Promise<Uint8Array<ArrayBuffer>> {
  const piped = new Blob([bytes]).stream().pipeThrough(stream);
  return new Uint8Array(await new Response(piped).arrayBuffer());
}
