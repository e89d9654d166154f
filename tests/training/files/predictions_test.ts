import {
  readFinite,
  readPredictions,
  writePredictions,
} from "../../../training/files/predictions.ts";
import { assertEquals, assertRejects } from "../../assert.ts";
import { withFolder } from "../../folder.ts";
import { array, npy } from "../../graphs/npz_writer.ts";

Deno.test("readPredictions() reads what writePredictions() wrote, and nothing else is left", () =>
  withFolder(async (folder) => {
    const path = `${folder}/a b.npy`;
    for (const rows of [3, 2]) {
      const logits = {
        data: Float32Array.from({ length: 2 * rows }, (_, k) => Math.sin(k)),
        rows,
        cols: 2,
      };
      await writePredictions(path, logits);
      assertEquals(await readPredictions(path), logits);
    }
    assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name), ["a b.npy"]);
  }));

Deno.test("readPredictions() reads numbers of any type", () =>
  withFolder(async (folder) => {
    for (const descr of ["<f2", "<f8", "<i8", "|u1"]) {
      await Deno.writeFile(`${folder}/x.npy`, npy(array(descr, [2, 2], [1, 2, 3, 4])));
      const expected = { data: Float32Array.of(1, 2, 3, 4), rows: 2, cols: 2 };
      assertEquals(await readPredictions(`${folder}/x.npy`), expected);
    }
  }));

Deno.test("readPredictions() answers what it cannot read with a sentence", () =>
  withFolder(async (folder) => {
    const path = `${folder}/x.npy`;
    const missing = `Cannot read ${path} as there is no such file`;
    await assertRejects(() => readPredictions(path), Error, missing);
    await assertRejects(
      () => readPredictions(folder),
      Error,
      `${folder} as it is a folder: name a file`,
    );
    await Deno.writeTextFile(path, "logits");
    const other = `Cannot read ${path} as it is no NumPy array`;
    await assertRejects(() => readPredictions(path), SyntaxError, other);
    for (const [shape, found] of [[[3], "(3)"], [[], "()"], [[1, 2, 3], "(1, 2, 3)"]] as const) {
      const count = shape.reduce((product: number, size) => product * size, 1);
      await Deno.writeFile(path, npy(array("<f4", shape, Array(count).fill(0))));
      const message = `it holds no logits: expected the shape (nodes, classes), found ${found}`;
      await assertRejects(() => readPredictions(path), SyntaxError, message);
    }
  }));

Deno.test("readFinite() refuses logits that are not finite, by their place", () =>
  withFolder(async (folder) => {
    const path = `${folder}/x.npy`;
    const logits = { data: Float32Array.of(1, 2, 3, Infinity, 5, 6), rows: 3, cols: 2 };
    await writePredictions(path, logits);
    assertEquals(await readPredictions(path), logits);
    const words = `Cannot learn from ${path} as it has Infinity at [1, 1]: expected finite logits`;
    await assertRejects(() => readFinite(path, "learn from"), SyntaxError, words);
    logits.data[3] = 4;
    await writePredictions(path, logits);
    assertEquals(await readFinite(path, "learn from"), logits);
  }));

Deno.test("readPredictions() refuses a value changed since writePredictions() wrote it", () =>
  withFolder(async (folder) => {
    const path = `${folder}/x.npy`;
    await writePredictions(path, { data: Float32Array.of(1, 2, 3, 4), rows: 2, cols: 2 });
    const bytes = await Deno.readFile(path);
    bytes[bytes.length - 3]! ^= 0x40;
    await Deno.writeFile(path, bytes);
    await assertRejects(
      () => readPredictions(path),
      SyntaxError,
      "it is damaged: it has the checksum",
    );
  }));
