/** Reads the tables of an OGB archive as typed arrays: counts, edges, features, labels and the split. */
import { TableError } from "../files/csv.ts";
import type { Matrix, Split } from "../graph.ts";
import { mostColumns } from "../matrix.ts";
import type { OgbArchive } from "./ogb_archive.ts";

const PARTS = ["train", "valid", "test"] as const;
/** Counts beyond this are damage and must not be allocated. */
const MOST = 2 ** 31;

/** Reads a file's only number: the number of lines of `table`, which have so many values each. */
export async function readCount(
  archive: OgbArchive,
  member: string,
  table: string,
  values = 1,
): Promise<number> {
  let count = 0;
  await archive.read(member, { rows: 1, cols: 1 }, ([value]) => {
    if (!Number.isInteger(value) || value! < 0 || value! > MOST) {
      throw new TableError(`line 1 is ${value}: expected a whole number from 0`);
    }
    count = value!;
  });
  if (count * values <= await archive.mostValues(table)) return count;
  throw new SyntaxError(
    `Cannot read ${archive.path} as ${table} is too small for the ${count} lines of ${member}`,
  );
}

/** Counts the lines of a table of one column. */
export async function countRows(archive: OgbArchive, member: string): Promise<number> {
  return await archive.read(member, { cols: 1, missing: true }, () => {});
}

/** Reads both ends of each edge, in the file's order. */
export async function readEdges(
  archive: OgbArchive,
  member: string,
  nodes: number,
  edges: number,
): Promise<{ sources: Uint32Array; targets: Uint32Array }> {
  const sources = new Uint32Array(edges);
  const targets = new Uint32Array(edges);
  const options = { rows: edges, per: "edge", cols: 2 };
  await archive.read(member, options, (ends, row) => {
    checkIndex(ends[0]!, row, 1, nodes, "node");
    checkIndex(ends[1]!, row, 2, nodes, "node");
    sources[row] = ends[0]!;
    targets[row] = ends[1]!;
  });
  return { sources, targets };
}

/** Reads floats, a row per node or edge. */
export async function readMatrix(
  archive: OgbArchive,
  member: string,
  rows: number,
  per: string,
): Promise<Matrix> {
  const most = await archive.mostValues(member);
  let data = new Float32Array(0);
  let cols = 0;
  await archive.read(member, { rows, per }, (values, row) => {
    if (row === 0) data = new Float32Array(checkValues(rows, cols = values.length, most));
    data.set(values, row * cols);
  });
  return { data, rows, cols };
}

/** Reads labels [nodes, tasks] of 0, 1 and NaN. */
export async function readTasks(
  archive: OgbArchive,
  member: string,
  nodes: number,
): Promise<Matrix> {
  const most = await archive.mostValues(member);
  let data = new Float32Array(0);
  let cols = 0;
  const options = { rows: nodes, per: "node", missing: true };
  await archive.read(member, options, (values, row) => {
    if (row === 0) data = new Float32Array(checkValues(nodes, cols = values.length, most));
    const task = values.findIndex((value) => value !== 0 && value !== 1 && !Number.isNaN(value));
    if (task >= 0) {
      const found = `${values[task]} in column ${task + 1}`;
      throw new TableError(`line ${row + 1} has label ${found}: expected 0, 1 or nan`);
    }
    data.set(values, row * cols);
  });
  return { data, rows: nodes, cols };
}

/** The class of a node that has none. */
export const NO_CLASS = 2 ** 32 - 1;

/** Reads [nodes]: each node's class; a node outside the split may have none, as nan or -1. */
export async function readClasses(
  archive: OgbArchive,
  member: string,
  nodes: number,
  classes: number,
  split: Split,
): Promise<Uint32Array> {
  const labels = new Uint32Array(nodes);
  const options = { rows: nodes, per: "node", cols: 1, missing: true };
  await archive.read(member, options, ([label], row) => {
    const missing = Number.isNaN(label) || label === -1;
    if (!missing) checkIndex(label!, row, 1, classes, "class");
    labels[row] = missing ? NO_CLASS : label!;
  });
  for (const part of PARTS) {
    const bare = split[part].filter((node) => labels[node] === NO_CLASS);
    if (bare.length === 0) continue;
    throw new SyntaxError(
      `Cannot read ${archive.path} as ${member} has no class for ${bare.length} of ` +
        `${split[part].length} nodes of the split's ${part}, line ${bare[0]! + 1} the first: ` +
        `expected a whole number from 0 to ${classes - 1}`,
    );
  }
  return labels;
}

/** Returns [nodes]: the rank of each node's species among the distinct taxonomy ids. */
export async function readSpecies(archive: OgbArchive, nodes: number): Promise<Uint32Array> {
  const codes = new Float64Array(nodes);
  const names = ["raw/node_species.csv.gz", "raw/species.csv.gz"] as const; // new name, old name
  const member = await archive.has(names[0]) || !await archive.has(names[1]) ? names[0] : names[1];
  const options = { rows: nodes, per: "node", cols: 1 };
  await archive.read(member, options, ([code], row) => codes[row] = code!);
  const distinct = Array.from(new Set(codes)).sort((a, b) => a - b);
  if (distinct.length > mostColumns(nodes)) {
    throw new SyntaxError(
      `Cannot read ${archive.path} as ${member} has ${distinct.length} species: expected at most ` +
        `${mostColumns(nodes)}, as each is a column of ${nodes} nodes`,
    );
  }
  const ranks = new Map(distinct.map((code, rank) => [code, rank]));
  return Uint32Array.from(codes, (code) => ranks.get(code)!);
}

/** Reads the split, each part in the file's order; a node is in at most one. */
export async function readSplit(
  archive: OgbArchive,
  folder: string,
  nodes: number,
): Promise<Split> {
  const taken = new Uint8Array(nodes);
  const member = (part: number) => `split/${folder}/${PARTS[part]}.csv.gz`;
  const read = async (part: number) => {
    const members = new Uint32Array(nodes);
    const count = await archive.read(member(part), { cols: 1 }, ([node], row) => {
      checkIndex(node!, row, 1, nodes, "node");
      if (taken[node!]) {
        const other = member(taken[node!]! - 1);
        throw new TableError(
          `line ${row + 1} is node ${node}, which is in ${other} already: expected it in one part`,
        );
      }
      taken[node!] = part + 1;
      members[row] = node!;
    });
    return members.slice(0, count);
  };
  const [train, valid, test] = [await read(0), await read(1), await read(2)];
  const empty = [train, valid, test].findIndex(({ length }) => length === 0);
  if (empty < 0) return { train, valid, test };
  const purpose = ["learn from", "choose the best epoch by", "judge on"][empty];
  throw new SyntaxError(
    `Cannot read ${archive.path} as ${member(empty)} has no nodes: expected some to ${purpose}`,
  );
}

/** Returns the number of values of a table; throws before allocation if its file is too small for them. */
function checkValues(rows: number, cols: number, most: number): number {
  if (rows * cols <= most) return rows * cols;
  throw new TableError(`line 1 has ${cols} columns: it is too small for ${rows} such lines`);
}

function checkIndex(value: number, row: number, col: number, limit: number, what: string): void {
  if (Number.isInteger(value) && value >= 0 && value < limit) return;
  throw new TableError(
    `line ${row + 1} has ${what} ${value} in column ${col}: ` +
      `expected a whole number from 0 to ${limit - 1}`,
  );
}
