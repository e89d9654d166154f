/** Opens a Parquet file as a table, by hyparquet. Row groups are read one after another. */
import { type FileMetaData, parquetMetadataAsync, parquetSchema } from "hyparquet";
import { parquetReadColumn } from "hyparquet/read";
import { messageOf } from "../../settings/shown.ts";
import { fillSync } from "../files/fill.ts";
import { butKind } from "../files/foreign_file.ts";
import { doesNotOpen } from "../files/read_file.ts";
import { checkPages, DECOMPRESSORS, PageError } from "./parquet_pages.ts";
import { checkColumns, type FileCell, type FileRows, type FileTable, unreadable } from "./table.ts";

/** Values that are decoded together, at least a row group's pages of one column. */
const PIECE = 2 ** 22;
const MAGIC = "PAR1";
/** Messages of the library that tell a person what to do. */
const TELLING = /^parquet (file invalid|unsupported (compression codec|encoding): [A-Z])/;

/** Opens a file. */
export async function openParquet(path: string): Promise<FileTable> {
  let file: Deno.FsFile;
  try {
    file = await Deno.open(path);
  } catch (error) {
    throw doesNotOpen(path, error);
  }
  try {
    if (!file.statSync().isFile) throw unreadable(path, "it is no file: expected one");
    const buffer = bufferOf(file, path);
    const begin = new Uint8Array(buffer.slice(0, 32));
    if (String.fromCharCode(...begin.subarray(0, MAGIC.length)) !== MAGIC) {
      throw unreadable(
        path,
        `it is no Parquet file${butKind(begin)}: expected one, such as pandas' to_parquet writes`,
      );
    }
    const metadata = await decoded(path, async () => {
      const metadata = await parquetMetadataAsync(buffer);
      checkPages(metadata, buffer);
      return metadata;
    });
    const columns = await decoded(
      path,
      () => Promise.resolve(parquetSchema(metadata).children.map(({ element }) => element.name)),
    );
    checkColumns(path, columns);
    const pieces = piecesOf(path, columns, metadata, buffer);
    return { path, columns, pieces, [Symbol.asyncDispose]: () => Promise.resolve(file.close()) };
  } catch (error) {
    file.close();
    throw error;
  }
}

/** Yields rows; a piece ends with its row group, as pages are of one. */
async function* piecesOf(
  path: string,
  columns: readonly string[],
  metadata: FileMetaData,
  file: Buffer,
): AsyncGenerator<FileRows> {
  const most = Math.max(1, Math.floor(PIECE / columns.length));
  let groupStart = 0;
  for (const group of metadata.row_groups) {
    const groupEnd = groupStart + Number(group.num_rows);
    for (let rowStart = groupStart; rowStart < groupEnd; rowStart += most) {
      const rowEnd = Math.min(groupEnd, rowStart + most);
      const read: ArrayLike<unknown>[] = [];
      for (const column of columns) {
        read.push(
          await decoded(path, () =>
            parquetReadColumn({
              ...{ file, metadata, rowStart, rowEnd, columns: [column] },
              compressors: DECOMPRESSORS,
            })),
        );
      }
      const count = rowEnd - rowStart;
      const short = read.findIndex(({ length }) => length !== count);
      if (short >= 0) {
        throw unreadable(
          path,
          `it is damaged: column ${short + 1} has ${read[short]!.length} values in rows ` +
            `${rowStart + 1} to ${rowEnd}, expected ${count}`,
        );
      }
      yield { count, cell: (row, col) => read[col]![row] as FileCell };
    }
    groupStart = groupEnd;
  }
}

/** What a function of the library returns; what it throws, as a sentence about the file. */
async function decoded<T>(path: string, decode: () => Promise<T>): Promise<T> {
  try {
    return await decode();
  } catch (error) {
    const message = messageOf(error);
    const what = TELLING.test(message) || error instanceof PageError ? `: ${message}` : "";
    throw unreadable(path, `it is damaged, or of a kind that is not read${what}; write it anew`);
  }
}

type Buffer = ReturnType<typeof bufferOf>;

/** A file as hyparquet reads it. It asks for several ranges at once, so that each is read at one go. */
function bufferOf(file: Deno.FsFile, path: string) {
  const { size: byteLength } = file.statSync();
  return {
    byteLength,
    slice(start: number, end = byteLength): ArrayBuffer {
      const bytes = new Uint8Array(Math.max(0, Math.min(end, byteLength) - start));
      file.seekSync(start, Deno.SeekMode.Start);
      const filled = fillSync(file, bytes);
      if (filled < bytes.length) {
        throw unreadable(path, `it ends at byte ${start + filled}: write it anew`);
      }
      return bytes.buffer;
    },
  };
}
