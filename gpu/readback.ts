/** Room to read from the device: staging memory, as large as the largest read up to now. */
import type { Ledger } from "./ledger.ts";
import type { Tensor } from "./tensor.ts";

/** The device that is read from. */
interface Owner {
  /** Told before so many bytes are taken. */
  makeRoom(bytes: number): void;
  /** Makes a staging buffer of so many bytes, in place of the one before. */
  create(bytes: number): void;
}

export class Readback implements Disposable {
  readonly #ledger: Ledger;
  readonly #owner: Owner;
  #bytes = 0;

  constructor(ledger: Ledger, owner: Owner) {
    this.#ledger = ledger;
    this.#owner = owner;
  }

  /** What can be read at once without more memory. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Makes sure that these tensors can be read at once. */
  reserve(tensors: readonly Pick<Tensor, "bytes">[]): void {
    const total = tensors.reduce((sum, tensor) => sum + tensor.bytes, 0);
    if (this.#bytes >= total) return;
    this[Symbol.dispose]();
    this.#owner.makeRoom(total);
    this.#ledger.book("plumbing", this.#bytes = total);
    this.#owner.create(total);
  }

  [Symbol.dispose](): void {
    this.#ledger.book("plumbing", -this.#bytes);
    this.#bytes = 0;
  }
}

/** Tensors in their order, in batches that one buffer holds; no tensor is a batch too. */
export function readbackBatches<T extends Pick<Tensor, "bytes">>(
  tensors: readonly T[],
  maxBufferBytes: number,
): T[][] {
  const batches: T[][] = [[]];
  let bytes = 0;
  for (const tensor of tensors) {
    if (bytes > 0 && bytes + tensor.bytes > maxBufferBytes) {
      batches.push([]);
      bytes = 0;
    }
    batches.at(-1)!.push(tensor);
    bytes += tensor.bytes;
  }
  return batches;
}
