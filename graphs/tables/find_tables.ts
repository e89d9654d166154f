/** Finds the tables of a graph in a folder, and how their columns are called. */
import { listed } from "../../settings/shown.ts";
import { doesNotOpen } from "../files/read_file.ts";
import { openCsv } from "./csv_table.ts";
import { META, readMeta } from "./dgl_meta.ts";
import type { EdgeOptions } from "./edges.ts";
import { LABEL, type NodeOptions } from "./nodes.ts";
import { isOfSplit } from "./split.ts";
import { openParquet } from "./parquet_table.ts";
import { type FileTable, unreadable } from "./table.ts";

/** A table that is still to be opened. */
export interface Opening {
  readonly open: () => Promise<FileTable>;
}

/** The tables of a graph. */
export interface FoundTables {
  readonly nodes: Opening & Pick<NodeOptions, "id" | "graphId">;
  readonly edges: Opening & Pick<EdgeOptions, "source" | "target" | "graphId" | "without">;
}

/** The endings of tables, and what opens them. */
const FORMS: Readonly<Record<string, (path: string) => Promise<FileTable>>> = {
  ".csv": openCsv,
  ".csv.gz": openCsv,
  ".parquet": openParquet,
};

/** Finds a graph's tables; throws a sentence unless the folder holds one graph. */
export async function findTables(folder: string): Promise<FoundTables> {
  const path = folder.replace(/(?<=.)[/\\]+$/, "");
  const names = await namesIn(path);
  if (names.includes(META)) return await dglTables(path);
  return {
    nodes: { id: "id", open: opening(path, "nodes", names) },
    edges: { source: "source", target: "target", open: opening(path, "edges", names) },
  };
}

/** The tables of DGL's layout; what it has of edges besides features is for other purposes than ours. */
async function dglTables(folder: string): Promise<FoundTables> {
  const { nodes, edges, separator } = await readMeta(`${folder}/${META}`);
  const open = (file: string) => () => openCsv(`${folder}/${file}`, separator);
  return {
    nodes: {
      open: open(nodes.file_name),
      id: nodes.node_id_field,
      graphId: nodes.graph_id_field,
    },
    edges: {
      open: open(edges.file_name),
      source: edges.src_id_field,
      target: edges.dst_id_field,
      graphId: edges.graph_id_field,
      without: (name) => name === LABEL || isOfSplit(name),
    },
  };
}

async function namesIn(path: string): Promise<string[]> {
  try {
    const names: string[] = [];
    for await (const { name, isDirectory } of Deno.readDir(path)) {
      if (!isDirectory) names.push(name);
    }
    return names.sort();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotADirectory)) throw doesNotOpen(path, error);
    throw unreadable(path, "it is no folder: expected one of tables, or a file that ends in .npz");
  }
}

function opening(
  folder: string,
  table: string,
  names: readonly string[],
): () => Promise<FileTable> {
  const files = Object.keys(FORMS).map((ending) => table + ending);
  const found = files.filter((file) => names.includes(file));
  if (found.length > 1) {
    throw unreadable(
      folder,
      `it has ${found.join(" and ")}: expected one of them, remove the other`,
    );
  }
  const [file] = found;
  if (file !== undefined) {
    return () => FORMS[file.slice(table.length)]!(`${folder}/${file}`);
  }
  const has = names.length === 0 ? "it is empty" : `it has ${listed(names)}`;
  throw unreadable(
    folder,
    `${files.slice(0, -1).join(", ")} or ${
      files.at(-1)
    } is missing: expected a folder with tables of nodes and of edges, ${has}`,
  );
}

/** The paths of all tables in a folder, which nothing may be written over; none where it does not open. */
export function tablesIn(folder: string): string[] {
  try {
    const names = Array.from(Deno.readDirSync(folder), ({ name }) => name);
    const tables = names.filter((name) =>
      name === META || Object.keys(FORMS).some((form) => name.endsWith(form))
    );
    return tables.map((name) => `${folder}/${name}`);
  } catch {
    return [];
  }
}
