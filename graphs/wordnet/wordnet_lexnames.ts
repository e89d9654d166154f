/**
 * All of WordNet 3.1: which of the lexicographers' files was a set of synonyms written in (animals,
 * feelings, verbs of motion), told from its gloss and from the sets around it? 117,791 nodes, 45 classes.
 * Part of speech is no feature, as it tells the file of most; some types of pointers hint at it.
 */
import { checkGraph } from "../check.ts";
import type { Graph, Matrix } from "../graph.ts";
import { hashedWords } from "./hashed_words.ts";
import { zeros } from "../matrix.ts";
import { pointerEdges, type PointerType } from "./pointer_edges.ts";
import { Random } from "../random.ts";
import { randomSplit } from "../split.ts";
import { broken, readSynsets, type Synset, type WordnetOptions } from "./synsets.ts";

/** All pointers of WordNet, in the order of their edge features; then comes "reversed". */
export const POINTER_TYPES = [
  { symbol: "!", name: "antonym", inverse: "!" },
  { symbol: "@", name: "hypernym", inverse: "~" },
  { symbol: "~", name: "hyponym", inverse: "@" },
  { symbol: "@i", name: "instance hypernym", inverse: "~i" },
  { symbol: "~i", name: "instance hyponym", inverse: "@i" },
  { symbol: "#m", name: "member holonym", inverse: "%m" },
  { symbol: "%m", name: "member meronym", inverse: "#m" },
  { symbol: "#s", name: "substance holonym", inverse: "%s" },
  { symbol: "%s", name: "substance meronym", inverse: "#s" },
  { symbol: "#p", name: "part holonym", inverse: "%p" },
  { symbol: "%p", name: "part meronym", inverse: "#p" },
  { symbol: "=", name: "attribute", inverse: "=" },
  { symbol: "+", name: "derivation", inverse: "+" },
  { symbol: ";c", name: "topic", inverse: "-c" },
  { symbol: "-c", name: "member of a topic", inverse: ";c" },
  { symbol: ";r", name: "region", inverse: "-r" },
  { symbol: "-r", name: "member of a region", inverse: ";r" },
  { symbol: ";u", name: "usage", inverse: "-u" },
  { symbol: "-u", name: "member of a usage", inverse: ";u" },
  { symbol: "*", name: "entailment", inverse: undefined },
  { symbol: ">", name: "cause", inverse: undefined },
  { symbol: "^", name: "also see", inverse: "^" },
  { symbol: "$", name: "verb group", inverse: "$" },
  { symbol: "&", name: "similar to", inverse: "&" },
  { symbol: "<", name: "participle of a verb", inverse: undefined },
  { symbol: "\\", name: "pertainym, or the adjective of an adverb", inverse: undefined },
] as const satisfies readonly PointerType[];

/** Files of the lexicographers, numbered from 0. */
const LEXNAMES = 45;

/** Reads all of WordNet: pointers are edges, lexicographers' files are classes, glosses are features. */
export async function wordnetLexnames(options: WordnetOptions = {}): Promise<Graph> {
  const { folder, channels = 128, seed = 0 } = options;
  const synsets = await readSynsets(["n", "v", "a", "r"], folder);
  return checkGraph({
    name: "wordnet-lexnames",
    nodes: synsets.length,
    ...pointerEdges(synsets, POINTER_TYPES),
    x: hashedWords(synsets.map(({ gloss }) => gloss), channels),
    labels: lexnameLabels(synsets),
    classes: true,
    split: randomSplit(synsets.length, new Random(seed)),
  });
}

function lexnameLabels(synsets: readonly Synset[]): Matrix {
  const labels = zeros(synsets.length, LEXNAMES);
  for (const [i, { lexname, path, line }] of synsets.entries()) {
    if (lexname >= LEXNAMES) {
      throw broken(`line ${line} of ${path} is of an unknown file`, `found ${lexname}`);
    }
    labels.data[i * LEXNAMES + lexname] = 1;
  }
  return labels;
}
