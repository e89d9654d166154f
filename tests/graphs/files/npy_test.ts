import { readNpy, writeNpy } from "../../../graphs/files/npy.ts";
import { assert, assertEquals, assertThrows } from "../../assert.ts";
import { array, npy, rawNpy } from "../npz_writer.ts";

const RANGES: [descr: string, values: number[]][] = [
  ["|b1", [0, 1, 1]],
  ["|u1", [0, 255]],
  ["|i1", [-128, 127]],
  ["<u2", [0, 65_535]],
  ["<i2", [-32_768, 32_767]],
  ["<u4", [0, 2 ** 32 - 1]],
  ["<i4", [-(2 ** 31), 2 ** 31 - 1]],
  ["<u8", [0, 2 ** 32, Number.MAX_SAFE_INTEGER]],
  ["<i8", [Number.MIN_SAFE_INTEGER, -(2 ** 32), -1, 0, 2 ** 32 + 7, Number.MAX_SAFE_INTEGER]],
  ["<f2", [-2, 0.5, 65_504]],
  ["<f4", [-0.5, 1e10, NaN].map(Math.fround)],
  ["<f8", [-0.1, 1e300, Infinity]],
];

for (const [descr, values] of RANGES) {
  Deno.test(`readNpy() reads ${descr} from one end of its range to the other`, () => {
    for (const version of [1, 2, 3]) {
      const { shape, data } = readNpy(npy(array(descr, [values.length], values), version), "it");
      assertEquals([shape, [...data]], [[values.length], values]);
    }
  });
}

Deno.test("readNpy() reads scalars, empty arrays and several dimensions", () => {
  for (const shape of [[], [0], [3, 0], [2, 3], [1, 2, 3]]) {
    const values = Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, k) => k);
    const read = readNpy(npy(array("<i4", shape, values)), "it");
    assertEquals([read.shape, [...read.data]], [shape, values]);
  }
});

Deno.test("writeNpy() writes what readNpy() reads, bit for bit", () => {
  for (const [rows, cols] of [[0, 3], [1, 1], [3, 5], [1000, 40]] as const) {
    const data = Float32Array.from(
      { length: rows * cols },
      (_, k) => Math.sin(k) * 10 ** (k % 60 - 30),
    );
    if (data.length > 2) data.set([NaN, -Infinity, -0]);
    assertEquals(readNpy(writeNpy({ data, rows, cols }), "it"), { shape: [rows, cols], data });
  }
});

Deno.test("writeNpy() writes the very bytes that numpy.save writes", () => {
  const bytes = writeNpy({ data: Float32Array.of(1, -2), rows: 1, cols: 2 });
  const header = "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }";
  const text = new TextEncoder().encode(header.padEnd(117) + "\n");
  const values = [0, 0, 128, 63, 0, 0, 0, 192];
  assertEquals([...bytes], [0x93, 78, 85, 77, 80, 89, 1, 0, 118, 0, ...text, ...values]);
});

Deno.test("readNpy() refuses another order or shape of as many values by the checksum", () => {
  const matrix = { data: Float32Array.of(1, 2, 3, 4, 5, 6), rows: 2, cols: 3 };
  const text = "'fortran_order': False, 'shape': (2, 3), }";
  for (const other of [text.replace("False", " True"), text.replace("2, 3", "3, 2")]) {
    const bytes = writeNpy(matrix, { checksum: true });
    const at = new TextDecoder("latin1").decode(bytes).indexOf(text);
    bytes.set(new TextEncoder().encode(other), at);
    assertThrows(() => readNpy(bytes, "it"), SyntaxError, "it is damaged: it has the checksum");
  }
});

Deno.test("readNpy() turns Fortran's order into C's", () => {
  const at = (i: number, j: number, k: number) => 100 * i + 10 * j + k;
  const [first, second, third] = [2, 3, 4];
  const fortran: number[] = [];
  for (let k = 0; k < third; k++) {
    for (let j = 0; j < second; j++) for (let i = 0; i < first; i++) fortran.push(at(i, j, k));
  }
  const file = npy({ ...array("<i8", [first, second, third], fortran), fortran: true });
  const expected: number[] = [];
  for (let i = 0; i < first; i++) {
    for (let j = 0; j < second; j++) for (let k = 0; k < third; k++) expected.push(at(i, j, k));
  }
  assertEquals([...readNpy(file, "it").data], expected);
});

Deno.test("readNpy() reads bytes that begin anywhere", () => {
  const file = npy(array("<f8", [2], [1.5, 2.5]));
  const shifted = new Uint8Array(file.length + 3);
  shifted.set(file, 3);
  assertEquals([...readNpy(shifted.subarray(3), "it").data], [1.5, 2.5]);
});

Deno.test("readNpy() reads what Python 2 and older writers put into the header", () => {
  const header = "{'shape': (3L,), 'fortran_order': False, 'descr': '|u1'}   ";
  assertEquals(readNpy(rawNpy(header, Uint8Array.of(1, 2, 3)), "it").shape, [3]);
});

const THREE = array("<i4", [3], [1, 2, 3]);
const BROKEN: Record<string, [Uint8Array, string]> = {
  "no array": [new Uint8Array(40), "it is no NumPy array: expected it to begin with \\x93NUMPY"],
  "nothing": [new Uint8Array(0), "it is no NumPy array"],
  "version 4": [npy(THREE, 4), "expected version 1, 2 or 3, found 4"],
  "nothing but how it begins": [npy(THREE).slice(0, 6), "its header is cut off: found 6 bytes"],
  "half a header": [npy(THREE).slice(0, 30), "its header is cut off"],
  "a header of another kind": [rawNpy("{'shape': 3}", new Uint8Array(12)), "does not parse"],
  "missing values": [npy(THREE).slice(0, -1), "expected 12 bytes, found 11"],
  "values too many": [npy({ ...THREE, shape: [2] }), "its shape (2): expected 8 bytes, found 12"],
  "big-endian numbers": [npy({ ...THREE, descr: ">i4" }), 'save it again with .astype("<i4")'],
  "Python objects": [npy({ ...THREE, descr: "|O" }), "it holds Python objects"],
  "unicode": [npy({ ...THREE, descr: "<U1" }), "it holds text (<U1)"],
  "bytes of text": [npy({ ...THREE, descr: "|S4" }), "it holds text (|S4)"],
  "complex numbers": [npy({ ...THREE, descr: "<c8" }), "it holds values of type <c8"],
  "records": [
    rawNpy("{'descr': [('a', '<i4')], 'fortran_order': False, 'shape': (3,)}", THREE.bytes),
    "it holds records: expected booleans, integers or floats",
  ],
  "more than 53 bits": [
    npy({ ...THREE, descr: "<i8", shape: [1], bytes: new Uint8Array(8).fill(0x7f) }),
    "one of its integers has more than 53 bits",
  ],
};

for (const [what, [bytes, words]] of Object.entries(BROKEN)) {
  Deno.test(`readNpy() answers ${what} with a sentence`, () => {
    const { message } = assertThrows(() => readNpy(bytes, "entry x of y.npz"), SyntaxError, words);
    assert(message.startsWith("Cannot read entry x of y.npz as "), message);
    assertEquals(message.split("\n").length, 1);
  });
}
