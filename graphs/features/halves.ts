/**
 * Float16 numbers without a header, as `numpy.memmap` writes embeddings (GLEM, TAPE and SimTeG's `.emb`):
 * the width is what the file's size leaves for each node.
 */
import type { DenseMatrix } from "./dense_matrix.ts";

const BYTES = 2;

/** The whole file is the matrix. */
export async function locateHalves(
  file: Deno.FsFile,
  _path: string,
  nodes: number,
): Promise<DenseMatrix> {
  const { size } = await file.stat();
  const cols = size / (BYTES * nodes);
  if (Number.isInteger(cols) && cols > 0) return { type: "f2", rows: nodes, cols, at: 0 };
  throw new RangeError(
    `it has ${size} bytes, expected a multiple of ${
      BYTES * nodes
    }: float16 without a header for each of ` +
      `${nodes} nodes`,
  );
}
