/** A set of nodes in a quarter of a byte for each node of the graph; it tells a member's place in it. */

export class NodeSet {
  /** A bit for each node of the graph. */
  readonly #bits: Uint32Array;
  /** [words of bits]: members before each word. */
  readonly #before: Uint32Array;

  /** The set of `nodes`, which must ascend below `count`. */
  constructor(count: number, nodes: Uint32Array) {
    checkAscending(count, nodes);
    const words = Math.ceil(count / 32);
    this.#bits = new Uint32Array(words);
    this.#before = new Uint32Array(words);
    for (const node of nodes) this.#bits[node >>> 5]! |= 1 << (node & 31);
    for (let word = 1; word < words; word++) {
      this.#before[word] = this.#before[word - 1]! + ones(this.#bits[word - 1]!);
    }
  }

  /** How many members are smaller than this one; −1 for a node that is none. */
  place(node: number): number {
    const [word, bit] = [node >>> 5, 1 << (node & 31)];
    const bits = this.#bits[word]!;
    return (bits & bit) === 0 ? -1 : this.#before[word]! + ones(bits & (bit - 1));
  }
}

/** Throws a sentence unless a sub-graph's nodes ascend. */
export function checkAscending(count: number, nodes: Uint32Array): void {
  let last = -1;
  for (let k = 0; k < nodes.length; k++) {
    const node = nodes[k]!;
    if (node <= last || node >= count) {
      throw new RangeError(
        `Cannot induce a sub-graph as its nodes must ascend below ${count}: ` +
          `nodes[${k}] is ${node}` + (k > 0 ? ` after ${last}` : ""),
      );
    }
    last = node;
  }
}

/** Bits of a word that are set. */
function ones(word: number): number {
  word -= (word >>> 1) & 0x55555555;
  word = (word & 0x33333333) + ((word >>> 2) & 0x33333333);
  return Math.imul((word + (word >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
