/** A file with each of its bytes changed in turn; other damage is drawn in tests/properties/inputs.ts. */

/** A file damaged in one place; `what` names it. */
export interface Damaged {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly what: string;
}

/** Every byte of a file in turn with one of its bits flipped, each of the eight as often. */
export function* flippedBits(whole: Uint8Array): Generator<Damaged> {
  for (let at = 0; at < whole.length; at++) {
    const bit = at % 8;
    const bytes = whole.slice() as Uint8Array<ArrayBuffer>;
    bytes[at]! ^= 1 << bit;
    yield { bytes, what: `bit ${bit} of byte ${at}` };
  }
}
