/** `readNpy()` on any bytes, and what it reads of what was written. */
import { assertSentence, holds, testReader } from "../../properties/properties.ts";
import fc from "fast-check";
import { readNpy, writeNpy } from "../../../graphs/files/npy.ts";
import { assert, assertEquals } from "../../assert.ts";
import { type Bytes, damaged, EDGES, garbage, joined, word } from "../../properties/inputs.ts";
import { array, npy, rawNpy, type WrittenArray } from "../npz_writer.ts";

const TYPES = ["|b1", "|u1", "|i1", "<u2", "<i2", "<u4", "<i4", "<u8", "<i8", "<f2", "<f4", "<f8"];
const count = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);

/** Small whole numbers, which every type holds. */
const arrays: fc.Arbitrary<WrittenArray> = fc.tuple(
  fc.constantFrom(...TYPES),
  fc.array(fc.nat(4), { maxLength: 4 }),
  fc.boolean(),
  fc.nat(100),
).map(([descr, shape, fortran, first]) => {
  const values = Array.from({ length: count(shape) }, (_, k) => (first + k) % 2);
  return { ...array(descr, shape, values), fortran };
});
const texts: fc.Arbitrary<WrittenArray> = fc.tuple(
  fc.constantFrom("U", "S"),
  fc.nat(4),
  fc.array(fc.oneof(fc.integer().map(String), word), { maxLength: 4 }),
).map(([kind, width, words]) => {
  const units = words.flatMap((text) =>
    Array.from({ length: width }, (_, k) => text.codePointAt(k) ?? 0)
  );
  const bytes = kind === "U"
    ? new Uint8Array(Uint32Array.from(units).buffer)
    : Uint8Array.from(units);
  return { descr: `<${kind}${width}`, shape: [words.length], bytes };
});
const whole = fc.tuple(fc.oneof(arrays, texts), fc.constantFrom(1, 2, 3))
  .map(([array, version]) => npy(array, version));

/** A header that may say anything of the bytes behind it. */
const headers: fc.Arbitrary<Bytes> = fc.record({
  descr: fc.oneof(
    fc.constantFrom(...TYPES, ">i4", "|O", "<c16", "<U999999999", "|S0", "<M8[ns]"),
    word,
  ),
  order: fc.oneof(fc.constantFrom("True", "False"), word),
  sizes: fc.array(fc.oneof(fc.nat(3).map(String), fc.constantFrom(...EDGES).map(String), word), {
    maxLength: 5,
  }),
  repeated: fc.constantFrom(0, 0, 100, 1600),
  end: word,
  values: fc.uint8Array({ maxLength: 16 }),
  version: fc.nat(4),
}).map(({ descr, order, sizes, repeated, end, values, version }) => {
  const tuple = [...sizes, ..."1".repeat(repeated)].join(", ");
  const header = `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': (${tuple},), }${end}`;
  return joined(rawNpy(header.toWellFormed(), values, version));
});

testReader("readNpy()", {
  name: "npy",
  inputs: fc.oneof(damaged(whole), headers, garbage(npy(array("<f4", [1], [1])).subarray(0, 10))),
  read(bytes) {
    const { shape, data } = readNpy(bytes, "a.npy");
    assertEquals(data.length, count(shape));
  },
  multiple: 16,
});

Deno.test("readNpy() reads every type, shape and order as it was written", () =>
  holds(arrays, (array) => {
    const { shape, data } = readNpy(npy(array), "a.npy");
    assertEquals([shape, data.length], [array.shape, count(shape)]);
    const first = readNpy(npy({ ...array, fortran: false }), "a.npy").data;
    const strides = array.shape.map((_, d) =>
      count(array.fortran ? array.shape.slice(0, d) : array.shape.slice(d + 1))
    );
    for (let at = 0; at < data.length; at++) {
      let rest = at;
      let from = 0;
      for (let d = array.shape.length - 1; d >= 0; d--) {
        from += strides[d]! * (rest % array.shape[d]!);
        rest = Math.floor(rest / array.shape[d]!);
      }
      assert(data[at] === first[from], `${at} of ${array.shape}`);
    }
  }));

/** Floats of any bits, the payloads of NaN among them. */
const matrices = fc.tuple(fc.nat(5), fc.nat(5)).chain(([rows, cols]) =>
  fc.uint32Array({ minLength: rows * cols, maxLength: rows * cols })
    .map((bits) => ({ rows, cols, bits, data: new Float32Array(bits.buffer) }))
);

Deno.test("readNpy() reads the bits that writeNpy() was given", () =>
  holds(fc.tuple(matrices, fc.boolean()), ([{ bits, ...matrix }, checksum]) => {
    const { shape, data } = readNpy(writeNpy(matrix, { checksum }), "a.npy");
    assertEquals(shape, [matrix.rows, matrix.cols]);
    assertEquals(new Uint32Array(data.buffer), Uint32Array.from(bits));
  }));

Deno.test("readNpy() refuses any damage to what writeNpy() wrote with a checksum, or reads the same", () =>
  holds(
    matrices.chain((matrix) =>
      damaged(fc.constant(writeNpy(matrix, { checksum: true }))).map((bytes) => ({ matrix, bytes }))
    ),
    ({ matrix: { rows, cols, bits }, bytes }) => {
      let read: ReturnType<typeof readNpy>;
      try {
        read = readNpy(bytes, "a.npy");
      } catch (error) {
        return assertSentence(error);
      }
      assertEquals(read.shape, [rows, cols]);
      assertEquals(new Uint32Array(read.data.buffer), Uint32Array.from(bits));
    },
  ));
