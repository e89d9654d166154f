/** Rows as the device holds them, padded with zeros to whole vec4: what goes up, piece by piece. */
import type { Tensor } from "./tensor.ts";

/** Bytes of a piece, unless a row takes more: what the driver stages stays small. */
const PIECE_BYTES = 2 ** 26;

export interface Piece {
  /** Bytes into the tensor. */
  readonly offset: number;
  readonly data: Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>;
}

/** A tensor's rows of unpadded values as pieces of padded ones, one after the other. */
export function* paddedPieces(
  { rows, cols, stride, bytes }: Tensor,
  data: Float32Array | Uint32Array,
  pieceBytes = PIECE_BYTES,
): Generator<Piece> {
  const Words = data.constructor as Uint32ArrayConstructor;
  const words = bytes / 4;
  // Rows without padding between them are one line.
  const line = rows === 1 || cols === stride;
  const unit = line ? 4 : stride;
  const most = Math.max(1, Math.floor(pieceBytes / (4 * unit))) * unit;
  for (let first = 0; first < words; first += most) {
    const piece = new Words(Math.min(most, words - first));
    if (line) piece.set(data.subarray(first, first + most));
    else {
      for (let at = 0; at < piece.length; at += stride) {
        const from = (first + at) / stride * cols;
        piece.set(data.subarray(from, from + cols), at);
      }
    }
    yield { offset: 4 * first, data: piece };
  }
}
