/** Turns WordNet's pointers into typed edges. */
import { fromEdges } from "../csr.ts";
import type { Graph } from "../graph.ts";
import { zeros } from "../matrix.ts";
import { broken, type Synset } from "./synsets.ts";

/** A kind of pointer, and the symbol of the reverse kind, if WordNet has one. */
export interface PointerType {
  readonly symbol: string;
  readonly name: string;
  readonly inverse: string | undefined;
}

/**
 * Makes one edge per pointer of these types, from its set to its target, and one back of the same type,
 * marked as reversed, unless WordNet points back itself. Edge features: a column for each type, in
 * order, then "reversed".
 */
export function pointerEdges(
  synsets: readonly Synset[],
  types: readonly PointerType[],
): Pick<Graph, "rowPtr" | "colIdx" | "edgeFeatures"> {
  const pointers = distinctPointers(synsets, types);
  const inverses = types.map(({ inverse }) => types.findIndex(({ symbol }) => symbol === inverse));
  const edges = [...pointers.values()];
  for (const { source, target, type } of pointers.values()) {
    if (pointers.has(key(target, source, inverses[type]!))) continue;
    edges.push({ source: target, target: source, type, reversed: true });
  }
  const edgeFeatures = zeros(edges.length, types.length + 1);
  for (const [e, { type, reversed }] of edges.entries()) {
    const begin = e * edgeFeatures.cols;
    edgeFeatures.data[begin + type] = 1;
    if (reversed) edgeFeatures.data[begin + types.length] = 1;
  }
  const sources = Uint32Array.from(edges, ({ source }) => source);
  const targets = Uint32Array.from(edges, ({ target }) => target);
  return fromEdges(synsets.length, sources, targets, edgeFeatures);
}

interface Edge {
  readonly source: number;
  readonly target: number;
  readonly type: number;
  readonly reversed?: boolean;
}

/** Pointers between two sets, once each: WordNet repeats them for single words of a set. */
function distinctPointers(
  synsets: readonly Synset[],
  types: readonly PointerType[],
): Map<string, Edge> {
  const nodes = nodesById(synsets);
  const typeOf = new Map(types.map(({ symbol }, type) => [symbol, type]));
  const edges = new Map<string, Edge>();
  for (const [source, { pointers, path, line }] of synsets.entries()) {
    for (const { symbol, target: id } of pointers) {
      const type = typeOf.get(symbol);
      if (type === undefined) continue;
      const target = nodes.get(id);
      if (target === undefined) {
        throw broken(`line ${line} of ${path} points to an unknown set`, `found ${id}`);
      }
      // A few words derive from others of their own set, which is no neighbour of itself.
      if (target !== source) edges.set(key(source, target, type), { source, target, type });
    }
  }
  return edges;
}

function nodesById(synsets: readonly Synset[]): Map<string, number> {
  const nodes = new Map<string, number>();
  for (const { id, path, line } of synsets) {
    if (nodes.has(id)) throw broken(`line ${line} of ${path} repeats set ${id}`);
    nodes.set(id, nodes.size);
  }
  return nodes;
}

function key(source: number, target: number, type: number): string {
  return `${source} ${target} ${type}`;
}
