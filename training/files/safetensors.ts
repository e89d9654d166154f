/** Reads and writes safetensors: a header (`graphs/files/safetensors_header.ts`), then little-endian data. */
import { crc32 } from "node:zlib";
import { quoted } from "../../settings/shown.ts";
import {
  checkData,
  checkElements,
  checkHeader,
  checksumsOf,
  encodeHeader,
  type HeaderEntry,
  headerLength,
  inOrder,
  parseHeader,
} from "../../graphs/files/safetensors_header.ts";

/** The values of a tensor, row after row, as an array of its type. */
export type TensorData =
  | Float64Array
  | Float32Array
  | Float16Array
  | BigInt64Array
  | BigUint64Array
  | Int32Array
  | Uint32Array
  | Int16Array
  | Uint16Array
  | Int8Array
  | Uint8Array;

/** One tensor of a file; a scalar has the shape `[]`. */
export interface StoredTensor {
  /** The length of each dimension. */
  readonly shape: readonly number[];
  /** Its values, row after row. */
  readonly data: TensorData;
  /** The file's type where JavaScript has no such array, as for BOOL: data are then its bytes. */
  readonly dtype?: string;
}

/** A file's content: tensors in the order of their data, and free text. */
export interface Safetensors {
  /** The tensors by name. */
  readonly tensors: Map<string, StoredTensor>;
  /** The free text, by key. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Whether the file has checksums, as all files written here do; they were then found right. */
  readonly checked: boolean;
}

const TYPES = {
  F64: Float64Array,
  F32: Float32Array,
  F16: Float16Array,
  I64: BigInt64Array,
  U64: BigUint64Array,
  I32: Int32Array,
  U32: Uint32Array,
  I16: Int16Array,
  U16: Uint16Array,
  I8: Int8Array,
  U8: Uint8Array,
} as const;
type DataType = keyof typeof TYPES;

/**
 * Encodes tensors as a safetensors file, the widest types first so that each is aligned. On request it has
 * checksums, which reveal damage when decoded; other programs' files have none.
 */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, StoredTensor>,
  metadata: Readonly<Record<string, string>> = {},
  { checksums = false }: { readonly checksums?: boolean } = {},
): Uint8Array<ArrayBuffer> {
  const sorted = [...tensors].sort(([, a], [, b]) =>
    b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT
  );
  let end = 0;
  const entries = sorted.map(([name, { shape, data, dtype = dataType(data) }]) => {
    if (Object.hasOwn(TYPES, dtype)) {
      checkElements(`Cannot write tensor ${quoted(name)}`, shape, data.length);
    }
    const begin = end;
    return { name, dtype, shape, begin, end: end += data.byteLength };
  });
  const sums = () => inOrder(entries).map(({ name }) => crc32(bytesOf(tensors.get(name)!.data)));
  const header = encodeHeader({
    entries,
    metadata,
    checksums: checksums ? checksumsOf({ entries: inOrder(entries), metadata }, sums()) : undefined,
  });
  const bytes = new Uint8Array(header.length + end);
  bytes.set(header);
  sorted.forEach(([, { data }], k) => bytes.set(bytesOf(data), header.length + entries[k]!.begin));
  return bytes;
}

/**
 * Decodes a safetensors file; `name` stands in errors. Tensors are views of `bytes` where aligned; BF16 is
 * widened to float32. Throws a sentence where the bytes are no such file, are cut off or contradict their
 * checksums.
 */
export function decodeSafetensors(bytes: Uint8Array<ArrayBuffer>, name: string): Safetensors {
  const start = 8 + headerLength(bytes, bytes.length, name);
  const header = parseHeader(bytes.subarray(8, start), bytes.length - start, name);
  checkHeader(header, name);
  const tensors = new Map<string, StoredTensor>();
  header.entries.forEach((entry, index) => {
    const data = bytes.subarray(start + entry.begin, start + entry.end);
    checkData(header, index, crc32(data), name);
    tensors.set(entry.name, tensorOf(entry, data));
  });
  return { tensors, metadata: header.metadata, checked: header.checksums !== undefined };
}

function tensorOf({ dtype, shape }: HeaderEntry, bytes: Uint8Array<ArrayBuffer>): StoredTensor {
  if (dtype === "BF16") return { shape, data: widened(view("U16", bytes) as Uint16Array) };
  if (!Object.hasOwn(TYPES, dtype)) return { shape, data: bytes, dtype };
  return { shape, data: view(dtype as DataType, bytes) };
}

/** BF16 is the upper half of a float32. */
function widened(halves: Uint16Array): Float32Array {
  return new Float32Array(Uint32Array.from(halves, (half) => half << 16).buffer);
}

function view(type: DataType, bytes: Uint8Array<ArrayBuffer>): TensorData {
  const Data = TYPES[type];
  const { buffer, byteOffset, length } = bytes;
  const aligned = byteOffset % Data.BYTES_PER_ELEMENT === 0;
  return aligned
    ? new Data(buffer, byteOffset, length / Data.BYTES_PER_ELEMENT)
    : new Data(bytes.slice().buffer);
}

function bytesOf({ buffer, byteOffset, byteLength }: TensorData): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function dataType(data: TensorData): DataType {
  return Object.entries(TYPES).find(([, Data]) => data instanceof Data)![0] as DataType;
}
