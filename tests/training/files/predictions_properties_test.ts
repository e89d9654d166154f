/** `readFinite()` on any file, and the logits that `writePredictions()` wrote. */
import { holds, testReader } from "../../properties/properties.ts";
import fc from "fast-check";
import {
  readFinite,
  readPredictions,
  writePredictions,
} from "../../../training/files/predictions.ts";
import { assertEquals } from "../../assert.ts";
import { type Bytes, damaged, joined, number } from "../../properties/inputs.ts";
import { withFolder } from "../../folder.ts";
import { array, npy } from "../../graphs/npz_writer.ts";

const files: fc.Arbitrary<Bytes> = fc.tuple(
  fc.constantFrom("<f4", "<f8", "<i4", "|b1"),
  fc.array(fc.oneof({ weight: 5, arbitrary: fc.nat(3) }, { weight: 1, arbitrary: number }), {
    maxLength: 12,
  }),
  fc.constantFrom<number>(1, 2, 3, 0, 1e15),
).map(([descr, values, cols]) => {
  if (cols === 0) return joined(npy(array(descr, [1e15, 0], [])));
  if (cols === 1e15) return joined(npy(array(descr, [values.length], values)));
  const rows = Math.floor(values.length / cols);
  return joined(npy(array(descr, [rows, cols], values.slice(0, rows * cols))));
});

testReader<Bytes>("readFinite()", {
  name: "predictions",
  inputs: fc.oneof(files, damaged(files)),
  read: (bytes) =>
    withFolder(async (folder) => {
      await Deno.writeFile(`${folder}/a.npy`, bytes);
      const { data, rows, cols } = await readFinite(`${folder}/a.npy`, "learn from");
      assertEquals(data.length, rows * cols);
    }),
  multiple: 16,
});

Deno.test("readPredictions() reads the bits that writePredictions() wrote", () =>
  holds(fc.uint32Array({ maxLength: 12 }), (bits) =>
    withFolder(async (folder) => {
      const data = new Float32Array(Uint32Array.from(bits).buffer);
      await writePredictions(`${folder}/a.npy`, { data, rows: data.length, cols: 1 });
      const read = await readPredictions(`${folder}/a.npy`);
      assertEquals([read.rows, read.cols], [data.length, 1]);
      // A payload of NaN may be lost where values are copied one by one.
      assertEquals(read.data, data);
    })));
