/**
 * A dense matrix that lies within a file, read piece by piece into float32: neither the file nor its values
 * of another type are ever in memory as a whole.
 */
import { crc32 } from "node:zlib";
import { fill } from "../files/fill.ts";
import type { Matrix } from "../graph.ts";

/** Types of values, and how a piece of a file's bytes is seen as them. */
const TYPES = {
  f2: { bytes: 2, of: (buffer: ArrayBuffer) => new Float16Array(buffer) },
  f4: { bytes: 4, of: (buffer: ArrayBuffer) => new Float32Array(buffer) },
  f8: { bytes: 8, of: (buffer: ArrayBuffer) => new Float64Array(buffer) },
  /** The upper half of a float32. */
  bf2: {
    bytes: 2,
    of: (buffer: ArrayBuffer) =>
      new Float32Array(Uint32Array.from(new Uint16Array(buffer), (half) => half << 16).buffer),
  },
  u1: { bytes: 1, of: (buffer: ArrayBuffer) => new Uint8Array(buffer) },
  i1: { bytes: 1, of: (buffer: ArrayBuffer) => new Int8Array(buffer) },
  b1: { bytes: 1, of: (buffer: ArrayBuffer) => new Uint8Array(buffer) },
  i4: { bytes: 4, of: (buffer: ArrayBuffer) => new Int32Array(buffer) },
} as const;
/** The type of a matrix's values in a file, as NumPy calls them; `bf2` is bfloat16. */
export type DenseType = keyof typeof TYPES;

/** Where a matrix lies in a file, and as what. */
export interface DenseMatrix {
  readonly type: DenseType;
  readonly rows: number;
  readonly cols: number;
  /** The byte at which its values begin. */
  readonly at: number;
  /** Whether columns follow one another, instead of rows. */
  readonly byColumns?: boolean;
  /** Throws if their CRC-32, taken on from `from` or 0, says that they are damaged. */
  readonly checkValues?: (sum: number) => void;
  readonly from?: number;
}

export function isDenseType(type: string): type is DenseType {
  return Object.hasOwn(TYPES, type);
}

export function bytesOf({ type, rows, cols }: DenseMatrix): number {
  return rows * cols * TYPES[type].bytes;
}

/** Bytes that are read at once; whole values of every type. */
const PIECE = 2 ** 22;

/** Reads the matrix into the columns of `into` from `firstColumn` on. Throws a clause if the file ends early. */
export async function readDense(
  file: Deno.FsFile,
  matrix: DenseMatrix,
  into: Matrix,
  firstColumn: number,
): Promise<void> {
  const { type, rows, cols, at, byColumns = false, checkValues, from = 0 } = matrix;
  const end = bytesOf(matrix);
  const { size } = await file.stat();
  if (size < at + end) {
    throw new Error(`its values end at byte ${at + end}, the file has ${size}: it is cut off`);
  }
  await file.seek(at, Deno.SeekMode.Start);
  let [row, col, sum] = [0, 0, from];
  for (let done = 0; done < end;) {
    const piece = new Uint8Array(Math.min(PIECE, end - done));
    if (await fill(file, piece) < piece.length) {
      throw new Error("it became shorter while it was read");
    }
    sum = crc32(piece, sum);
    for (const value of TYPES[type].of(piece.buffer)) {
      into.data[row * into.cols + firstColumn + col] = value;
      if (byColumns ? ++row === rows : ++col === cols) {
        if (byColumns) [row, col] = [0, col + 1];
        else [row, col] = [row + 1, 0];
      }
    }
    done += piece.length;
  }
  checkValues?.(sum);
}
