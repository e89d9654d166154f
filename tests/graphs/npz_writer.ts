/** Writes the npz files that tests read: NumPy's arrays in a zip. */
import { zipSync } from "fflate";
import type { NpyData } from "../../graphs/files/npy.ts";

/** An array as it stands in a file: NumPy's type, its shape and the bytes of its values. */
export interface WrittenArray {
  readonly descr: string;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
  readonly fortran?: boolean;
}

/** Whole numbers and floats by NumPy's type, such as `<i8`. */
export function array(descr: string, shape: readonly number[], values: number[]): WrittenArray {
  return { descr, shape, bytes: new Uint8Array(encode(descr.slice(1), values).buffer) };
}

function encode(code: string, values: number[]): NpyData | BigInt64Array | BigUint64Array {
  switch (code) {
    case "b1":
    case "u1":
      return Uint8Array.from(values);
    case "i1":
      return Int8Array.from(values);
    case "u2":
      return Uint16Array.from(values);
    case "i2":
      return Int16Array.from(values);
    case "u4":
      return Uint32Array.from(values);
    case "i4":
      return Int32Array.from(values);
    case "u8":
      return BigUint64Array.from(values, BigInt);
    case "i8":
      return BigInt64Array.from(values, BigInt);
    case "f2":
      return Float16Array.from(values);
    case "f4":
      return Float32Array.from(values);
    case "f8":
      return Float64Array.from(values);
    default:
      throw new Error(`No values of type ${code}`);
  }
}

/** The bytes of a .npy file. */
export function npy(array: WrittenArray, version = 1): Uint8Array {
  const { descr, shape, bytes, fortran = false } = array;
  const tuple = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const header = `{'descr': '${descr}', 'fortran_order': ${fortran ? "True" : "False"}, ` +
    `'shape': (${tuple}), }`;
  return rawNpy(header, bytes, version);
}

/** The same with a header that may be anything. */
export function rawNpy(header: string, bytes: Uint8Array, version = 1): Uint8Array {
  const length = version === 1 ? 2 : 4;
  const text = new TextEncoder().encode(header + "\n");
  const out = new Uint8Array(8 + length + text.length + bytes.length);
  out.set([0x93, ...new TextEncoder().encode("NUMPY"), version, 0]);
  const view = new DataView(out.buffer);
  if (version === 1) view.setUint16(8, text.length, true);
  else view.setUint32(8, text.length, true);
  out.set(text, 8 + length);
  out.set(bytes, 8 + length + text.length);
  return out;
}

/** The bytes of an archive; raw bytes stand as they are. */
export function npz(
  arrays: Record<string, WrittenArray | Uint8Array>,
  { deflate = true } = {},
): Uint8Array {
  const members = Object.entries(arrays).map((
    [name, array],
  ) => [`${name}.npy`, array instanceof Uint8Array ? array : npy(array)]);
  return zipSync(Object.fromEntries(members), { level: deflate ? 6 : 0 });
}

/** Writes an archive, hands its path over, and removes it. */
export async function withFile(
  bytes: Uint8Array,
  use: (path: string) => Promise<void>,
): Promise<void> {
  const path = await Deno.makeTempFile({ suffix: ".npz" });
  try {
    await Deno.writeFile(path, bytes);
    await use(path);
  } finally {
    await Deno.remove(path);
  }
}
