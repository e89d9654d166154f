/**
 * Dropout without stored bits: an entry is kept if pcg(channel + pcg(node + key)) ≥ ⌊rate · 2³²⌋,
 * with key = pcg(stream + pcg(step + pcg(seed))) + layer · ⌊2³² / φ⌋. All in exact uint32, as in WGSL and
 * numpy.
 */
import { type Dense, dense, row } from "./matrix.ts";

/** The hash PCG-RXS-M-XS-32 of a number, which wraps at 2³². */
export function pcg(value: number): number {
  const state = (Math.imul(value, 747796405) + 2891336453) >>> 0;
  const word = Math.imul((state >>> ((state >>> 28) + 4)) ^ state, 277803737) >>> 0;
  return ((word >>> 22) ^ word) >>> 0;
}

/** The key of one mask: `step` of training, `stream` and `layer` of the model's masks in that step. */
export function dropoutKey(seed: number, step: number, stream: number, layer = 0): number {
  return ofLayer(pcg(stream + pcg(step + pcg(seed))), layer);
}

/** The key of a layer's mask, from that of layer 0. */
export function ofLayer(key: number, layer: number): number {
  return (key + Math.imul(layer, 2654435769)) >>> 0;
}

/** A mask [rows, cols] of 0 or 1 / (1 - rate); column 0 is channel `firstChannel`. Rate < 1. */
export function dropoutMask(
  key: number,
  rate: number,
  rows: number,
  cols: number,
  firstChannel = 0,
): Dense {
  const mask = dense(rows, cols);
  for (let node = 0; node < rows; node++) {
    for (let c = 0; c < cols; c++) {
      row(mask, node)[c] = keep(key, rate, node, firstChannel + c) ? 1 / (1 - rate) : 0;
    }
  }
  return mask;
}

function keep(key: number, rate: number, node: number, channel: number): boolean {
  return pcg(channel + pcg(node + key)) >= Math.floor(rate * 2 ** 32);
}
