/** Reads ranges of a file that is too large for memory: ascending, close neighbours by one call. */
import { fillSync } from "./fill.ts";

/** A gap that is read over: copying so many bytes takes as long as another call, on a disk or in its cache. */
const GAP = 2 ** 15;
/** Bytes of the longest read, but for a range that is longer itself. */
const LONGEST = 2 ** 22;

/** Where ranges begin and end, in bytes of the file; both ascend, and ranges may overlap. */
export interface Ranges {
  readonly begins: Float64Array;
  readonly ends: Float64Array;
}

/** Calls `take` with each range's bytes, which are the next one's afterwards. */
export function readRanges(
  file: Deno.FsFile,
  { begins, ends }: Ranges,
  take: (range: number, bytes: Uint8Array<ArrayBuffer>) => void,
): void {
  const count = begins.length;
  const all = count > 0 ? ends[count - 1]! - begins[0]! : 0;
  let room = new Uint8Array(0);
  for (let range = 0; range < count;) {
    const from = begins[range]!;
    let [past, to] = [range + 1, ends[range]!];
    while (past < count && begins[past]! - to <= GAP && ends[past]! - from <= LONGEST) {
      to = ends[past++]!;
    }
    if (to - from > room.length) room = new Uint8Array(Math.max(Math.min(LONGEST, all), to - from));
    readAt(file, from, room.subarray(0, to - from));
    for (; range < past; range++) {
      take(range, room.subarray(begins[range]! - from, ends[range]! - from));
    }
  }
}

/** Fills `bytes` with those of the file at `at`; throws a clause if it has fewer. */
function readAt(file: Deno.FsFile, at: number, bytes: Uint8Array): void {
  file.seekSync(at, Deno.SeekMode.Start);
  const missing = bytes.length - fillSync(file, bytes);
  if (missing > 0) throw new Error(`it ends ${missing} bytes early`);
}
