/** Node features from files of one's own, such as text embeddings, in the place of a data set's. */
import { messageOf } from "../../settings/shown.ts";
import { doesNotOpen } from "../files/read_file.ts";
import type { Graph, Matrix } from "../graph.ts";
import { zeros } from "../matrix.ts";
import { type DenseMatrix, readDense } from "./dense_matrix.ts";
import { locateHalves } from "./halves.ts";
import { locateNpy } from "./npy_matrix.ts";
import { locateSafetensors } from "./safetensors_matrix.ts";
import { locateTorch } from "./torch_matrix.ts";

/** Finds the matrix in a file of one form, for a graph of so many nodes. Throws a clause. */
export type Locate = (file: Deno.FsFile, path: string, nodes: number) => Promise<DenseMatrix>;

const FORMS: Readonly<Record<string, Locate>> = {
  ".npy": locateNpy,
  ".emb": locateHalves,
  ".safetensors": locateSafetensors,
  ".pt": locateTorch,
  ".pth": locateTorch,
};

/** The endings of files that node features are read from. */
export const FEATURE_FILES = Object.keys(FORMS);

/** The same graph with features from these files, joined column by column. Throws a sentence. */
export async function withNodeFeatures(graph: Graph, paths: readonly string[]): Promise<Graph> {
  const { columns: _, ...others } = graph;
  return { ...others, x: await readNodeFeatures(paths, graph) };
}

/** [nodes, features of all files]. Throws a sentence. */
export async function readNodeFeatures(
  paths: readonly string[],
  { nodes, name }: Pick<Graph, "nodes" | "name">,
): Promise<Matrix> {
  const open: { path: string; file: Deno.FsFile; matrix: DenseMatrix }[] = [];
  try {
    for (const path of paths) {
      const file = await openFile(path);
      // Closed at the end, whatever is thrown.
      open.push({ path, file, matrix: { type: "f4", rows: nodes, cols: 0, at: 0 } });
      const matrix = await located(file, path, nodes);
      if (matrix.rows !== nodes) {
        throw new RangeError(
          `Cannot use ${path} as node features: it has ${matrix.rows} rows, ${name} has ${nodes} nodes`,
        );
      }
      if (matrix.cols === 0) {
        throw new RangeError(
          `Cannot use ${path} as node features: its ${nodes} rows are empty, expected a number or more each`,
        );
      }
      open.at(-1)!.matrix = matrix;
    }
    const cols = open.reduce((sum, { matrix }) => sum + matrix.cols, 0);
    const x = zeros(nodes, cols);
    let first = 0;
    for (const { path, file, matrix } of open) {
      await clauseOf(path, () => readDense(file, matrix, x, first));
      checkFinite(path, matrix, x, first);
      first += matrix.cols;
    }
    return x;
  } finally {
    for (const { file } of open) file.close();
  }
}

async function openFile(path: string): Promise<Deno.FsFile> {
  try {
    // Opening a pipe would wait for who writes to it.
    if ((await Deno.stat(path)).isFile) return await Deno.open(path);
  } catch (error) {
    throw doesNotOpen(path, error);
  }
  throw new RangeError(
    `Cannot read node features from ${path}: it is a folder or a pipe, expected a file`,
  );
}

async function located(file: Deno.FsFile, path: string, nodes: number): Promise<DenseMatrix> {
  const ending = FEATURE_FILES.find((ending) => path.toLowerCase().endsWith(ending));
  if (ending === undefined) {
    throw new RangeError(
      `Cannot read node features from ${path}: expected a file that ends in ${
        FEATURE_FILES.join(", ")
      }`,
    );
  }
  return await clauseOf(path, () => FORMS[ending]!(file, path, nodes));
}

/** Puts the file's name before a clause that says what is wrong with it. */
async function clauseOf<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    const message = messageOf(error);
    // Readers of whole files say the file themselves.
    if (message.startsWith("Cannot ")) throw error;
    throw new SyntaxError(`Cannot read node features from ${path}: ${message}`);
  }
}

function checkFinite(
  path: string,
  { cols }: DenseMatrix,
  { data, rows, cols: stride }: Matrix,
  first: number,
) {
  for (let row = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++) {
      const value = data[row * stride + first + col]!;
      if (Number.isFinite(value)) continue;
      throw new SyntaxError(
        `Cannot use ${path} as node features: it has ${value} at row ${row}, column ${col}, ` +
          "expected finite numbers of float32",
      );
    }
  }
}
