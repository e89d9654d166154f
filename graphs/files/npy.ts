/**
 * NumPy's array format, versions 1 to 3: a magic word, a version, the header's length, a Python
 * dictionary of `descr`, `fortran_order` and `shape`, then the values.
 */
import { crc32 } from "node:zlib";
import { butKind } from "./foreign_file.ts";
import type { Matrix } from "../graph.ts";
import { quoted } from "../../settings/shown.ts";
import { textType } from "./npy_text.ts";

/** The values of an array; 64-bit integers are float64, as long as these hold them exactly. */
export type NpyData =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float16Array
  | Float32Array
  | Float64Array;

/** An array of any shape in C's order: the last index runs fastest. */
export interface NpyArray {
  readonly shape: readonly number[];
  readonly data: NpyData;
}

interface Dtype {
  readonly bytes: number;
  /** Whether values may have more bits than a float64 holds. */
  readonly wide?: boolean;
  readonly read: (buffer: ArrayBuffer) => NpyData;
}

/** Types by NumPy's codes without the byte order; booleans are bytes of 0 and 1. */
const DTYPES = new Map<string, Dtype>([
  ["b1", { bytes: 1, read: (buffer) => new Uint8Array(buffer) }],
  ["u1", { bytes: 1, read: (buffer) => new Uint8Array(buffer) }],
  ["i1", { bytes: 1, read: (buffer) => new Int8Array(buffer) }],
  ["u2", { bytes: 2, read: (buffer) => new Uint16Array(buffer) }],
  ["i2", { bytes: 2, read: (buffer) => new Int16Array(buffer) }],
  ["u4", { bytes: 4, read: (buffer) => new Uint32Array(buffer) }],
  ["i4", { bytes: 4, read: (buffer) => new Int32Array(buffer) }],
  ["u8", { bytes: 8, wide: true, read: (buffer) => joined(buffer, new Uint32Array(buffer)) }],
  ["i8", { bytes: 8, wide: true, read: (buffer) => joined(buffer, new Int32Array(buffer)) }],
  ["f2", { bytes: 2, read: (buffer) => new Float16Array(buffer) }],
  ["f4", { bytes: 4, read: (buffer) => new Float32Array(buffer) }],
  ["f8", { bytes: 8, read: (buffer) => new Float64Array(buffer) }],
]);

/** The longest header that NumPy reads without being told to trust the file. */
const LONGEST_HEADER = 10_000;
/** NumPy has no more. */
const MOST_DIMENSIONS = 64;
/** Blanks, or among them a checksum in a Python comment: `  # crc32 89abcdef`. */
const COMMENT = /^\s*(?:# crc32 ([\da-f]{8})\s*)?$/;
const COMMENT_LENGTH = 18;
const MAGIC = [0x93, ..."NUMPY"].map((c) => typeof c === "string" ? c.charCodeAt(0) : c);

/** What a file's header says of its values. */
export interface NpyHeader {
  /** NumPy's code without the byte order, which is little-endian: `f4`. */
  readonly type: string;
  readonly shape: readonly number[];
  /** Whether the first index runs fastest. */
  readonly fortran: boolean;
  /** Where the values begin, in bytes. */
  readonly dataAt: number;
  /** Throws if the values' CRC-32, taken on from `from`, is not the one that the header has, if any. */
  readonly checkValues: (sum: number) => void;
  /** CRC-32 of what the checksum covers before the values. */
  readonly from: number;
}

/** The header at the beginning of a file, of which these are the first bytes; `what` as of `readNpy`. */
export function readNpyHeader(bytes: Uint8Array, what: string): NpyHeader {
  const refuse = (state: string) => new SyntaxError(`Cannot read ${what} as ${state}`);
  const { header, dataAt } = headerOf(bytes, refuse);
  const { code, shape, fortran } = parseHeader(header, refuse);
  return { type: code.slice(1), shape, fortran, dataAt, ...checksumIn(header, refuse) };
}

/** Reads an array; `what` names it in errors, such as `entry labels of cora.npz`. */
export function readNpy(bytes: Uint8Array, what: string): NpyArray {
  const refuse = (state: string) => new SyntaxError(`Cannot read ${what} as ${state}`);
  const { header, dataAt } = headerOf(bytes, refuse);
  const { dtype, fortran, shape } = parseHeader(header, refuse);
  const { from, checkValues } = checksumIn(header, refuse);
  checkValues(crc32(bytes.subarray(dataAt), from));
  const expected = shape.reduce((product, size) => product * size, dtype.bytes);
  if (bytes.length - dataAt !== expected) {
    throw refuse(
      `its values do not fill its shape (${shape.join(", ")}): ` +
        `expected ${expected} bytes, found ${bytes.length - dataAt}`,
    );
  }
  const data = dtype.read(bytes.slice(dataAt).buffer); // a copy, as views must be aligned
  if (dtype.wide && !data.every(Number.isSafeInteger)) {
    throw refuse("one of its integers has more than 53 bits: expected smaller ones");
  }
  return { shape, data: fortran ? lastIndexFastest(data, shape) : data };
}

/** The header's text, and where the values begin. */
function headerOf(
  bytes: Uint8Array,
  refuse: (state: string) => Error,
): { header: string; dataAt: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (MAGIC.some((byte, k) => bytes[k] !== byte)) {
    throw refuse(`it is no NumPy array${butKind(bytes)}: expected it to begin with \\x93NUMPY`);
  }
  if (bytes.length < 12) throw refuse(`its header is cut off: found ${bytes.length} bytes of it`);
  const version = bytes[6]!;
  if (version < 1 || version > 3) {
    throw refuse(`its format is too new: expected version 1, 2 or 3, found ${version}`);
  }
  const headerAt = version === 1 ? 10 : 12;
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  const dataAt = headerAt + length;
  if (dataAt > bytes.length) {
    throw refuse(`its header is cut off: expected ${length} bytes, found ${bytes.length}`);
  }
  if (length > LONGEST_HEADER) {
    throw refuse(`its header has ${length} bytes: expected at most ${LONGEST_HEADER}`);
  }
  return { header: new TextDecoder().decode(bytes.subarray(headerAt, dataAt)), dataAt };
}

/**
 * Encodes a matrix as a file of version 1, float32, as `np.save` does. On request the CRC-32 of its
 * values follows the header's dictionary as a Python comment, which `np.load` ignores.
 */
export function writeNpy(
  { data, rows, cols }: Matrix,
  { checksum = false }: { readonly checksum?: boolean } = {},
): Uint8Array<ArrayBuffer> {
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${rows}, ${cols}), }`;
  const length = header.length + (checksum ? COMMENT_LENGTH : 0);
  const dataAt = Math.ceil((10 + length + 1) / 64) * 64; // NumPy aligns the values
  const bytes = new Uint8Array(dataAt + data.byteLength);
  bytes.set([...MAGIC, 1, 0]);
  const view = new DataView(bytes.buffer);
  view.setUint16(8, dataAt - 10, true);
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), dataAt);
  const comment = checksum
    ? `  # crc32 ${inHexadecimal(crc32(bytes.subarray(dataAt), crc32(header)))}`
    : "";
  bytes.set(new TextEncoder().encode((header + comment).padEnd(dataAt - 11) + "\n"), 10);
  return bytes;
}

