import type { NpyArray } from "../../graphs/files/npy.ts";
import { readNpy, writeNpy } from "../../graphs/files/npy.ts";
import { Npz } from "../../graphs/npz/npz.ts";
import { npzGraph } from "../../graphs/npz/npz_graph.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../assert.ts";
import { type Damaged, flippedBits } from "./damage.ts";
import { BENCHMARK } from "./npz_fixtures.ts";
import { array, npy, npz, rawNpy, withFile, type WrittenArray } from "./npz_writer.ts";
import { type ZipLayout, zipOf } from "./zip_writer.ts";

const MEMBERS = Object.fromEntries(
  Object.entries(BENCHMARK).map(([name, array]) => [`${name}.npy`, npy(array as WrittenArray)]),
);
const LAYOUTS: Record<string, ZipLayout> = {
  "stored": {},
  "deflated": { deflate: true },
  "stored, of zip64": { wide: true },
  "deflated, of zip64": { deflate: true, wide: true },
  "stored before their sizes": { descriptors: true },
  "deflated before their sizes": { deflate: true, descriptors: true },
  "under a comment": { comment: "PK\x05\x06, which begins the end of an archive" },
};

/** All arrays of an archive. */
function readAll(bytes: Uint8Array): Record<string, NpyArray> {
  const npz = new Npz("a.npz", bytes);
  return Object.fromEntries(npz.names.map((name) => [name, npz.read(name)]));
}

/** Each damaged file is refused in one sentence that names it, or read the same; some are refused. */
function assertNeverWrong(
  files: Iterable<Damaged>,
  read: (bytes: Uint8Array) => unknown,
  same: unknown,
) {
  let refused = 0;
  for (const { bytes, what } of files) {
    let found: unknown;
    try {
      found = read(bytes);
    } catch (error) {
      const { message } = error as Error;
      assert(
        error instanceof SyntaxError && /^Cannot read [^\n]*\ba\.np[^\n]+$/.test(message),
        message,
      );
      refused++;
      continue;
    }
    assertEquals(found, same, what);
  }
  assert(refused > 0);
}

for (const [what, layout] of Object.entries(LAYOUTS)) {
  Deno.test(`Npz reads members ${what}, and never others than were written`, () => {
    const whole = zipOf(MEMBERS, layout);
    const arrays = readAll(whole);
    assertEquals(arrays, readAll(npz(BENCHMARK)));
    assertNeverWrong(flippedBits(whole), readAll, arrays);
  });
}

Deno.test("npzGraph() refuses labels that were flipped in a stored member", async () => {
  const labels = array("<i8", [100], Array.from({ length: 100 }, (_, i) => i % 2));
  const arrays = {
    adj_indices: array("<i4", [1], [1]),
    adj_indptr: array("<i4", [101], Array.from({ length: 101 }, (_, i) => Math.min(i, 1))),
    adj_shape: array("<i8", [2], [100, 100]),
    attr_matrix: array("<f4", [100, 1], Array(100).fill(1)),
  };
  const whole = npz({ ...arrays, labels }, { deflate: false });
  // The last member's values end where the directory begins.
  const end = new DataView(whole.buffer).getUint32(whole.length - 6, true);
  for (let label = 0; label < 40; label++) whole[end - 8 * (100 - label)]! ^= 1;
  await withFile(whole, async (path) => {
    const { message } = await assertRejects(() => npzGraph(path), SyntaxError);
    const words =
      `Cannot read ${path} as entry labels does not unpack: it is damaged: its CRC-32 is `;
    assert(message.startsWith(words), message);
  });
});

Deno.test("Npz refuses an entry that is longer or shorter than announced", () => {
  const member = npy(array("<i4", [50], Array(50).fill(7)));
  for (const by of [-1, 1, 100]) {
    const whole = zipOf({ "x.npy": member }, { deflate: true });
    const directory = new DataView(whole.buffer).getUint32(whole.length - 6, true);
    new DataView(whole.buffer).setUint32(directory + 24, member.length + by, true);
    assertThrows(() => new Npz("a.npz", whole).read("x"), SyntaxError, `${member.length + by}`);
  }
});

Deno.test("Npz refuses what is encrypted, packed otherwise or there twice", () => {
  const archive = (changes: Record<number, number>) => {
    const whole = zipOf({ "x.npy": MEMBERS["labels.npy"]!, "y.npy": MEMBERS["labels.npy"]! });
    const directory = new DataView(whole.buffer).getUint32(whole.length - 6, true);
    for (const [at, value] of Object.entries(changes)) whole[directory + Number(at)] = value;
    return whole;
  };
  const read = (changes: Record<number, number>) => () =>
    new Npz("a.npz", archive(changes)).read("x");
  assertThrows(read({ 8: 1 }), SyntaxError, "entry x does not unpack: it is encrypted");
  assertThrows(read({ 10: 12 }), SyntaxError, "it is packed by method 12: expected it stored or");
  const twice = zipOf({ "x.npy": MEMBERS["labels.npy"]!, "y.npy": MEMBERS["labels.npy"]! });
  const text = new TextDecoder("latin1").decode(twice).replaceAll("y.npy", "x.npy");
  const bytes = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  assertThrows(() => new Npz("a.npz", bytes), SyntaxError, "x.npy is in it twice");
});

Deno.test("Npz says what a file is if it is no archive", () => {
  const pointer = new TextEncoder().encode(
    "version https://git-lfs.github.com/spec/v1\noid sha256:1",
  );
  assertThrows(
    () => new Npz("a.npz", pointer),
    SyntaxError,
    "no zip archive but a pointer of Git LFS",
  );
  const single = npy(array("<i4", [1], [1]));
  assertThrows(() => new Npz("a.npz", single), SyntaxError, "no zip archive but a NumPy array");
  assertThrows(
    () => readNpy(zipOf(MEMBERS), "a.npy"),
    SyntaxError,
    "NumPy array but a zip archive",
  );
});

Deno.test("readNpy() reads what writeNpy() wrote with a checksum, and never anything else", () => {
  const logits = {
    data: Float32Array.from({ length: 12 }, (_, k) => Math.sin(k)),
    rows: 4,
    cols: 3,
  };
  const whole = writeNpy(logits, { checksum: true });
  const same = { shape: [4, 3], data: logits.data };
  const read = (bytes: Uint8Array) => readNpy(bytes, "a.npy");
  assertEquals(read(whole), same);
  assertNeverWrong(flippedBits(whole), read, same);
});

Deno.test("readNpy() refuses headers that would make a pattern backtrack, however long", () => {
  const begin = "{'descr': '<f4', 'fortran_order': False, 'shape': (";
  const headers = [
    begin + "1".repeat(5000),
    begin + " 1 ,".repeat(2000),
    begin + " ".repeat(5000) + "x",
    begin.repeat(150),
    "}" + " ".repeat(5000) + "}",
    "'shape':".repeat(1000) + " ".repeat(1000),
  ];
  for (const header of headers) {
    const file = rawNpy(header, new Uint8Array(4), 2);
    const { message } = assertThrows(() => readNpy(file, "a.npy"), SyntaxError, "does not parse");
    assertEquals(message.split("\n").length, 1);
  }
  const longest = rawNpy(begin + "1".repeat(10_001), new Uint8Array(4), 2);
  assertThrows(() => readNpy(longest, "a.npy"), SyntaxError, "expected at most 10000");
});
