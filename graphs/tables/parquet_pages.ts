/** Guards of Parquet's pages: what few bytes say they unpack to is bounded before anything is unpacked. */
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from "node:zlib";
import { type Compressors, type FileMetaData, snappyUncompress } from "hyparquet";
import { parquetHeader } from "hyparquet/column";
import { checkUnpacked, mostUnpacked } from "../files/unpacked.ts";

/** A fault of a page; its message is a clause. */
export class PageError extends Error {}

/** Runs of equal values take no bytes: so many values may come of a page, beside eight a byte. */
const ANY_VALUES = 2 ** 20;
const VALUES_PER_BYTE = 8;

/** How each codec unpacks a page; LZ4 and LZO are not read. */
export const DECOMPRESSORS: Compressors = {
  SNAPPY: bounded((bytes, length) => {
    const page = new Uint8Array(length);
    snappyUncompress(bytes, page);
    return page;
  }),
  GZIP: bounded((bytes, maxOutputLength) => gunzipSync(bytes, { maxOutputLength })),
  BROTLI: bounded((bytes, maxOutputLength) => brotliDecompressSync(bytes, { maxOutputLength })),
  ZSTD: bounded((bytes, maxOutputLength) => zstdDecompressSync(bytes, { maxOutputLength })),
};

type Unpack = (bytes: Uint8Array, length: number) => Uint8Array;

function bounded(unpack: Unpack): Unpack {
  return (bytes, length) => {
    try {
      checkUnpacked(length, bytes.length);
      return length === 0 ? new Uint8Array(0) : new Uint8Array(unpack(bytes, length));
    } catch (error) {
      throw new PageError(`a page does not unpack (${(error as Error).message})`);
    }
  };
}

/** Checks that the pages of all columns have the rows and sizes that the file's end says. */
export function checkPages(
  { row_groups: groups }: FileMetaData,
  file: { readonly byteLength: number; slice(start: number, end?: number): ArrayBuffer },
): void {
  for (const { columns, num_rows: rows } of groups) {
    for (const { meta_data: column } of columns) {
      if (column === undefined) throw new PageError("a column has no data");
      const start = Number(column.dictionary_page_offset || column.data_page_offset);
      const end = start + Number(column.total_compressed_size);
      if (!(start >= 0 && end <= file.byteLength)) throw new PageError("a column leaves the file");
      const values = Number(column.num_values);
      if (!(Number(rows) <= mostValues(end - start)) || !(values <= mostValues(end - start))) {
        throw new PageError(`${values} values are announced, its bytes cannot hold them`);
      }
      checkColumn(file.slice(start, end), values);
    }
  }
}

function mostValues(bytes: number): number {
  return ANY_VALUES + VALUES_PER_BYTE * mostUnpacked(bytes);
}

function checkColumn(bytes: ArrayBuffer, values: number): void {
  const reader = { view: new DataView(bytes), offset: 0 };
  let left = values;
  while (reader.offset < bytes.byteLength && left > 0) {
    const header = parquetHeader(reader);
    const { compressed_page_size: packed, uncompressed_page_size: size } = header;
    if (!(packed >= 0 && reader.offset + packed <= bytes.byteLength)) {
      throw new PageError("a page leaves its column");
    }
    checkSize(size, packed);
    const data = header.data_page_header ?? header.data_page_header_v2;
    const count = data?.num_values ?? 0;
    if (!(count >= 0 && count <= left)) {
      throw new PageError("a page has more values than its column");
    }
    const entries = header.dictionary_page_header?.num_values ?? 0;
    if (!(entries >= 0 && entries <= Math.max(size, 1) * VALUES_PER_BYTE)) {
      throw new PageError("a dictionary has more values than its bytes can hold");
    }
    left -= count;
    reader.offset += packed;
  }
  if (left > 0) throw new PageError(`${left} of a column's ${values} values are missing`);
}

function checkSize(size: number, packed: number): void {
  try {
    if (!(size >= 0)) throw new Error(`${size} bytes`);
    checkUnpacked(size, packed);
  } catch (error) {
    throw new PageError((error as Error).message);
  }
}
