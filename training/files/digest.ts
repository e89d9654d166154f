/** A checksum for data of up to gigabytes: it detects damage and other data, but not forgery. */
import { isStored, type PartedGraph } from "../../graphs/parts/stored_graph.ts";

const KNOWN = new WeakMap<PartedGraph, string>();

/**
 * The digest of all that a graph holds except its name; of one that stays in its file, of the file's
 * checksums. Rows tell by it which data were read.
 */
export function dataDigest(graph: PartedGraph): string {
  const known = KNOWN.get(graph);
  if (known !== undefined) return known;
  const { name: _, ...data } = graph;
  const found = digest(isStored(graph) ? graph.checksums : data);
  KNOWN.set(graph, found);
  return found;
}

/** Hashes all that a value holds into 64 bits, as hexadecimal: FNV-1a by words, from two starts. */
export function digest(value: unknown): string {
  const state = Uint32Array.of(0x811c9dc5, 0x9e3779b9);
  take(state, value);
  return [...state].map((half) => half.toString(16).padStart(8, "0")).join("");
}

function take(state: Uint32Array, value: unknown): void {
  if (ArrayBuffer.isView(value)) return takeWords(state, wordsOf(value));
  if (typeof value !== "object" || value === null) {
    return takeWords(state, new TextEncoder().encode(`${JSON.stringify(value)},`));
  }
  for (const [key, held] of Object.entries(value)) {
    if (held === undefined) continue;
    take(state, key);
    take(state, held);
  }
}

function takeWords(state: Uint32Array, words: Uint32Array | Uint8Array): void {
  let [a, b] = [state[0]!, state[1]!];
  for (let i = 0; i < words.length; i++) {
    a = Math.imul(a ^ words[i]!, 0x01000193);
    b = Math.imul(b ^ words[i]!, 0x85ebca6b);
    // Otherwise a word's high bits would never reach the low ones.
    b ^= b >>> 15;
  }
  state.set([a, b]);
}

function wordsOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint32Array | Uint8Array {
  return byteOffset % 4 === 0 && byteLength % 4 === 0
    ? new Uint32Array(buffer, byteOffset, byteLength / 4)
    : new Uint8Array(buffer, byteOffset, byteLength);
}
