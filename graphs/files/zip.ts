/**
 * Reads zip archives in memory, as NumPy and everyone else write them: members stored or deflated, with
 * or without zip64 and data descriptors. A member is exactly what the archive's directory says: its
 * name, both its sizes and its CRC-32 are checked. Functions throw a clause that says what is wrong.
 */
import { crc32, inflateRawSync } from "node:zlib";
import { shown } from "../../settings/shown.ts";
import { checkUnpacked } from "./unpacked.ts";

/** A member, as the archive's directory describes it. */
export interface ZipMember {
  readonly name: string;
  readonly method: number;
  readonly encrypted: boolean;
  readonly crc32: number;
  /** Bytes in the archive, and unpacked. */
  readonly packed: number;
  readonly size: number;
  /** Where its local header begins, and the packed bytes behind that. */
  readonly begin: number;
  readonly at: number;
}

const END = { signature: 0x06054b50, bytes: 22 };
const END_64 = { signature: 0x06064b50, bytes: 56 };
const LOCATOR_64 = { signature: 0x07064b50, bytes: 20 };
const ENTRY = { signature: 0x02014b50, bytes: 46 };
const LOCAL = { signature: 0x04034b50, bytes: 30 };
const LONGEST_COMMENT = 2 ** 16 - 1;
/** Marks a value that is in zip64's extra field instead. */
const ELSEWHERE = 2 ** 32 - 1;
const ENCRYPTED = 1;

/** The members of an archive in the order of its directory. */
export function zipMembers(bytes: Uint8Array): ZipMember[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { entries, begin, end } = findDirectory(view);
  const members: ZipMember[] = [];
  let at = begin;
  for (let k = 0; k < entries; k++) {
    if (at + ENTRY.bytes > end || view.getUint32(at, true) !== ENTRY.signature) {
      throw new Error(`its directory breaks off after ${k} of ${entries} entries`);
    }
    const lengths = [28, 30, 32].map((offset) => view.getUint16(at + offset, true));
    const next = lengths.reduce((sum, length) => sum + length, at + ENTRY.bytes);
    if (next > end) throw new Error(`its directory's entry ${k + 1} is cut off`);
    members.push(memberOf(view, at));
    at = next;
  }
  if (at !== end) throw new Error(`its directory has more than its ${entries} entries`);
  checkApart(members, begin);
  return members;
}

/** Refuses members that share a name, or bytes: many could unpack from the same few. */
function checkApart(members: readonly ZipMember[], end: number): void {
  const names = new Set<string>();
  for (const { name } of members) {
    if (names.has(name)) throw new Error(`${shown(name)} is in it twice`);
    names.add(name);
  }
  let next: Pick<ZipMember, "name" | "begin"> = { name: "its directory", begin: end };
  for (const member of members.toSorted((a, b) => b.begin - a.begin)) {
    if (member.at + member.packed > next.begin) {
      throw new Error(`entry ${shown(member.name)} is cut off: it runs into ${shown(next.name)}`);
    }
    next = member;
  }
}

/** Unpacks a member. */
export function unzip(bytes: Uint8Array, member: ZipMember): Uint8Array {
  const { at, packed, size, method } = member;
  if (member.encrypted) throw new Error("it is encrypted: save it without");
  if (method !== 0 && method !== 8) {
    throw new Error(`it is packed by method ${method}: expected it stored or deflated`);
  }
  const inside = bytes.subarray(at, at + packed);
  const data = method === 0 ? inside : inflate(inside, size);
  if (data.length !== size) throw new Error(`it has ${data.length} bytes, expected ${size}`);
  const found = crc32(data);
  if (found === member.crc32) return data;
  const [is, was] = [found, member.crc32].map((sum) => sum.toString(16).padStart(8, "0"));
  throw new Error(`it is damaged: its CRC-32 is ${is}, expected ${was}`);
}

