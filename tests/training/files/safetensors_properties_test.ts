/** `decodeSafetensors()` on any bytes, and what it reads of what was encoded. */
import { assertSentence, holds, testReader } from "../../properties/properties.ts";
import fc from "fast-check";
import {
  decodeSafetensors,
  encodeSafetensors,
  type StoredTensor,
  type TensorData,
} from "../../../training/files/safetensors.ts";
import { assert, assertEquals } from "../../assert.ts";
import { changed, damaged, garbage, joined, json, jsonText } from "../../properties/inputs.ts";

const ARRAYS = [
  ...[Float64Array, Float32Array, Float16Array, BigInt64Array, BigUint64Array, Int32Array],
  ...[Uint32Array, Int16Array, Uint16Array, Int8Array, Uint8Array],
];

/** A tensor of any bits, the payloads of NaN among them. */
const tensors: fc.Arbitrary<StoredTensor> = fc.tuple(
  fc.constantFrom(...ARRAYS),
  fc.array(fc.nat(3), { maxLength: 3 }),
  fc.uint8Array({ minLength: 216, maxLength: 216 }),
).map(([Data, shape, bits]) => {
  const count = shape.reduce((a, b) => a * b, 1);
  const data = new Data(bits.slice(0, count * Data.BYTES_PER_ELEMENT).buffer);
  return { shape, data: data as TensorData };
});

const words = fc.string({ unit: "grapheme", maxLength: 12 });
const names = words.filter((name) => name !== "__metadata__");
const files = fc.record({
  tensors: fc.array(fc.tuple(names, tensors), { maxLength: 4 }).map((all) => new Map(all)),
  metadata: fc.dictionary(words.filter((key) => key !== "crc32"), words, { maxKeys: 3 }),
  checksums: fc.boolean(),
});
type File = typeof files extends fc.Arbitrary<infer T> ? T : never;

const encoded = ({ tensors, metadata, checksums }: File) =>
  encodeSafetensors(tensors, metadata, { checksums });

/** The bits of each tensor with what else is said of it. */
function bitsOf(tensors: ReadonlyMap<string, StoredTensor>) {
  return [...tensors].map(([name, { shape, data }]) => [
    ...[name, data.constructor.name, shape],
    [...new Uint8Array(data.buffer, data.byteOffset, data.byteLength)],
  ]).sort(([a], [b]) => String(a) < String(b) ? -1 : 1);
}

Deno.test("decodeSafetensors() reads the bits, names and texts that were encoded", () =>
  holds(files, (file) => {
    const { tensors, metadata, checked } = decodeSafetensors(encoded(file), "a.safetensors");
    assertEquals(bitsOf(tensors), bitsOf(file.tensors));
    assertEquals([{ ...metadata }, checked], [{ ...file.metadata }, file.checksums]);
  }));

Deno.test("decodeSafetensors() refuses any damage to a file with checksums, or reads the same", () =>
  holds(
    files.chain((file) =>
      damaged(fc.constant(encoded({ ...file, checksums: true }))).map((bytes) => ({ file, bytes }))
    ),
    ({ file, bytes }) => {
      let found: ReturnType<typeof decodeSafetensors>;
      try {
        found = decodeSafetensors(bytes, "a.safetensors");
      } catch (error) {
        return assertSentence(error);
      }
      // What became of the word crc32 itself is a file without checksums.
      if (found.checked) assertEquals(bitsOf(found.tensors), bitsOf(file.tensors));
    },
  ));

/** The bytes of a header that may say anything, and of what is behind it. */
export function withHeader(text: string, data: Uint8Array) {
  const header = new TextEncoder().encode(text);
  const length = new Uint8Array(new BigUint64Array([BigInt(header.length)]).buffer);
  return joined(length, header, data);
}

const HEADER = {
  __metadata__: { settings: "{}", note: "a" },
  a: { dtype: "F32", shape: [2], data_offsets: [0, 8] },
  b: { dtype: "U8", shape: [2, 2], data_offsets: [8, 12] },
  c: { dtype: "BF16", shape: [2], data_offsets: [12, 16] },
};
const headers = fc.tuple(
  fc.oneof({ weight: 4, arbitrary: changed(fc.constant(HEADER)) }, { weight: 1, arbitrary: json })
    .map(jsonText),
  fc.constantFrom(0, 12, 16),
).map(([text, bytes]) => withHeader(text, new Uint8Array(bytes)));

/** Tensors that are right each by itself, but stand anywhere. */
const places = fc.array(fc.tuple(fc.nat(3), fc.nat(3)), { minLength: 1, maxLength: 3 }).map(
  (all) => {
    const entries = all.map(([begin, count], k) => [
      `t${k}`,
      { dtype: "F32", shape: [count], data_offsets: [4 * begin, 4 * (begin + count)] },
    ]);
    const end = Math.max(...all.map(([begin, count]) => 4 * (begin + count)));
    return withHeader(JSON.stringify(Object.fromEntries(entries)).padEnd(400), new Uint8Array(end));
  },
);

testReader("decodeSafetensors()", {
  name: "safetensors",
  inputs: fc.oneof(
    damaged(files.map(encoded)),
    headers,
    places,
    garbage(withHeader("{}", new Uint8Array(0))),
  ),
  read(bytes) {
    let end = 0;
    for (
      const { shape, data, dtype } of decodeSafetensors(bytes, "a.safetensors").tensors.values()
    ) {
      if (dtype === undefined) assertEquals(data.length, shape.reduce((a, b) => a * b, 1));
      if (data.buffer !== bytes.buffer) continue;
      assert(data.byteOffset >= end, "no tensor begins in another");
      end = data.byteOffset + data.byteLength;
    }
  },
  multiple: 16,
});
