/** Damages files in the ways that disks, cables and people do. */
import { Random } from "../../graphs/random.ts";

/** A file damaged in one place; `what` names it. */
export interface Damaged {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly what: string;
}

/** Every byte of a file in turn with one of its bits flipped, drawn by a seed. */
export function* flippedBits(whole: Uint8Array, seed = 1): Generator<Damaged> {
  const random = new Random(seed);
  for (let at = 0; at < whole.length; at++) {
    const bit = random.below(8);
    const bytes = whole.slice() as Uint8Array<ArrayBuffer>;
    bytes[at]! ^= 1 << bit;
    yield { bytes, what: `bit ${bit} of byte ${at}` };
  }
}

/** A file cut off, bytes lost or repeated in its midst, or overwritten by zeros, drawn by a seed. */
export function* brokenFiles(whole: Uint8Array, count: number, seed = 1): Generator<Damaged> {
  const random = new Random(seed);
  for (let k = 0; k < count; k++) {
    const [a, b] = [random.below(whole.length), random.below(whole.length)];
    const [first, end] = [Math.min(a, b), Math.max(a, b) + 1];
    const kinds: [string, Uint8Array][] = [
      ["cut off", whole.slice(0, first)],
      ["lost", Uint8Array.of(...whole.slice(0, first), ...whole.slice(end))],
      ["repeated", Uint8Array.of(...whole.slice(0, end), ...whole.slice(first))],
      ["zeros", whole.slice().fill(0, first, end)],
    ];
    const [kind, bytes] = kinds[k % kinds.length]!;
    yield { bytes: bytes as Uint8Array<ArrayBuffer>, what: `${kind} at ${first} to ${end}` };
  }
}
