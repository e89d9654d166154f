import { readRanges } from "../../../graphs/files/ranges.ts";
import { Random } from "../../../graphs/random.ts";
import { assert, assertEquals, assertThrows } from "../../assert.ts";
import { withFolder } from "../../folder.ts";

const BYTES = 9_000_001;

/** Hands over an open file of random bytes, and these. */
function withFile(use: (file: Deno.FsFile, bytes: Uint8Array) => void): Promise<void> {
  return withFolder(async (folder) => {
    const random = new Random(1);
    const words = Uint32Array.from({ length: BYTES / 4 + 1 }, () => random.uint32());
    const bytes = new Uint8Array(words.buffer).subarray(0, BYTES);
    await Deno.writeFile(`${folder}/a`, bytes);
    using file = await Deno.open(`${folder}/a`);
    use(file, bytes);
  });
}

/** The first bytes that each range is given, and how often the file was read. */
function read(file: Deno.FsFile, ranges: readonly (readonly [begin: number, end: number])[]) {
  const taken: Uint8Array[] = [];
  let reads = 0;
  const counted = {
    seekSync: (at: number, from: Deno.SeekMode) => file.seekSync(at, from),
    readSync: (into: Uint8Array) => (reads++, file.readSync(into)),
  };
  const [begins, ends] = [0, 1].map((end) => Float64Array.from(ranges, (range) => range[end]!));
  readRanges(counted as Deno.FsFile, { begins: begins!, ends: ends! }, (k, bytes) => {
    assertEquals(k, taken.length);
    taken.push(bytes.slice());
  });
  return { taken, reads };
}

Deno.test("readRanges() gives each range its bytes, whatever their lengths and gaps", () =>
  withFile((file, bytes) => {
    const random = new Random(2);
    for (let trial = 0; trial < 12; trial++) {
      const ranges: [number, number][] = [];
      let [begin, end] = [0, 0];
      const gap = [10, 1000, 60_000, 400_000][trial % 4]!;
      const most = [20_000, 5_000_000][trial % 2]!; // beyond the longest read of several
      while (true) {
        begin = Math.max(begin, end - random.below(9)) + random.below(gap);
        end = Math.max(end, begin + random.below(3) * random.below(most));
        if (end > BYTES) break;
        ranges.push([begin, end]);
      }
      const { taken } = read(file, ranges);
      assertEquals(taken.length, ranges.length);
      for (const [k, [begin, end]] of ranges.entries()) {
        assert(taken[k]!.every((byte, at) => byte === bytes[begin + at]));
        assertEquals(taken[k]!.length, end - begin);
      }
    }
  }));

Deno.test("readRanges() reads neighbours by one call, and nothing for what is empty", () =>
  withFile((file) => {
    assertEquals(read(file, []).reads, 0);
    assertEquals(read(file, [[7, 7]]).reads, 0);
    assertEquals(read(file, [[0, 8], [8, 16], [1000, 1008], [30_000, 30_001]]).reads, 1);
    assertEquals(read(file, [[0, 8], [1_000_000, 1_000_008], [1_000_008, 1_000_010]]).reads, 2);
    assertEquals(read(file, [[0, 3_000_000], [3_000_000, 6_000_000]]).reads, 2);
  }));

Deno.test("readRanges() says how much of a file is missing", () =>
  withFile((file) => {
    const past: [number, number][] = [[0, 1], [BYTES - 5, BYTES + 7]];
    assertThrows(() => read(file, past), Error, "it ends 7 bytes early");
  }));
