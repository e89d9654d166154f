/**
 * Safetensors files: u64 header length, JSON header padded to 8 bytes with spaces, then raw
 * little-endian data. The checks are the reference implementation's: tensors follow one another
 * without gaps.
 */

export type TensorData =
  | Float64Array
  | Float32Array
  | BigInt64Array
  | Int32Array
  | Uint32Array
  | Uint8Array;

/** One tensor as it stands in a file; a scalar has the shape `[]`. */
export interface StoredTensor {
  readonly shape: readonly number[];
  readonly data: TensorData;
}

/** What a file holds: tensors in the order of their data, and free text. */
export interface Safetensors {
  readonly tensors: Map<string, StoredTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

interface Entry {
  readonly name: string;
  readonly type: DataType;
  readonly shape: number[];
  readonly begin: number;
  readonly end: number;
}

const TYPES = {
  F64: Float64Array,
  F32: Float32Array,
  I64: BigInt64Array,
  I32: Int32Array,
  U32: Uint32Array,
  U8: Uint8Array,
} as const;
type DataType = keyof typeof TYPES;
const ALIGNMENT = 8;
const METADATA = "__metadata__";

/** Lays tensors out as a safetensors file, the widest types first so that each is aligned. */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, StoredTensor>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const sorted = [...tensors].sort(([, a], [, b]) =>
    b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT
  );
  const entries: [string, unknown][] = [];
  if (Object.keys(metadata).length > 0) entries.push([METADATA, metadata]);
  let end = 0;
  for (const [name, { shape, data }] of sorted) {
    if (name === METADATA) throw new RangeError(`Cannot write a tensor named "${METADATA}"`);
    checkLength(`Cannot write tensor "${name}"`, shape, data.length);
    const begin = end;
    end += data.byteLength;
    entries.push([name, { dtype: dataType(data), shape, data_offsets: [begin, end] }]);
  }
  const header = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)));
  const start = 8 + Math.ceil(header.length / ALIGNMENT) * ALIGNMENT;
  const bytes = new Uint8Array(start + end).fill(" ".charCodeAt(0), 0, start);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(start - 8), true);
  bytes.set(header, 8);
  let offset = start;
  for (const [, { data }] of sorted) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offset);
    offset += data.byteLength;
  }
  return bytes;
}

/** Reads a safetensors file, `name` in errors; tensors are views of `bytes` wherever aligned. */
export function decodeSafetensors(bytes: Uint8Array<ArrayBuffer>, name: string): Safetensors {
  const { header, start } = parseHeader(bytes, name);
  const { [METADATA]: metadata = {}, ...rest } = header;
  checkMetadata(metadata, name);
  const entries = Object.entries(rest).map(([tensor, value]) => parseEntry(tensor, value, name))
    .sort((a, b) => a.begin - b.begin || a.end - b.end);
  const tensors = new Map<string, StoredTensor>();
  let end = 0;
  for (const entry of entries) {
    const at = `Cannot read tensor "${entry.name}" of ${name}`;
    if (entry.begin !== end) {
      throw new RangeError(`${at}: its data begin at byte ${entry.begin}, expected ${end}`);
    }
    end = entry.end;
    if (end > bytes.length - start) {
      throw new RangeError(
        `${at}: its data end at byte ${end}, the file has ${bytes.length - start}`,
      );
    }
    tensors.set(entry.name, { shape: entry.shape, data: view(bytes, start, entry) });
  }
  if (end !== bytes.length - start) {
    throw new RangeError(
      `Cannot read ${name}: its tensors end at byte ${end} of ${bytes.length - start}`,
    );
  }
  return { tensors, metadata };
}

function parseHeader(bytes: Uint8Array<ArrayBuffer>, name: string) {
  if (bytes.length < 8) {
    throw new RangeError(`Cannot read ${name}: it has ${bytes.length} bytes, a header needs 8`);
  }
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (length > bytes.length - 8) {
    throw new RangeError(
      `Cannot read ${name}: its header has ${length} bytes, the file ${bytes.length - 8} for it`,
    );
  }
  const start = 8 + Number(length);
  let header: unknown;
  try {
    header = JSON.parse(
      new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(8, start)),
    );
  } catch (error) {
    throw new SyntaxError(`Cannot read ${name}: its header is not JSON`, { cause: error });
  }
  if (!isRecord(header)) {
    throw new SyntaxError(`Cannot read ${name}: its header is not a JSON object`);
  }
  return { header, start };
}

function parseEntry(tensor: string, value: unknown, name: string): Entry {
  const at = `Cannot read tensor "${tensor}" of ${name}`;
  const { dtype, shape, data_offsets: offsets } = isRecord(value) ? value : {};
  if (typeof dtype !== "string" || !isSizes(shape) || !isSizes(offsets) || offsets.length !== 2) {
    throw new SyntaxError(`${at}: its entry needs dtype, shape and two data_offsets`);
  }
  if (!Object.hasOwn(TYPES, dtype)) {
    throw new RangeError(`${at}: dtype ${dtype} is none of ${Object.keys(TYPES).join(", ")}`);
  }
  const type = dtype as DataType;
  const [begin = 0, end = 0] = offsets;
  checkLength(at, shape, (end - begin) / TYPES[type].BYTES_PER_ELEMENT);
  return { name: tensor, type, shape, begin, end };
}

function checkLength(at: string, shape: readonly number[], length: number): void {
  const expected = shape.reduce((product, size) => product * size, 1);
  if (length !== expected) {
    throw new RangeError(
      `${at}: shape [${shape.join(", ")}] holds ${expected} values, its data ${length}`,
    );
  }
}

function checkMetadata(value: unknown, name: string): asserts value is Record<string, string> {
  if (!isRecord(value) || !Object.values(value).every((text) => typeof text === "string")) {
    throw new SyntaxError(`Cannot read ${name}: its ${METADATA} must map strings to strings`);
  }
}

function view(
  bytes: Uint8Array<ArrayBuffer>,
  start: number,
  { type, begin, end }: Entry,
): TensorData {
  const Data = TYPES[type];
  const length = (end - begin) / Data.BYTES_PER_ELEMENT;
  const offset = bytes.byteOffset + start + begin;
  if (offset % Data.BYTES_PER_ELEMENT === 0) return new Data(bytes.buffer, offset, length);
  return new Data(bytes.slice(start + begin, start + end).buffer, 0, length);
}

function dataType(data: TensorData): DataType {
  return Object.entries(TYPES).find(([, Data]) => data instanceof Data)![0] as DataType;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}
