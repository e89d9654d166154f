/**
 * The verbs of WordNet 3.1: which sentence frames does a verb take ("Somebody ----s something to
 * somebody"), told from its gloss and from the verbs around it? Real, and small enough to install.
 */
import { checkGraph } from "../check.ts";
import type { Graph, Matrix } from "../graph.ts";
import { hashedWords } from "./hashed_words.ts";
import { zeros } from "../matrix.ts";
import { pointerEdges, type PointerType } from "./pointer_edges.ts";
import { Random } from "../random.ts";
import { randomSplit } from "../split.ts";
import { broken, readSynsets, type Synset, type WordnetOptions } from "./synsets.ts";

/** The pointers that become edges, in the order of their edge features; then comes "reversed". */
export const EDGE_TYPES = [
  { symbol: "!", name: "antonym", inverse: "!" },
  { symbol: "@", name: "hypernym", inverse: "~" },
  { symbol: "~", name: "troponym", inverse: "@" },
  { symbol: "*", name: "entailment", inverse: undefined },
  { symbol: ">", name: "cause", inverse: undefined },
  { symbol: "^", name: "also see", inverse: "^" },
  { symbol: "$", name: "verb group", inverse: "$" },
] as const satisfies readonly PointerType[];

/** The fewest verbs that must take a frame for it to be a target: rarer frames cannot judge a model. */
const FEWEST_VERBS = 100;

/** Reads the graph of verbs: pointers are edges, sentence frames are tasks, glosses are features. */
export async function wordnetFrames(options: WordnetOptions = {}): Promise<Graph> {
  const { folder, channels = 128, seed = 0 } = options;
  const verbs = await readSynsets(["v"], folder);
  return checkGraph({
    name: "wordnet-frames",
    nodes: verbs.length,
    ...pointerEdges(verbs, EDGE_TYPES),
    x: hashedWords(verbs.map(({ gloss }) => gloss), channels),
    labels: frameLabels(verbs),
    split: randomSplit(verbs.length, new Random(seed)),
  });
}

/** The frames that enough verbs take, ascending: the meaning of each column of the labels. */
export function commonFrames(verbs: readonly Synset[]): number[] {
  const counts = new Map<number, number>();
  for (const { frames } of verbs) {
    for (const frame of frames) counts.set(frame, (counts.get(frame) ?? 0) + 1);
  }
  return [...counts.keys()].filter((frame) => counts.get(frame)! >= FEWEST_VERBS)
    .sort((a, b) => a - b);
}

function frameLabels(verbs: readonly Synset[]): Matrix {
  const frames = commonFrames(verbs);
  if (frames.length === 0) {
    throw broken(
      `no sentence frame in ${verbs[0]!.path} is taken by ${FEWEST_VERBS} verbs`,
      `found ${verbs.length} verbs`,
    );
  }
  const labels = zeros(verbs.length, frames.length);
  for (const [i, verb] of verbs.entries()) {
    frames.forEach((frame, task) => {
      labels.data[i * frames.length + task] = verb.frames.has(frame) ? 1 : 0;
    });
  }
  return labels;
}
