/**
 * The verbs of WordNet 3.1: which sentence frames does a verb take ("Somebody ----s something to
 * somebody"), told from its gloss and from the verbs around it? Real, and small enough to install.
 */
import { checkGraph } from "./check.ts";
import { fromEdges } from "./csr.ts";
import type { Graph, Matrix } from "./graph.ts";
import { hashedWords } from "./hashed_words.ts";
import { zeros } from "./matrix.ts";
import { Random } from "./random.ts";
import { randomSplit } from "./split.ts";
import { broken, readVerbs, type Synset, type Verbs } from "./synsets.ts";

/** The pointers that become edges, in the order of their edge features; then comes "reversed". */
export const EDGE_TYPES = [
  { symbol: "!", name: "antonym", inverse: "!" },
  { symbol: "@", name: "hypernym", inverse: "~" },
  { symbol: "~", name: "troponym", inverse: "@" },
  { symbol: "*", name: "entailment", inverse: undefined },
  { symbol: ">", name: "cause", inverse: undefined },
  { symbol: "^", name: "also see", inverse: "^" },
  { symbol: "$", name: "verb group", inverse: "$" },
] as const;

/** A frame is a target if so many verbs take it: rarer ones are too few to judge a model by. */
const FEWEST_VERBS = 100;

/** Where WordNet lies, if not in the installed package; the width of `x`; the split's seed. */
export interface WordnetFramesOptions {
  readonly folder?: string;
  readonly channels?: number;
  readonly seed?: number;
}

/** Reads the graph of verbs: an edge a pointer, a target a sentence frame, glosses as features. */
export async function wordnetFrames(options: WordnetFramesOptions = {}): Promise<Graph> {
  const { folder, channels = 128, seed = 0 } = options;
  const verbs = await readVerbs(folder);
  const { synsets } = verbs;
  return checkGraph({
    name: "wordnet-frames",
    nodes: synsets.length,
    ...pointerEdges(verbs),
    x: hashedWords(synsets.map((verb) => verb.gloss), channels),
    labels: frameLabels(verbs),
    split: randomSplit(synsets.length, new Random(seed)),
  });
}

/** The frames that enough verbs take, ascending: the meaning of each column of the labels. */
export function commonFrames(synsets: readonly Synset[]): number[] {
  const counts = new Map<number, number>();
  for (const { frames } of synsets) {
    for (const frame of frames) counts.set(frame, (counts.get(frame) ?? 0) + 1);
  }
  return [...counts.keys()].filter((frame) => counts.get(frame)! >= FEWEST_VERBS)
    .sort((a, b) => a - b);
}

function frameLabels({ path, synsets }: Verbs): Matrix {
  const frames = commonFrames(synsets);
  if (frames.length === 0) {
    throw broken(
      `no sentence frame in ${path} is taken by ${FEWEST_VERBS} verbs`,
      `found ${synsets.length} verbs`,
    );
  }
  const labels = zeros(synsets.length, frames.length);
  for (const [i, verb] of synsets.entries()) {
    frames.forEach((frame, task) => {
      labels.data[i * frames.length + task] = verb.frames.has(frame) ? 1 : 0;
    });
  }
  return labels;
}

/**
 * One edge per pointer, from its verb to the one it names, and one back of the same type, marked as
 * reversed, wherever WordNet does not itself point back.
 */
function pointerEdges(verbs: Verbs): Pick<Graph, "rowPtr" | "colIdx" | "edgeFeatures"> {
  const pointers = distinctPointers(verbs);
  const edges = [...pointers.values()];
  for (const { source, target, type } of pointers.values()) {
    const inverse = EDGE_TYPES.findIndex(({ symbol }) => symbol === EDGE_TYPES[type]!.inverse);
    if (pointers.has(key(target, source, inverse))) continue;
    edges.push({ source: target, target: source, type, reversed: true });
  }
  const edgeFeatures = zeros(edges.length, EDGE_TYPES.length + 1);
  for (const [e, { type, reversed }] of edges.entries()) {
    const begin = e * edgeFeatures.cols;
    edgeFeatures.data[begin + type] = 1;
    if (reversed) edgeFeatures.data[begin + EDGE_TYPES.length] = 1;
  }
  const sources = Uint32Array.from(edges, ({ source }) => source);
  const targets = Uint32Array.from(edges, ({ target }) => target);
  return fromEdges(verbs.synsets.length, sources, targets, edgeFeatures);
}

interface Edge {
  readonly source: number;
  readonly target: number;
  readonly type: number;
  readonly reversed?: boolean;
}

/** Pointers between two verbs, once each: WordNet repeats them for single words of a set. */
function distinctPointers({ path, synsets }: Verbs): Map<string, Edge> {
  const nodes = new Map<string, number>();
  for (const { offset, line } of synsets) {
    if (nodes.has(offset)) throw broken(`line ${line} of ${path} repeats verb ${offset}`);
    nodes.set(offset, nodes.size);
  }
  const edges = new Map<string, Edge>();
  for (const [source, { pointers, line }] of synsets.entries()) {
    for (const { symbol, offset } of pointers) {
      const type = EDGE_TYPES.findIndex((type) => type.symbol === symbol);
      if (type < 0) continue;
      const target = nodes.get(offset);
      if (target === undefined) {
        throw broken(`line ${line} of ${path} points to an unknown verb`, `found ${offset}`);
      }
      edges.set(key(source, target, type), { source, target, type });
    }
  }
  return edges;
}

function key(source: number, target: number, type: number): string {
  return `${source} ${target} ${type}`;
}
