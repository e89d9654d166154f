/**
 * A map by short rows of numbers. They are compared as they stand in a row that is used again, where a key
 * of a `Map` would have to be made for each look: a step of a thousand layers looks 170,000 times.
 */

/** The row that is looked for: whole numbers below 2³², and as many as were added since `begin`. */
export class NumberKey {
  #words = new Uint32Array(64);
  #length = 0;

  /** Empties the row. */
  begin(): this {
    this.#length = 0;
    return this;
  }

  add(word: number): void {
    if (this.#length === this.#words.length) {
      const longer = new Uint32Array(2 * this.#length);
      longer.set(this.#words);
      this.#words = longer;
    }
    this.#words[this.#length++] = word;
  }

  /** A copy of the row, to keep. */
  copy(): Uint32Array {
    return this.#words.slice(0, this.#length);
  }

  equals(words: Uint32Array): boolean {
    if (words.length !== this.#length) return false;
    for (let i = 0; i < words.length; i++) if (words[i] !== this.#words[i]) return false;
    return true;
  }

  get hash(): number {
    return hashOf(this.#words, this.#length);
  }
}

/** Bernstein's hash, with xor. */
function hashOf(words: Uint32Array, length: number): number {
  let hash = length;
  for (let i = 0; i < length; i++) hash = Math.imul(hash, 33) ^ words[i]!;
  return hash;
}

export interface NumberEntry<T> {
  readonly key: Uint32Array;
  readonly value: T;
}

export class NumberMap<T> {
  readonly #entries = new Map<number, NumberEntry<T>[]>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(row: NumberKey): T | undefined {
    const entries = this.#entries.get(row.hash);
    if (entries === undefined) return undefined;
    for (const { key, value } of entries) if (row.equals(key)) return value;
    return undefined;
  }

  /** Adds what `get` has not found. */
  add(row: NumberKey, value: T): NumberEntry<T> {
    const entry = { key: row.copy(), value };
    const entries = this.#entries.get(row.hash);
    if (entries) entries.push(entry);
    else this.#entries.set(row.hash, [entry]);
    this.#size++;
    return entry;
  }

  delete(entry: NumberEntry<T>): void {
    const hash = hashOf(entry.key, entry.key.length);
    const entries = this.#entries.get(hash);
    const at = entries?.indexOf(entry) ?? -1;
    if (at < 0) return;
    entries!.splice(at, 1);
    if (entries!.length === 0) this.#entries.delete(hash);
    this.#size--;
  }

  clear(): void {
    this.#entries.clear();
    this.#size = 0;
  }
}
