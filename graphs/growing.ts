/** Numbers that come one after another, nobody knows how many. */

type Numbers = Uint32Array<ArrayBuffer> | Float32Array<ArrayBuffer>;

/** An array that doubles its room when that is full. */
export class Growing<T extends Numbers> {
  #data: T;
  #length = 0;
  readonly #make: new (length: number) => T;

  constructor(make: new (length: number) => T) {
    this.#make = make;
    this.#data = new make(1024);
  }

  push(value: number): void {
    if (this.#length === this.#data.length) {
      const data = new this.#make(2 * this.#length);
      data.set(this.#data);
      this.#data = data;
    }
    this.#data[this.#length++] = value;
  }

  /** The numbers so far, in an array of their own. */
  done(): T {
    return this.#data.slice(0, this.#length) as T;
  }
}
