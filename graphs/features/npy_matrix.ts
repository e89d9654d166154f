/** A NumPy array of two dimensions, or of one: a single column. */
import { readNpyHeader } from "../files/npy.ts";
import { bytesOf, type DenseMatrix, isDenseType } from "./dense_matrix.ts";
import { headOf } from "./head.ts";

/** More than the longest header that is read. */
const HEAD = 2 ** 14;

export async function locateNpy(file: Deno.FsFile, path: string): Promise<DenseMatrix> {
  const header = readNpyHeader(await headOf(file, HEAD), path);
  const { type, shape, fortran, dataAt, from, checkValues } = header;
  const [rows, cols = 1, ...more] = shape;
  if (rows === undefined || more.length > 0) {
    throw new RangeError(`it has the shape (${shape.join(", ")}), expected (nodes, features)`);
  }
  if (!isDenseType(type)) {
    throw new RangeError(`its values are of type ${type}: save them again with .astype("float32")`);
  }
  const byColumns = fortran && shape.length === 2;
  const matrix = { type, rows, cols, at: dataAt, byColumns, from, checkValues };
  const { size } = await file.stat();
  const expected = dataAt + bytesOf(matrix);
  if (size === expected) return matrix;
  throw new RangeError(`it has ${size} bytes, its shape (${shape.join(", ")}) takes ${expected}`);
}
