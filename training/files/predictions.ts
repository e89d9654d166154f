/** Reads and writes predictions as NumPy files: logits [nodes, classes], from which a student may learn. */
import type { Matrix } from "../../graphs/graph.ts";
import { place } from "../../graphs/npz/npz_entries.ts";
import { readNpy, writeNpy } from "../../graphs/files/npy.ts";
import { readFile } from "../../graphs/files/read_file.ts";
import { writeWhole } from "../../graphs/files/whole_file.ts";

/** Reads logits of any number type. */
export async function readPredictions(path: string): Promise<Matrix> {
  const { shape, data } = readNpy(await readFile(path), path);
  const [rows, cols] = shape;
  if (rows === undefined || cols === undefined || shape.length > 2) {
    throw new SyntaxError(
      `Cannot read ${path} as it holds no logits: expected the shape (nodes, classes), ` +
        `found (${shape.join(", ")})`,
    );
  }
  return { data: Float32Array.from(data), rows, cols };
}

/** Reads logits that must be finite: of a teacher, or its student would learn NaN, and of what is averaged. */
export async function readFinite(path: string, use: "learn from" | "average"): Promise<Matrix> {
  const logits = await readPredictions(path);
  const { data, rows, cols } = logits;
  const odd = data.findIndex((value) => !Number.isFinite(value));
  if (odd < 0) return logits;
  throw new SyntaxError(
    `Cannot ${use} ${path} as it has ${data[odd]} at ${place("", [rows, cols], odd)}: ` +
      "expected finite logits of float32, of a training that did not go astray",
  );
}

/** Writes logits as float32; whoever reads the path meanwhile sees the previous file. */
export async function writePredictions(path: string, logits: Matrix): Promise<void> {
  await writeWhole(path, writeNpy(logits, { checksum: true }));
}
