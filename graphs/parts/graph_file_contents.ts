/** What a graph's file holds, and what is read and checked of it when it is opened. */
import { ArrayFile, type ArrayPlace } from "../files/array_file.ts";
import type { Split } from "../graph.ts";
import { NodeSet } from "./node_set.ts";
import type { Degrees } from "./part_size.ts";
import { shown } from "../../settings/shown.ts";

/** Goes up whenever the arrays change, so that no version misreads another's file. */
export const GRAPH_FORMAT = "parts-1";

/** Where the arrays stand that are read by ranges. */
export interface Places {
  /** U64 [nodes + 1] */
  readonly rowPtr: ArrayPlace;
  /** U32 [nodes]: CRC-32 of each row of edges. */
  readonly rowSums: ArrayPlace;
  /** F32 or F16 [nodes, features] */
  readonly x: ArrayPlace;
  /** U32 [nodes]: CRC-32 of each row of features. */
  readonly xSums: ArrayPlace;
  /** U32 [edges] */
  readonly colIdx: ArrayPlace;
}

export interface GraphFileContents {
  readonly name: string;
  readonly checksums: string;
  readonly degrees: Degrees;
  readonly places: Places;
  readonly classCount: number;
  /** [labelled nodes]: nodes that have a class, ascending. */
  readonly labelled: Uint32Array;
  /** [labelled nodes] */
  readonly classOf: Uint32Array;
  /** By rows of `labelled`. */
  readonly split: Split;
}

/** Opens a file; throws a sentence if it is another's, or damaged. */
export async function openGraphFile(path: string): Promise<GraphFileContents> {
  using file = await ArrayFile.open(path);
  const { name, format, classes } = file.metadata;
  if (name === undefined || format !== GRAPH_FORMAT) {
    throw new SyntaxError(
      `Cannot read ${path}: its format is ${shown(format ?? "none")}, expected ${GRAPH_FORMAT}`,
    );
  }
  const places = {
    rowPtr: file.place("row_ptr", "U64"),
    rowSums: file.place("row_crc", "U32"),
    x: file.place("x", "F32", "F16"),
    xSums: file.place("x_crc", "U32"),
    colIdx: file.place("col_idx", "U32"),
  };
  const classCount = Number(classes);
  const { checksums } = file;
  const [nodes, edges] = [checkShapes(places, path), places.colIdx.shape[0]!];
  const labels = await labelsOf(file, nodes, classCount);
  const [longestRow] = await file.integers("longest_row");
  const [variance] = (await file.floats("end_variance")).data;
  const degrees = { nodes, edges, longestRow: longestRow ?? 0, variance: variance ?? 0 };
  return { name, checksums, degrees, places, classCount, ...labels };
}

/** The number of nodes, which all arrays must have. */
function checkShapes({ rowPtr, rowSums, x, xSums, colIdx }: Places, path: string): number {
  const [nodes = 0] = x.shape;
  const shapes: readonly (readonly [string, ArrayPlace, readonly number[]])[] = [
    ["x", x, [nodes, x.shape[1] ?? 0]],
    ["row_ptr", rowPtr, [nodes + 1]],
    ["row_crc", rowSums, [nodes]],
    ["x_crc", xSums, [nodes]],
    ["col_idx", colIdx, [colIdx.shape[0] ?? 0]],
  ];
  for (const [name, { shape }, expected] of shapes) {
    if (shape.join() === expected.join()) continue;
    throw new SyntaxError(
      `Cannot read ${path}: its ${name} is of shape [${shape}], expected [${expected}]`,
    );
  }
  return nodes;
}

async function labelsOf(file: ArrayFile, nodes: number, classCount: number) {
  const labelled = await file.integers("labelled");
  const classOf = await file.integers("class");
  const broken = (state: string) => new SyntaxError(`Cannot read ${file.path}: ${state}`);
  if (classOf.length !== labelled.length || !classOf.every((of) => of < classCount)) {
    throw broken(
      `its labels are not one of ${classCount} classes for each of ${labelled.length} nodes`,
    );
  }
  const isDescending = (node: number, k: number) =>
    node >= nodes || node <= (labelled[k - 1] ?? -1);
  if (labelled.some(isDescending)) throw broken(`its labelled nodes do not ascend below ${nodes}`);
  const set = new NodeSet(nodes, labelled);
  const rowsOf = async (part: keyof Split) =>
    (await file.integers(part)).map((node) => {
      const row = set.place(node);
      if (row >= 0) return row;
      throw broken(`node ${node} of its split's ${part} has no label`);
    });
  const [train, valid, test] = [await rowsOf("train"), await rowsOf("valid"), await rowsOf("test")];
  return { labelled, classOf, split: { train, valid, test } };
}
