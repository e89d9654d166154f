/**
 * The header of a safetensors file: its length as u64, then JSON with each tensor's type, shape and
 * position in the data, padded to 8 bytes with spaces. The checks are the reference implementation's:
 * tensors follow one another without gaps and fill the file.
 *
 * Files written here also have checksums, as `crc32` in the metadata: CRC-32 as eight hexadecimal
 * digits, of the header's content and of each tensor's data, in order. Other programs ignore them, and
 * files of other programs have none.
 */
import { crc32 } from "node:zlib";
import { isRecord } from "../../settings/record.ts";
import { listed, quoted, shown } from "../../settings/shown.ts";
import { kindOf, SAFETENSORS } from "./foreign_file.ts";
import { parseJson } from "./json.ts";

/** A tensor in the header; its data are the bytes from `begin` up to but not including `end`. */
export interface HeaderEntry {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/** The content of a header, with its `checksums` if it has any. */
export interface Header {
  readonly entries: readonly HeaderEntry[];
  readonly metadata: Readonly<Record<string, string>>;
  readonly checksums: string | undefined;
}

/** Bytes of a value by its type; the other types are not read here. */
export const BYTES: Readonly<Record<string, number>> = {
  ...{ F64: 8, F32: 4, F16: 2, BF16: 2, I64: 8, U64: 8, I32: 4, U32: 4, I16: 2, U16: 2 },
  ...{ I8: 1, U8: 1, BOOL: 1 },
};

const ALIGNMENT = 8;
const METADATA = "__metadata__";
const CHECKSUMS = "crc32";

/** The bytes before the data: length, JSON, padding; `least` of them. */
export function encodeHeader(
  { entries, metadata, checksums }: Header,
  least = 0,
): Uint8Array<ArrayBuffer> {
  if (Object.hasOwn(metadata, CHECKSUMS)) {
    throw new RangeError(`Cannot write metadata named "${CHECKSUMS}"`);
  }
  const text = { ...metadata, ...checksums !== undefined && { [CHECKSUMS]: checksums } };
  const head: [string, unknown][] = Object.keys(text).length > 0 ? [[METADATA, text]] : [];
  for (const { name, dtype, shape, begin, end } of entries) {
    if (name === METADATA) throw new RangeError(`Cannot write a tensor named "${METADATA}"`);
    head.push([name, { dtype, shape, data_offsets: [begin, end] }]);
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(head)));
  const start = Math.max(least, 8 + Math.ceil(json.length / ALIGNMENT) * ALIGNMENT);
  const bytes = new Uint8Array(start).fill(" ".charCodeAt(0));
  new DataView(bytes.buffer).setBigUint64(0, BigInt(start - 8), true);
  bytes.set(json, 8);
  return bytes;
}

/** Length of the header that follows the first 8 bytes of a file of `fileBytes`; errors use `name`. */
export function headerLength(first: Uint8Array, fileBytes: number, name: string): number {
  if (fileBytes < 8) throw noHeader(first, name, `it has ${fileBytes} bytes, a header needs 8`);
  const length = new DataView(first.buffer, first.byteOffset).getBigUint64(0, true);
  if (length <= fileBytes - 8) return Number(length);
  throw noHeader(
    first,
    name,
    `its header has ${length} bytes, the file ${fileBytes - 8} for it: it is cut off or damaged`,
  );
}

/** Parses the JSON of a file with `dataBytes` of data; tensors are returned in the order of their data. */
export function parseHeader(json: Uint8Array, dataBytes: number, name: string): Header {
  const { [METADATA]: metadata = {}, ...rest } = parseObject(json, name);
  checkMetadata(metadata, name);
  const { [CHECKSUMS]: checksums, ...text } = metadata;
  const entries = inOrder(
    Object.entries(rest).map(([tensor, value]) => parseEntry(tensor, value, name)),
  );
  let end = 0;
  for (const entry of entries) {
    const at = `Cannot read tensor ${quoted(entry.name)} of ${name}`;
    if (entry.begin !== end) {
      throw new RangeError(`${at}: its data begin at byte ${entry.begin}, expected ${end}`);
    }
    end = entry.end;
    if (end > dataBytes) {
      throw new RangeError(`${at}: its data end at byte ${end}, the file has ${dataBytes}`);
    }
  }
  if (end !== dataBytes) {
    throw new RangeError(`Cannot read ${name}: its tensors end at byte ${end} of ${dataBytes}`);
  }
  return { entries, metadata: text, checksums };
}

