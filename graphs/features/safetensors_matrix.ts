/** The one tensor of a safetensors file that has two dimensions. */
import { checkData, checkHeader, headerLength, parseHeader } from "../files/safetensors_header.ts";
import { listed, shown } from "../../settings/shown.ts";
import type { DenseMatrix, DenseType } from "./dense_matrix.ts";
import { headOf } from "./head.ts";

const TYPES: Readonly<Record<string, DenseType>> = {
  ...{ F16: "f2", F32: "f4", F64: "f8", BF16: "bf2", U8: "u1", I8: "i1", BOOL: "b1", I32: "i4" },
};
/** A header of millions of bytes has no place in a file of one matrix. */
const LONGEST_HEADER = 2 ** 20;

export async function locateSafetensors(file: Deno.FsFile, path: string): Promise<DenseMatrix> {
  const { size } = await file.stat();
  const length = headerLength(await headOf(file, 64), size, path);
  if (length > LONGEST_HEADER) {
    throw new RangeError(`its header has ${length} bytes, expected fewer`);
  }
  const head = await headOf(file, 8 + length);
  const header = parseHeader(head.subarray(8), size - 8 - length, path);
  checkHeader(header, path);
  const { entries } = header;
  const matrices = entries.filter(({ shape }) => shape.length === 2);
  const [entry] = matrices;
  if (entry === undefined || matrices.length > 1) {
    const names = listed(entries.map(({ name }) => name));
    throw new RangeError(`expected one tensor of two dimensions in it, found ${names || "none"}`);
  }
  const type = Object.hasOwn(TYPES, entry.dtype) ? TYPES[entry.dtype] : undefined;
  if (type === undefined) {
    throw new RangeError(
      `its values are of type ${shown(entry.dtype)}, expected ${listed(Object.keys(TYPES))}`,
    );
  }
  const [rows, cols] = entry.shape as [number, number];
  const checkValues = (sum: number) => checkData(header, entries.indexOf(entry), sum, path);
  return { type, rows, cols, at: 8 + length + entry.begin, checkValues };
}
