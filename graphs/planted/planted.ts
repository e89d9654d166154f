/**
 * Plants a seeded graph with something to learn. Every node has a hidden state h₀ around its
 * community's centre, and h₂ is the mean of h₀ over its neighbours' neighbours. Task t is 1 for the
 * nodes with the largest w_t · h₂, noise apart; with classes, a node's class is the t of largest w_t · h₂.
 * x and the edge features only hint at h₀: a model has to look around, twice.
 */
import type { Graph, Matrix } from "../graph.ts";
import type { Rows } from "../csr.ts";
import { takeRows, zeros } from "../matrix.ts";
import { type PlantedEdges, plantedEdges } from "./planted_edges.ts";
import { plantedLabels } from "./planted_labels.ts";
import { Random } from "../random.ts";
import { resolve } from "../../settings/resolve.ts";
import { PLANTED, type PlantedGiven, type PlantedOptions } from "../settings.ts";
import { randomSplit } from "../split.ts";

/** Size of the hidden state. */
const HIDDEN = 8;
const HOPS = 2;

/** One random stream per purpose: more tasks do not change the edges. */
const STREAMS = {
  edges: 0,
  hidden: 1,
  edgeFeatures: 2,
  x: 3,
  labels: 4,
  oneHot: 5,
  split: 6,
  confidence: 7,
  noise: 8,
};

/** Plants a graph; the same options give the same graph. */
export function planted(given: PlantedGiven): Graph {
  const options = resolve(PLANTED, given);
  const { features, edgeFeatures, classes, categories, confidence, seed, ...shape } = options;
  const { nodes, communities } = shape;
  checkOptions(options);
  const stream = (purpose: keyof typeof STREAMS) => new Random(seed, STREAMS[purpose]);

  const edges = plantedEdges(shape, stream("edges"));
  const hidden = hiddenStates(nodes, communities, stream("hidden"));
  const hints = edgeHints(edges, hidden, edgeFeatures, stream("edgeFeatures"));
  const ofEdges = confidence > 0
    ? withConfidence(hints, edges, { communities, confidence }, stream("confidence"))
    : hints;
  const oneHot = categories > 0 ? randomOneHot(nodes, categories, stream("oneHot")) : undefined;
  let seen = hidden;
  for (let hop = 0; hop < HOPS; hop++) seen = neighbourMean(edges, seen);
  return {
    name: "planted",
    nodes,
    rowPtr: edges.rowPtr,
    colIdx: edges.colIdx,
    edgeFeatures: ofEdges,
    x: oneHot ? edgeSums(edges, ofEdges) : nodeHints(hidden, features, stream("x")),
    ...(oneHot && { oneHot }),
    labels: plantedLabels(seen, oneHot, options, {
      weights: stream("labels"),
      noise: stream("noise"),
    }),
    ...(classes && { classes }),
    split: randomSplit(nodes, stream("split")),
  };
}

/** Values of the largest array that is planted: 8 GiB of float32. */
const MOST_VALUES = 2 ** 31;

function checkOptions(options: PlantedOptions): void {
  const { nodes, degree, regular, tasks, classes } = options;
  if (classes && tasks === 0) {
    throw new RangeError("Cannot plant a graph of 0 classes: one is needed");
  }
  if (regular ? Number.isInteger(degree) : degree < nodes) return checkArrays(options);
  throw new RangeError(
    `Cannot plant ${nodes} nodes with degree ${degree}: expected ` +
      (regular ? "a whole number, as each node has just so many" : `0 to ${nodes - 1} neighbours`),
  );
}

function checkArrays(options: PlantedOptions): void {
  const { nodes, degree, features, edgeFeatures, tasks, categories } = options;
  const columns = Math.max(HIDDEN, features, tasks, categories);
  const arrays = { nodes: nodes * columns, edges: nodes * degree * Math.max(1, edgeFeatures) };
  for (const [what, values] of Object.entries(arrays)) {
    if (values <= MOST_VALUES) continue;
    throw new RangeError(
      `Cannot plant ${nodes} nodes with degree ${degree}: their ${what} would have ${values} values, ` +
        `expected at most ${MOST_VALUES}`,
    );
  }
}

