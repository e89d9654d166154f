/**
 * Draws the edges of a planted graph: most pairs lie within a community; or every node gets equally
 * many.
 */
import { compress, type Rows } from "../csr.ts";
import type { Random } from "../random.ts";
import type { PlantedOptions } from "../settings.ts";

/** How many edges to draw, and between which nodes. */
export type PlantedShape = Pick<
  PlantedOptions,
  "nodes" | "degree" | "communities" | "skew" | "regular" | "within"
>;

/** Rows whose `edge` numbers pairs, so that both directions of one pair share its features. */
export interface PlantedEdges extends Rows {
  readonly pairs: Pairs;
}

interface Pairs {
  readonly sources: Uint32Array;
  readonly targets: Uint32Array;
}

/** Stands for a node paired with itself; it counts as a draw, so that drawing ends. */
const LOOP = -1;

/** Draws the edges; the same shape and generator give the same edges. */
export function plantedEdges(shape: PlantedShape, random: Random): PlantedEdges {
  const { nodes, degree } = shape;
  if (shape.regular) {
    const targets = Uint32Array.from({ length: nodes * degree }, (_, e) => Math.floor(e / degree));
    const pairs = { sources: targets.map(() => random.below(nodes)), targets };
    return { ...compress(nodes, pairs.sources, pairs.targets), pairs };
  }
  const pairs = distinctPairs(shape, random);
  const { sources, targets } = pairs;
  const rows = compress(nodes, join(sources, targets), join(targets, sources));
  return { ...rows, edge: rows.edge.map((e) => e % sources.length), pairs };
}

function join(first: Uint32Array, second: Uint32Array): Uint32Array {
  const both = new Uint32Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

/**
 * Draws until there are enough distinct pairs; sorts to find repeats, as a Set cannot hold so many
 * keys.
 */
function distinctPairs(shape: PlantedShape, random: Random): Pairs {
  const { nodes, degree } = shape;
  const wanted = Math.round(nodes * degree / 2);
  const drawPair = pairDrawer(shape, random);
  let keys = new Float64Array(0);
  for (let rounds = 100 + 5e6 / wanted; keys.length < wanted && rounds > 0; rounds--) {
    const more = new Float64Array(wanted);
    more.set(keys);
    for (let k = keys.length; k < wanted; k++) more[k] = drawPair();
    more.sort();
    keys = more.filter((key, k) => key !== LOOP && key !== more[k - 1]);
  }
  if (keys.length < wanted) {
    throw new RangeError(
      `Cannot plant ${nodes} nodes with ${degree} neighbours each as only ${keys.length} of ` +
        `${wanted} pairs were found: lower degree or skew`,
    );
  }
  return {
    sources: Uint32Array.from(keys, (key) => Math.floor(key / nodes)),
    targets: Uint32Array.from(keys, (key) => key % nodes),
  };
}

/** A pair {i, j}, i < j, as the number i · nodes + j; hubs come up by their weight. */
function pairDrawer(
  { nodes, communities, skew, within }: PlantedShape,
  random: Random,
): () => number {
  const members = Uint32Array.from({ length: nodes }, (_, i) => i)
    .sort((a, b) => a % communities - b % communities || a - b);
  const reach = new Float64Array(nodes + 1); // weight of all members before
  for (let p = 0; p < nodes; p++) reach[p + 1] = reach[p]! + Math.exp(skew * random.normal());
  const begins = new Uint32Array(communities + 1);
  for (const i of members) begins[i % communities + 1]!++;
  for (let c = 0; c < communities; c++) begins[c + 1]! += begins[c]!;

  const pick = (begin: number, end: number): number => {
    const at = reach[begin]! + random.float() * (reach[end]! - reach[begin]!);
    let [low, high] = [begin, end - 1];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (reach[middle + 1]! > at) high = middle;
      else low = middle + 1;
    }
    return members[low]!;
  };
  return () => {
    const i = pick(0, nodes);
    const c = i % communities;
    const j = random.float() < within ? pick(begins[c]!, begins[c + 1]!) : pick(0, nodes);
    return i === j ? LOOP : Math.min(i, j) * nodes + Math.max(i, j);
  };
}
