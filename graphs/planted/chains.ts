/**
 * Makes the chains by which equilibrium networks show how far they see ("Implicit Graph Neural Networks",
 * Gu et al. 2020; "EIGNN", Liu et al. 2021): directed ones, each of a class, which the features of its
 * first node alone show and every node is to tell. Whole chains, as many of each class, make up each part
 * of the split, where those papers draw nodes: so a ceiling is exact.
 */
import { fromEdges } from "../csr.ts";
import type { Graph, Matrix, Split } from "../graph.ts";
import { zeros } from "../matrix.ts";
import { Random } from "../random.ts";
import { resolve } from "../../settings/resolve.ts";
import { CHAINS, type ChainsGiven, type ChainsOptions } from "../settings.ts";
import { randomSplit } from "../split.ts";

/** One random stream per purpose: noise does not change the split. */
const STREAMS = { noise: 0, split: 1 };

/** Values of the largest array that is made: 8 GiB of float32. */
const MOST_VALUES = 2 ** 31;

/** Makes chains; the same options give the same graph. Throws a RangeError for what cannot be made. */
export function chains(given: ChainsGiven): Graph {
  const options = resolve(CHAINS, given);
  checkOptions(options);
  const { length, classes, perClass, seed } = options;
  const nodes = length * classes * perClass;
  // Every node but the first of a chain receives from the one before it.
  const targets = Uint32Array.from(
    { length: nodes - classes * perClass },
    (_, e) => Math.floor(e / (length - 1)) * length + 1 + e % (length - 1),
  );
  const sources = targets.map((target) => target - 1);
  return {
    name: "chains",
    nodes,
    ...fromEdges(nodes, sources, targets, zeros(targets.length, 0)),
    x: featuresOf(options, nodes, new Random(seed, STREAMS.noise)),
    labels: labelsOf(options, nodes),
    classes: true,
    split: splitOf(options, new Random(seed, STREAMS.split)),
  };
}

/**
 * The share of nodes that a network can tell at most whose nodes see what is up to `hops` hops away: those
 * that see their chain's first node, and of the others, which look the same in all classes, one in as many
 * as there are classes. Exact for every part of the split where features have no noise, and with noise the
 * mean over graphs.
 */
export function chainsCeiling(
  { length, classes }: Pick<ChainsOptions, "length" | "classes">,
  hops: number,
): number {
  const seen = Math.min(1, (hops + 1) / length);
  return seen + (1 - seen) / classes;
}

function checkOptions({ length, classes, perClass, features }: ChainsOptions): void {
  if (features < classes) {
    throw new RangeError(
      `Cannot show ${classes} classes by ${features} features: one is needed for each`,
    );
  }
  const values = length * classes * perClass * features;
  if (values <= MOST_VALUES) return;
  throw new RangeError(
    `Cannot make ${classes * perClass} chains of ${length} nodes: their features would have ` +
      `${values} values, expected at most ${MOST_VALUES}`,
  );
}

/** [nodes, features]: 1 in the column of its class at each chain's first node; noise everywhere. */
function featuresOf(options: ChainsOptions, nodes: number, random: Random): Matrix {
  const { length, perClass, features, noise } = options;
  const x = zeros(nodes, features);
  if (noise > 0) {
    for (let at = 0; at < x.data.length; at++) x.data[at] = noise * (2 * random.float() - 1);
  }
  for (let i = 0; i < nodes; i += length) {
    x.data[i * features + Math.floor(i / length / perClass)]! += 1;
  }
  return x;
}

/** [nodes, classes]: chains of a class follow one another. */
function labelsOf({ length, classes, perClass }: ChainsOptions, nodes: number): Matrix {
  const labels = zeros(nodes, classes);
  for (let i = 0; i < nodes; i++) {
    labels.data[i * classes + Math.floor(i / length / perClass)] = 1;
  }
  return labels;
}

/** Draws as many whole chains of each class for each part. */
function splitOf({ length, classes, perClass }: ChainsOptions, random: Random): Split {
  const drawn = Array.from({ length: classes }, () => randomSplit(perClass, random));
  const part = (name: keyof Split) =>
    Uint32Array.from(
      drawn.flatMap((split, label) =>
        Array.from(split[name]).flatMap((chain) =>
          Array.from({ length }, (_, p) => (label * perClass + chain) * length + p)
        )
      ),
    );
  return { train: part("train"), valid: part("valid"), test: part("test") };
}