/**
 * The CRC-32 of the header's dictionary, and what refuses values that do not match the checksum in the
 * header, if it has one; anything else after its dictionary but blanks is damage.
 */
function checksumIn(
  header: string,
  refuse: (state: string) => Error,
): Pick<NpyHeader, "from" | "checkValues"> {
  const end = header.lastIndexOf("}") + 1;
  const [blanks, written] = header.slice(end).match(COMMENT) ?? [];
  if (blanks === undefined) {
    throw refuse("its header is damaged: expected blanks behind its dictionary");
  }
  return {
    from: crc32(header.slice(0, end)),
    checkValues(sum) {
      const found = inHexadecimal(sum);
      if (written === undefined || written === found) return;
      throw refuse(`it is damaged: it has the checksum ${found}, expected ${written}`);
    },
  };
}

function inHexadecimal(sum: number): string {
  return sum.toString(16).padStart(8, "0");
}

function parseHeader(
  header: string,
  refuse: (state: string) => Error,
): { code: string; dtype: Dtype; fortran: boolean; shape: number[] } {
  const [, descr] = header.match(/'descr':\s*('[^']*'|\[)/) ?? [];
  const [, order] = header.match(/'fortran_order':\s*(True|False)/) ?? [];
  const [, sizes] = header.match(/'shape':\s*\(([^()]*)\)/) ?? [];
  const shape = sizes === undefined ? undefined : parseShape(sizes);
  if (descr === undefined || order === undefined || shape === undefined) {
    throw refuse(
      `its header does not parse: expected descr, fortran_order and shape, ` +
        `found ${quoted(header.trim())}`,
    );
  }
  const code = descr.slice(1, -1);
  const dtype = DTYPES.get(code.slice(1)) ?? textType(code, refuse);
  if (!dtype) throw refuse(`it holds ${contents(code)}: expected booleans, integers or floats`);
  if (!/^[<|=>]/.test(code)) {
    throw refuse(`it holds ${contents(code)}: expected "<${code.slice(1)}"`);
  }
  if (code[0] === ">") {
    throw refuse(
      `its bytes are in big-endian order (${code}): expected little-endian, ` +
        `save it again with .astype("<${code.slice(1)}")`,
    );
  }
  if (shape.length > MOST_DIMENSIONS) {
    throw refuse(`it has ${shape.length} dimensions: expected at most ${MOST_DIMENSIONS}`);
  }
  return { code, dtype, fortran: order === "True", shape };
}

/** Parses `2, 3` or `2,`; Python 2 wrote long integers as 2708L. One pattern per size keeps it linear. */
function parseShape(sizes: string): number[] | undefined {
  const parts = sizes.split(",");
  if (parts.at(-1)!.trim() === "") parts.pop();
  if (!parts.every((part) => /^\d{1,15}L?$/.test(part.trim()))) return undefined;
  return parts.map((part) => parseInt(part, 10));
}

function contents(code: string): string {
  if (code === "") return "records";
  const kind = code[1];
  if (kind === "O") return "Python objects, which only Python can unpickle";
  return `values of type ${/^[<|=>]\w+$/.test(code) ? code : quoted(code)}`;
}

/** Joins 64-bit integers from their two halves; the upper half has the sign. */
function joined(buffer: ArrayBuffer, upper: Int32Array | Uint32Array): Float64Array {
  const lower = new Uint32Array(buffer);
  return Float64Array.from(
    { length: lower.length / 2 },
    (_, k) => upper[2 * k + 1]! * 2 ** 32 + lower[2 * k]!,
  );
}

/** Reorders from Fortran's order, the first index fastest, to C's. */
function lastIndexFastest(data: NpyData, shape: readonly number[]): NpyData {
  const out = data.slice();
  const index = shape.map(() => 0);
  const strides = shape.map((_, d) => shape.slice(0, d).reduce((a, b) => a * b, 1));
  for (let to = 0, from = 0; to < out.length; to++) {
    out[to] = data[from]!;
    for (let d = shape.length - 1; d >= 0; d--) {
      from += strides[d]!;
      index[d]!++;
      if (index[d]! < shape[d]!) break;
      from -= strides[d]! * shape[d]!;
      index[d] = 0;
    }
  }
  return out;
}
