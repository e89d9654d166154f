/** Writes zip archives byte by byte, in the forms that Python's zipfile gives them. */
import { crc32, deflateRawSync } from "node:zlib";

/** How the members are laid out. */
export interface ZipLayout {
  readonly deflate?: boolean;
  /** Sizes in zip64's extra fields, before the data as NumPy has them, and in the directory. */
  readonly wide?: boolean;
  /** Sizes and checksum behind the data, as where the file cannot be sought in. */
  readonly descriptors?: boolean;
  readonly comment?: string;
}

/** The bytes of an archive. */
export function zipOf(members: Record<string, Uint8Array>, layout: ZipLayout = {}): Uint8Array {
  const { deflate = false, wide = false, descriptors = false, comment = "" } = layout;
  const parts: number[] = [];
  const directory: number[] = [];
  const elsewhere = bytes(4, 2 ** 32 - 1);
  for (const [file, data] of Object.entries(members)) {
    const [name, at] = [[...new TextEncoder().encode(file)], parts.length];
    const packed = deflate ? new Uint8Array(deflateRawSync(data)) : data;
    const sum = bytes(4, crc32(data));
    const sizes = [bytes(4, packed.length), bytes(4, data.length)].flat();
    const large = [...bytes(8, data.length), ...bytes(8, packed.length)];
    const method = [...bytes(2, descriptors ? 8 : 0), ...bytes(2, deflate ? 8 : 0), ...bytes(4, 0)];
    const known = descriptors
      ? bytes(12, 0)
      : [...sum, ...wide ? [...elsewhere, ...elsewhere] : sizes];
    const local = wide ? [...bytes(2, 1), ...bytes(2, 16), ...large] : [];
    parts.push(...bytes(4, 0x04034b50), ...bytes(2, 45), ...method, ...known);
    parts.push(...bytes(2, name.length), ...bytes(2, local.length), ...name, ...local, ...packed);
    if (descriptors) parts.push(...bytes(4, 0x08074b50), ...sum, ...sizes);
    const other = wide ? [...bytes(2, 0x5455), ...bytes(2, 1), 7] : []; // another's field before it
    const extra = wide
      ? [...other, ...bytes(2, 1), ...bytes(2, 24), ...large, ...bytes(8, at)]
      : [];
    directory.push(...bytes(4, 0x02014b50), ...bytes(2, 45), ...bytes(2, 45), ...method, ...sum);
    directory.push(...wide ? [...elsewhere, ...elsewhere] : sizes, ...bytes(2, name.length));
    directory.push(...bytes(2, extra.length), ...bytes(10, 0), ...wide ? elsewhere : bytes(4, at));
    directory.push(...name, ...extra);
  }
  const count = Object.keys(members).length;
  const [begin, size] = [parts.length, directory.length];
  parts.push(...directory);
  if (wide) {
    const end = parts.length;
    parts.push(...bytes(4, 0x06064b50), ...bytes(8, 44), ...bytes(4, 45 * 65_537), ...bytes(8, 0));
    parts.push(...bytes(8, count), ...bytes(8, count), ...bytes(8, size), ...bytes(8, begin));
    parts.push(...bytes(4, 0x07064b50), ...bytes(4, 0), ...bytes(8, end), ...bytes(4, 1));
  }
  parts.push(...bytes(4, 0x06054b50), ...bytes(4, 0), ...bytes(2, count), ...bytes(2, count));
  parts.push(...bytes(4, size), ...wide ? elsewhere : bytes(4, begin), ...bytes(2, comment.length));
  return Uint8Array.from([...parts, ...new TextEncoder().encode(comment)]);
}

/** A whole number in so many bytes, the lowest first. */
function bytes(length: number, value: number): number[] {
  return Array.from({ length }, (_, k) => Math.floor(value / 256 ** k) % 256);
}
