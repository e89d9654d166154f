/** `ArrayFile` on any file, and what it reads of what `ArrayFileWriter` wrote. */
import { assertSentence, holds, testReader } from "../../properties/properties.ts";
import fc from "fast-check";
import { ArrayFile } from "../../../graphs/files/array_file.ts";
import { ArrayFileWriter } from "../../../graphs/files/array_file_writer.ts";
import { encodeSafetensors } from "../../../training/files/safetensors.ts";
import { assertEquals } from "../../assert.ts";
import { type Bytes, changed, damaged, joined, json, jsonText } from "../../properties/inputs.ts";
import { withFolder } from "../../folder.ts";

const X = Float32Array.of(1, -0, NaN, 3e38, 5);
const ROW_PTR = Uint32Array.of(0, 2 ** 32 - 1, 7);
const WHOLE = encodeSafetensors(
  new Map([
    ["x", { shape: [5, 1], data: X }],
    ["row_ptr", { shape: [3], data: ROW_PTR }],
  ]),
  { name: "test" },
  { checksums: true },
);

/** Headers that a checksum vouches for, of what nobody wrote. */
const HEADER = {
  __metadata__: { name: "test", crc32: "00000000 00000000" },
  a: { dtype: "F32", shape: [2], data_offsets: [0, 8] },
};
const headers = fc.oneof(changed(fc.constant(HEADER)), json).map((header) => {
  const text = new TextEncoder().encode(jsonText(header));
  const length = new Uint8Array(BigUint64Array.of(BigInt(text.length)).buffer);
  return joined(length, text, new Uint8Array(8));
});

testReader<Bytes>("ArrayFile.open()", {
  name: "array_file",
  inputs: fc.oneof(headers, damaged(fc.constant(WHOLE))),
  read: (bytes) =>
    withFolder(async (folder) => {
      await Deno.writeFile(`${folder}/a`, bytes);
      using file = await ArrayFile.open(`${folder}/a`);
      await file.floats("x");
      await file.integers("row_ptr");
    }),
  multiple: 4,
});

Deno.test("ArrayFile refuses any damage where it is read, or reads the same", () =>
  holds(damaged(fc.constant(WHOLE)), (bytes) =>
    withFolder(async (folder) => {
      await Deno.writeFile(`${folder}/a`, bytes);
      try {
        using file = await ArrayFile.open(`${folder}/a`);
        assertEquals(await file.floats("x"), { shape: [5, 1], data: X });
        assertEquals(await file.integers("row_ptr"), ROW_PTR);
      } catch (error) {
        assertSentence(error);
      }
    })));

Deno.test("ArrayFile reads the bits that ArrayFileWriter was given", () =>
  holds(
    fc.tuple(
      fc.uint32Array({ maxLength: 20 }),
      fc.string({ unit: "grapheme", maxLength: 9 }),
      fc.string({ unit: "grapheme", maxLength: 9 }),
    ),
    ([bits, name, text]) =>
      withFolder(async (folder) => {
        const path = `${folder}/a`;
        const shape = [bits.length];
        const own = Uint32Array.from(bits);
        const [x, y] = [`${name}x`, `${name}y`];
        {
          const arrays = { [x]: { type: "F32", shape }, [y]: { type: "U32", shape } } as const;
          using writer = await ArrayFileWriter.create(path, arrays, { text });
          await writer.append(x, new Float32Array(own.buffer));
          await writer.append(y, own);
          await writer.finish();
        }
        using file = await ArrayFile.open(path);
        const { data } = await file.floats(x);
        assertEquals(new Uint32Array(data.buffer), own);
        assertEquals(await file.integers(y), own);
        assertEquals({ ...file.metadata }, { text });
      }),
  ));