/** A file's checksums, from those of its tensors' data, in order. */
export function checksumsOf(
  { entries, metadata }: Pick<Header, "entries" | "metadata">,
  sums: readonly number[],
): string {
  const said = JSON.stringify([metadata, entries.map((e) => [e.name, e.dtype, e.shape])]);
  return [crc32(said), ...sums].map(inHexadecimal).join(" ");
}

/** Refuses a header whose content does not match its checksums, or that has too few of them. */
export function checkHeader(header: Header, name: string): void {
  if (header.checksums === undefined) return;
  const [expected] = checksumsOf(header, []).split(" ");
  const found = header.checksums.split(" ");
  if (found[0] === expected && found.length === header.entries.length + 1) return;
  throw new SyntaxError(
    `Cannot read ${name}: its header is damaged, it has the checksum ${
      shown(found[0])
    }, expected ${expected}`,
  );
}

/** Refuses the data of the header's tensor `index` if their CRC-32 is not the one that was written. */
export function checkData(header: Header, index: number, sum: number, name: string): void {
  if (header.checksums === undefined) return;
  const expected = header.checksums.split(" ")[index + 1];
  const found = inHexadecimal(sum);
  if (found === expected) return;
  throw new SyntaxError(
    `Cannot read tensor ${quoted(header.entries[index]!.name)} of ${name}: its data are damaged, ` +
      `they have the checksum ${found}, expected ${shown(expected)}`,
  );
}

/** Tensors in the order of their data; an empty one comes before the one that begins at the same byte. */
export function inOrder<Entry extends HeaderEntry>(entries: readonly Entry[]): Entry[] {
  return entries.toSorted((a, b) =>
    a.begin - b.begin || a.end - b.end || (a.name < b.name ? -1 : 1)
  );
}

/** Number of values in a shape. */
export function numberOfElements(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

export function checkElements(at: string, shape: readonly number[], length: number): void {
  const expected = numberOfElements(shape);
  if (length === expected) return;
  throw new RangeError(
    `${at}: shape [${listed(shape)}] holds ${expected} values, its data ${length}`,
  );
}

/** The error for a file without a header; often it has another format. */
function noHeader(first: Uint8Array, name: string, state: string): Error {
  const kind = kindOf(first);
  if (kind === undefined || kind === SAFETENSORS) {
    return new RangeError(`Cannot read ${name}: ${state}`);
  }
  return new SyntaxError(
    `Cannot read ${name}: it is ${kind}, expected a safetensors file; ` +
      "training/README.md says how to make one of a .pth",
  );
}

function parseObject(json: Uint8Array, name: string): Record<string, unknown> {
  let text = ""; // which is no JSON
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(json);
  } catch {
    // Not even a text.
  }
  try {
    const header = parseJson(text, "its header");
    if (isRecord(header)) return header;
  } catch (error) {
    throw new SyntaxError(`Cannot read ${name}: ${(error as Error).message}`);
  }
  throw new SyntaxError(`Cannot read ${name}: its header is not a JSON object`);
}

function parseEntry(tensor: string, value: unknown, name: string): HeaderEntry {
  const at = `Cannot read tensor ${quoted(tensor)} of ${name}`;
  const { dtype, shape, data_offsets: offsets } = isRecord(value) ? value : {};
  if (typeof dtype !== "string" || !isSizes(shape) || !isSizes(offsets) || offsets.length !== 2) {
    throw new SyntaxError(`${at}: its entry needs dtype, shape and two data_offsets`);
  }
  const [begin = 0, end = 0] = offsets;
  if (end < begin) throw new RangeError(`${at}: its data end at byte ${end}, before ${begin}`);
  const bytes = Object.hasOwn(BYTES, dtype) ? BYTES[dtype] : undefined;
  if (bytes !== undefined) checkElements(at, shape, (end - begin) / bytes);
  return { name: tensor, dtype, shape, begin, end };
}

function checkMetadata(value: unknown, name: string): asserts value is Record<string, string> {
  if (isRecord(value) && Object.values(value).every((text) => typeof text === "string")) return;
  throw new SyntaxError(`Cannot read ${name}: its ${METADATA} must map strings to strings`);
}

function inHexadecimal(sum: number): string {
  return sum.toString(16).padStart(8, "0");
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}
