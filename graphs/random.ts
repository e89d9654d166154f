/** Seeded random numbers: xoshiro128** (Blackman and Vigna, 2018), with independent streams. */

/**
 * The first random stream of each purpose of a run, which takes one for each epoch, step or view. Streams
 * below all of these are the data sets' and the initial values'.
 */
export const RANDOM_STREAMS = {
  partitions: 2 ** 32,
  labelSplits: 2 ** 33,
  views: 2 ** 34,
} as const;

/** A generator; the same seed and stream give the same numbers on every machine. */
export class Random {
  #state: Uint32Array;

  /** Streams of one seed are independent: give each purpose its own. */
  constructor(seed: number, stream = 0) {
    const mix = mixer(0x9e3779b9);
    const key = [...words("seed", seed), ...words("stream", stream)];
    for (const word of key) mix(word);
    this.#state = Uint32Array.from(key, () => mix(0));
  }

  /** Uniform in 0 … 2³² - 1. */
  uint32(): number {
    const s = this.#state as unknown as [number, number, number, number];
    const out = Math.imul(rotate(Math.imul(s[1], 5), 7), 9) >>> 0;
    const shifted = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = rotate(s[3], 11);
    return out;
  }

  /** Uniform in [0, 1) in steps of 2⁻²⁴: exact, and still below 1, as a float32. */
  float(): number {
    return (this.uint32() >>> 8) * 2 ** -24;
  }

  /** Uniform in 0 … n - 1, without the bias of a bare remainder. */
  below(n: number): number {
    if (!Number.isInteger(n) || n < 1 || n > 2 ** 32) {
      throw new RangeError(
        `Cannot draw below ${n} as the bound must be a whole number from 1 to 4294967296`,
      );
    }
    const limit = 2 ** 32 - 2 ** 32 % n;
    let drawn = this.uint32();
    while (drawn >= limit) drawn = this.uint32();
    return drawn % n;
  }

  /** Normal with mean 0 and variance 1 (Box–Muller). */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.float()));
    return radius * Math.cos(2 * Math.PI * this.float());
  }

  /** The numbers 0 … n - 1 in random order (Fisher–Yates). */
  permutation(n: number): Uint32Array {
    const order = new Uint32Array(n);
    for (let i = 0; i < n; i++) order[i] = i;
    for (let i = n - 1; i > 0; i--) {
      const j = this.below(i + 1);
      const moved = order[i]!;
      order[i] = order[j]!;
      order[j] = moved;
    }
    return order;
  }
}

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

/** Absorbs words and returns words; every bit absorbed changes half the bits of the next. */
function mixer(start: number): (word: number) => number {
  let h = start;
  return (word) => {
    h = (h + 0x9e3779b9) ^ word;
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    h ^= h >>> 16;
    return h >>> 0;
  };
}

function words(what: string, value: number): [low: number, high: number] {
  if (!Number.isSafeInteger(value)) {
    throw new RangeError(`Cannot draw with ${what} ${value} as it must be a whole number`);
  }
  return [value >>> 0, Math.floor(value / 2 ** 32) >>> 0];
}