/** h₀, [nodes, HIDDEN]: centre of the community + noise of the same size. */
function hiddenStates(nodes: number, communities: number, random: Random): Matrix {
  const centres = Float64Array.from({ length: communities * HIDDEN }, () => random.normal());
  const hidden = zeros(nodes, HIDDEN);
  for (let at = 0; at < hidden.data.length; at++) {
    const community = Math.floor(at / HIDDEN) % communities;
    hidden.data[at] = centres[community * HIDDEN + at % HIDDEN]! + random.normal();
  }
  return hidden;
}

/** [edges, channels] in [0, 1]: half signal, the sum of both ends' states, and half noise. */
function edgeHints(edges: PlantedEdges, hidden: Matrix, channels: number, random: Random): Matrix {
  const { sources, targets } = edges.pairs;
  const hints = zeros(sources.length, channels);
  for (let p = 0, at = 0; p < sources.length; p++) {
    for (let c = 0; c < channels; c++, at++) {
      const h = c % HIDDEN;
      const sum = hidden.data[sources[p]! * HIDDEN + h]! + hidden.data[targets[p]! * HIDDEN + h]!;
      hints.data[at] = (1 / (1 + Math.exp(-sum)) + random.float()) / 2;
    }
  }
  return takeRows(hints, edges.edge);
}

/** The hints, and as so large a share of them whether an edge is within a community: rather more, or rather less. */
function withConfidence(
  hints: Matrix,
  { edge, pairs }: PlantedEdges,
  { communities, confidence }: Pick<PlantedOptions, "communities" | "confidence">,
  random: Random,
): Matrix {
  const { sources, targets } = pairs;
  const told = zeros(sources.length, hints.cols);
  for (let p = 0, at = 0; p < sources.length; p++) {
    const pick = sources[p]! % communities === targets[p]! % communities ? Math.max : Math.min;
    for (let c = 0; c < hints.cols; c++, at++) {
      told.data[at] = pick(random.float(), random.float());
    }
  }
  const ofEdges = takeRows(told, edge);
  const data = hints.data.map((hint, at) =>
    (1 - confidence) * hint + confidence * ofEdges.data[at]!
  );
  return { ...hints, data };
}

/** x = h₀ W + noise of the same size, [nodes, features]. */
function nodeHints(hidden: Matrix, features: number, random: Random): Matrix {
  const weight = Float64Array.from({ length: HIDDEN * features }, () => random.normal());
  const x = zeros(hidden.rows, features);
  for (let at = 0; at < x.data.length; at++) {
    const node = Math.floor(at / features);
    let sum = Math.sqrt(2 * HIDDEN) * random.normal();
    for (let h = 0; h < HIDDEN; h++) {
      sum += hidden.data[node * HIDDEN + h]! * weight[h * features + at % features]!;
    }
    x.data[at] = sum / Math.sqrt(4 * HIDDEN);
  }
  return x;
}

/** x_i = Σ u_e over the in-edges e of i: the only features that ogbn-proteins has of a node. */
function edgeSums({ rowPtr }: Rows, edgeFeatures: Matrix): Matrix {
  const { data, cols } = edgeFeatures;
  const x = zeros(rowPtr.length - 1, cols);
  for (let i = 0; i < x.rows; i++) {
    for (let at = rowPtr[i]! * cols; at < rowPtr[i + 1]! * cols; at++) {
      x.data[i * cols + at % cols]! += data[at]!;
    }
  }
  return x;
}

/** The mean over each node's in-edges; a node without any keeps its own row. */
function neighbourMean({ rowPtr, colIdx }: Rows, x: Matrix): Matrix {
  const { data, cols } = x;
  const mean = zeros(x.rows, cols);
  for (let i = 0; i < x.rows; i++) {
    const [begin, end] = [rowPtr[i]!, rowPtr[i + 1]!];
    for (let c = 0; c < cols; c++) {
      let sum = begin === end ? data[i * cols + c]! : 0;
      for (let e = begin; e < end; e++) sum += data[colIdx[e]! * cols + c]!;
      mean.data[i * cols + c] = sum / Math.max(1, end - begin);
    }
  }
  return mean;
}

function randomOneHot(nodes: number, categories: number, random: Random): Matrix {
  const oneHot = zeros(nodes, categories);
  for (let i = 0; i < nodes; i++) oneHot.data[i * categories + random.below(categories)] = 1;
  return oneHot;
}