function inflate(packed: Uint8Array, size: number): Uint8Array {
  checkUnpacked(size, packed.length);
  try {
    return new Uint8Array(inflateRawSync(packed, { maxOutputLength: Math.max(size, 1) }));
  } catch (error) {
    const { message } = error as Error;
    throw new Error(/larger than/.test(message) ? `it has more than its ${size} bytes` : message);
  }
}

/** Finds the directory: it precedes the record that ends the archive, whose comment is the last bytes. */
function findDirectory(view: DataView): { entries: number; begin: number; end: number } {
  const first = Math.max(0, view.byteLength - END.bytes - LONGEST_COMMENT);
  for (let at = view.byteLength - END.bytes; at >= first; at--) {
    if (view.getUint32(at, true) !== END.signature) continue;
    if (at + END.bytes + view.getUint16(at + 20, true) !== view.byteLength) continue;
    const record = { entries: view.getUint16(at + 10, true), end: at };
    const [size, begin] = [view.getUint32(at + 12, true), view.getUint32(at + 16, true)];
    const directory = end64(view, at) ?? { ...record, size, begin };
    if (directory.begin + directory.size === directory.end) return directory;
    throw new Error("its directory is not where its end says");
  }
  throw new Error("it has no directory at its end");
}

/** Reads zip64's end record, if there is one. */
function end64(view: DataView, end: number) {
  const locator = end - LOCATOR_64.bytes;
  if (locator < 0 || view.getUint32(locator, true) !== LOCATOR_64.signature) return undefined;
  const at = wide(view, locator + 8);
  if (at + END_64.bytes > locator || view.getUint32(at, true) !== END_64.signature) {
    throw new Error("its zip64 record is not where its end says");
  }
  const [entries, size, begin] = [wide(view, at + 32), wide(view, at + 40), wide(view, at + 48)];
  return { entries, size, begin, end: at };
}

function memberOf(view: DataView, at: number): ZipMember {
  const name = nameAt(view, at + ENTRY.bytes, view.getUint16(at + 28, true));
  const method = view.getUint16(at + 10, true);
  const refuse = (state: string) => new Error(`entry ${shown(name)} ${state}`);
  const extra = at + ENTRY.bytes + view.getUint16(at + 28, true);
  const { size, packed, local } = sizesOf(view, at, extra, extra + view.getUint16(at + 30, true));
  if (local + LOCAL.bytes > view.byteLength || view.getUint32(local, true) !== LOCAL.signature) {
    throw refuse("is not where the directory says");
  }
  const length = view.getUint16(local + 26, true);
  const data = local + LOCAL.bytes + length + view.getUint16(local + 28, true);
  if (nameAt(view, local + LOCAL.bytes, length) !== name) {
    throw refuse("has another name in the directory than before its data");
  }
  const encrypted = (view.getUint16(at + 8, true) & ENCRYPTED) !== 0;
  const crc32 = view.getUint32(at + 16, true);
  return { name, method, encrypted, crc32, packed, size, begin: local, at: data };
}

/** Unpacked and packed size of a member, and its position; zip64 keeps large values elsewhere. */
function sizesOf(view: DataView, at: number, extra: number, extraEnd: number) {
  let field = extra;
  while (field + 4 <= extraEnd && view.getUint16(field, true) !== 1) {
    field += 4 + view.getUint16(field + 2, true);
  }
  let from = field + 4;
  const sizeAt = (offset: number): number => {
    const size = view.getUint32(at + offset, true);
    if (size !== ELSEWHERE) return size;
    if (from + 8 > extraEnd) throw new Error("its zip64 field is missing or cut off");
    return wide(view, (from += 8) - 8);
  };
  return { size: sizeAt(24), packed: sizeAt(20), local: sizeAt(42) };
}

function wide(view: DataView, at: number): number {
  return Number(view.getBigUint64(at, true));
}

function nameAt(view: DataView, at: number, length: number): string {
  if (at + length > view.byteLength) throw new Error("a name is cut off");
  const name = new TextDecoder().decode(new Uint8Array(view.buffer, view.byteOffset + at, length));
  if (/^[^\p{Cc}\uFFFD]+$/u.test(name)) return name;
  throw new Error("a name is damaged");
}
