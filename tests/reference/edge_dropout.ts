/**
 * Edge dropout without stored bits: of M edges those e with π(e) < ⌊M · rate⌋ go. π is a Feistel network
 * of six rounds over 2b bits, b = ⌈log₂ M / 2⌉, applied until it falls below M, with round function
 * pcg(right + pcg(round + key)) mod 2^b and key = pcg(layer + the step's key). All in exact uint32.
 */
import { pcg } from "./dropout.ts";

const ROUNDS = 6;

/** π as an array: where each of `edges` edges is sent. */
export function edgePermutation(edges: number, key: number): Uint32Array {
  let half = 0;
  while (4 ** half < edges) half++;
  const size = 2 ** half;
  const once = (value: number) => {
    let [left, right] = [Math.floor(value / size), value % size];
    for (let round = 0; round < ROUNDS; round++) {
      [left, right] = [right, (left ^ pcg(right + pcg(round + key)) % size) >>> 0];
    }
    return left * size + right;
  };
  return Uint32Array.from({ length: edges }, (_, edge) => {
    let place = once(edge);
    while (place >= edges) place = once(place);
    return place;
  });
}

/** keep [edges]: 0 for dropped edges, 1 for the others. */
export function edgeDropout(
  edges: number,
  { key, rate, layer }: { key: number; rate: number; layer: number },
): Uint32Array {
  const dropped = Math.floor(edges * rate);
  return edgePermutation(edges, pcg(layer + key)).map((place) => Number(place >= dropped));
}
