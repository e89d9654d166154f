/**
 * Reads `meta.yaml` of a folder in DGL's CSV layout (dgl.data.CSVDataset, version 1.0.0): which tables it has,
 * and how their columns are called. A single graph of one kind of nodes and edges is read.
 */
import { parse as untypedParse } from "@std/yaml/parse";
import * as v from "valibot";
import { escaped, listed, messageOf, quoted, shown } from "../../settings/shown.ts";
import { readFile } from "../files/read_file.ts";
import { unreadable } from "./table.ts";

// The standard library's npm build ships no types.
const parse: (text: string) => unknown = untypedParse;

/** The name of the file that makes a folder one of DGL's. */
export const META = "meta.yaml";
const VERSION = "1.0.0";

const name = v.string();
const META_SCHEMA = v.object({
  version: v.optional(name, VERSION),
  separator: v.optional(name, ","),
  node_data: v.array(v.object({
    file_name: name,
    ntype: v.optional(name, "_V"),
    node_id_field: v.optional(name, "node_id"),
    graph_id_field: v.optional(name, "graph_id"),
  })),
  edge_data: v.array(v.object({
    file_name: name,
    etype: v.optional(v.array(name)),
    src_id_field: v.optional(name, "src_id"),
    dst_id_field: v.optional(name, "dst_id"),
    graph_id_field: v.optional(name, "graph_id"),
  })),
  graph_data: v.optional(v.unknown()),
});

/** The two tables of a graph in DGL's layout. */
export interface DglMeta {
  readonly separator: string;
  readonly nodes: v.InferOutput<typeof META_SCHEMA>["node_data"][number];
  readonly edges: v.InferOutput<typeof META_SCHEMA>["edge_data"][number];
}

/** Reads the file at `path`. */
export async function readMeta(path: string): Promise<DglMeta> {
  const text = new TextDecoder().decode(await readFile(path));
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    const [, at = ""] = messageOf(error).match(/( at line \d+, column \d+)/) ?? [];
    throw unreadable(path, `it is no YAML${at}: expected what dgl.data.CSVDataset reads`);
  }
  const result = v.safeParse(META_SCHEMA, value);
  if (!result.success) throw unreadable(path, wrongField(result.issues[0]));
  const { version, separator, node_data, edge_data, graph_data } = result.output;
  if (version !== VERSION) {
    throw unreadable(path, `its version is ${shown(version)}: expected ${VERSION}`);
  }
  if (separator.length !== 1 || /["\r\n]/.test(separator)) {
    throw unreadable(
      path,
      `its separator is ${
        quoted(separator)
      }: expected a single character, no quote and no line's end`,
    );
  }
  if (graph_data !== undefined && graph_data !== null) {
    throw unreadable(path, "it has graph_data, as several graphs have: expected a single graph");
  }
  const nodes = single(path, "node_data", node_data.map((one) => ({ ...one, kind: one.ntype })));
  const kindOf = (etype?: readonly string[]) => etype?.join(" – ") ?? "_E";
  const edges = single(
    path,
    "edge_data",
    edge_data.map((one) => ({ ...one, kind: kindOf(one.etype) })),
  );
  for (const { file_name: file } of [nodes, edges]) {
    if (escaped(file) === file) continue;
    throw unreadable(
      path,
      `file_name is ${quoted(file)}: expected a name of letters that are seen`,
    );
  }
  return { separator, nodes, edges };
}

function single<T extends { readonly kind: string }>(
  path: string,
  field: string,
  tables: readonly T[],
): T {
  const [table] = tables;
  if (table !== undefined && tables.length === 1) return table;
  const found = table === undefined
    ? "no table"
    : `tables of ${listed(tables.map(({ kind }) => kind))}`;
  throw unreadable(
    path,
    `${field} has ${found}: expected one, of a graph whose nodes and edges are of one kind; ` +
      "keep the kind that has labels, or write dgl.to_homogeneous(graph)",
  );
}

function wrongField(issue: v.BaseIssue<unknown>): string {
  const place = shown(issue.path?.map(({ key }) => String(key)).join(".") ?? "it");
  if (issue.input === undefined) {
    return `${place} is missing: expected it, as dgl.data.CSVDataset reads it`;
  }
  return `${place} is ${shown(issue.received)}: expected ${issue.expected ?? "something else"}, ` +
    "as dgl.data.CSVDataset reads it";
}
