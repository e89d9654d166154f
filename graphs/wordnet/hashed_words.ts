/** Turns texts into vectors: x[i, hash(word)] += ±1 over the words of text i, then ‖x[i]‖ = 1. */
import type { Matrix } from "../graph.ts";
import { zeros } from "../matrix.ts";

/** One row per text, of norm 1, or 0 where a text has no words or they cancel. */
export function hashedWords(texts: string[], channels: number): Matrix {
  if (!Number.isInteger(channels) || channels < 1) {
    throw new RangeError(
      `Cannot hash words into ${channels} channels as that must be a whole number from 1`,
    );
  }
  const x = zeros(texts.length, channels);
  for (const [i, text] of texts.entries()) {
    const row = x.data.subarray(i * channels, (i + 1) * channels);
    for (const word of text.toLowerCase().match(/[a-z]+/g) ?? []) {
      const hash = fnv1a(word);
      // The sign keeps words that share a channel from adding up, on average.
      row[(hash >>> 1) % channels]! += hash & 1 ? 1 : -1;
    }
    const norm = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
    if (norm > 0) row.forEach((value, c) => row[c] = value / norm);
  }
  return x;
}

/** 32-bit FNV-1a with a final mix: its lowest bits alone are weak. */
function fnv1a(word: string): number {
  let hash = 0x811c9dc5;
  for (let k = 0; k < word.length; k++) hash = Math.imul(hash ^ word.charCodeAt(k), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}
