/** `folderGraph()` on any tables: CSV, Parquet and DGL's layout. */
import { gzipSync } from "node:zlib";
import { holds, testReader } from "../../properties/properties.ts";
import fc from "fast-check";
import type { NpzOptions } from "../../../graphs/npz/npz_graph.ts";
import { assertEquals } from "../../assert.ts";
import { type Bytes, damaged, garbage, joined, number, word } from "../../properties/inputs.ts";
import { entries } from "../edge_list.ts";
import { readFolder, TABLES } from "./table_folder.ts";

const bytesOf = (text: string): Bytes => joined(new TextEncoder().encode(text));

const options: fc.Arbitrary<NpzOptions> = fc.record({
  split: fc.constantFrom(0, 0, 1, 2 ** 40),
  symmetric: fc.boolean(),
  features: fc.constantFrom(1, 2, 2 ** 40),
  makeFeatures: fc.constantFrom("constant", "degree", "one-hot"),
  labelValues: fc.constantFrom([0, 1], ["blue", "green", "red"]),
}, { requiredKeys: [] });

interface Call {
  readonly nodes: Bytes;
  readonly edges: Bytes;
  readonly options: NpzOptions;
}

const cell = fc.oneof(
  fc.constantFrom("ann", "bob", "0", "1", "-1", "0.5", "train", "test", "", "True", '"1,2"'),
  number.map(String),
  word,
);

/** TABLES' text with some cells replaced. */
function recast(text: string): fc.Arbitrary<Bytes> {
  const lines = text.trimEnd().split("\n").map((line) => line.split(","));
  const place = fc.tuple(fc.nat(lines.length - 1), fc.nat(lines[0]!.length - 1), cell);
  return fc.array(place, { maxLength: 2 }).map((changes) => {
    const table = lines.map((line) => [...line]);
    for (const [row, col, value] of changes) table[row]![col] = value;
    return bytesOf(table.map((line) => line.join(",")).join("\n"));
  });
}

function textTable(text: string): fc.Arbitrary<Bytes> {
  return fc.oneof(
    { weight: 4, arbitrary: recast(text) },
    { weight: 2, arbitrary: damaged(fc.constant(bytesOf(text))) },
    { weight: 1, arbitrary: garbage(bytesOf(text.slice(0, 20))) },
  );
}

/** Labels' one-hot matrix is at most 512 MiB; a row of text at most 4 Mi letters, held twice. */
const LIMITS = { base: 2 ** 30, multiple: 1000 };

testReader<Call>("folderGraph() of CSV", {
  name: "csv_graph",
  inputs: fc.record({
    nodes: textTable(TABLES["nodes.csv"]),
    edges: textTable(TABLES["edges.csv"]),
    options,
  }),
  read: ({ nodes, edges, options }) =>
    readFolder({ "nodes.csv": nodes, "edges.csv": edges }, options),
  ...LIMITS,
  bytesOf: ({ nodes, edges }) => nodes.length + edges.length,
  ofFile: (nodes) => ({ nodes, edges: bytesOf(TABLES["edges.csv"]), options: {} }),
});

const packed = joined(gzipSync(TABLES["nodes.csv"]));

testReader<Call>("folderGraph() of gzipped CSV", {
  name: "csv_gz_graph",
  inputs: fc.record({
    nodes: fc.oneof(
      { weight: 4, arbitrary: damaged(fc.constant(packed)) },
      { weight: 1, arbitrary: fc.constant(packed) },
      { weight: 1, arbitrary: garbage(packed.subarray(0, 10)) },
    ),
    edges: fc.constant(bytesOf(TABLES["edges.csv"])),
    options,
  }),
  read: ({ nodes, edges, options }) =>
    readFolder({ "nodes.csv.gz": nodes, "edges.csv": edges }, options),
  ...LIMITS,
  multiple: 1032 * LIMITS.multiple,
  bytesOf: ({ nodes }) => nodes.length,
});

function parquet(name: string): Bytes {
  return Deno.readFileSync(new URL(`parquet/${name}.parquet`, import.meta.url));
}

const FILES = ["nodes", "nodes_gzip", "nodes_zstd", "nodes_uncompressed", "lists"].map(parquet);

testReader<Call>("folderGraph() of Parquet", {
  name: "parquet_graph",
  inputs: fc.record({
    nodes: fc.oneof(
      { weight: 5, arbitrary: damaged(fc.constantFrom(...FILES)) },
      { weight: 1, arbitrary: garbage(FILES[0]!.subarray(0, 40)) },
    ),
    edges: fc.constantFrom(bytesOf("source,target\nann,bob\n"), bytesOf("source,target\n")),
    options,
  }),
  read: ({ nodes, edges, options }) =>
    readFolder({ "nodes.parquet": nodes, "edges.csv": edges }, options),
  ...LIMITS,
  multiple: 1032 * 16,
  bytesOf: ({ nodes }) => nodes.length,
  ofFile: (nodes) => ({ nodes, edges: bytesOf("source,target\n"), options: {} }),
});

const META = `dataset_name: d
separator: ","
edge_data:
- file_name: edges.csv
  src_id_field: source
  dst_id_field: target
node_data:
- file_name: nodes.csv
  node_id_field: id
`;

testReader<Bytes>("folderGraph() of DGL's layout", {
  name: "dgl_graph",
  inputs: fc.oneof(
    { weight: 4, arbitrary: damaged(fc.constant(bytesOf(META))) },
    {
      weight: 4,
      arbitrary: fc.tuple(fc.constantFrom("d", ",", "edges.csv", "source", "id", "- ", ": "), cell)
        .map(([from, to]) => bytesOf(META.replace(from, to))),
    },
    { weight: 1, arbitrary: garbage(bytesOf("a: [")) },
  ),
  read: (meta) => readFolder({ ...TABLES, "meta.yaml": meta }),
  ...LIMITS,
});

/** Any name that a node may have, beside those that say nothing. */
const id = fc.oneof(fc.string({ unit: "grapheme", minLength: 1 }), word)
  .map((text) => text.replaceAll(/[\p{Cs}\r\ufeff]/gu, "").trim())
  .filter((text) => !/^(nan)?$/i.test(text));

Deno.test("folderGraph() reads nodes of any name, and numbers as JavaScript writes them", () =>
  holds(
    fc.record({
      ids: fc.uniqueArray(id, { minLength: 4, maxLength: 9 }),
      ends: fc.array(fc.tuple(fc.nat(8), fc.nat(8)), { maxLength: 12 }),
      x: fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), {
        minLength: 9,
        maxLength: 9,
      }),
      end: fc.constantFrom("\n", "\r\n"),
    }),
    async ({ ids, ends, x, end }) => {
      const quoted = ids.map((id) => `"${id.replaceAll('"', '""')}"`);
      const node = (k: number) => k % ids.length;
      const nodes = ids.map((_, k) => `${quoted[k]},${k % 2},${x[k]}`);
      const edges = ends.map(([a, b]) => `${quoted[node(a)]},${quoted[node(b)]}`);
      const graph = await readFolder({
        "nodes.csv": ["id,label,x", ...nodes, ""].join(end),
        "edges.csv": ["source,target", ...edges].join(end),
      });
      const numbers = (values: readonly number[]) => values.map((value) => value + 0);
      assertEquals(numbers([...graph.x.data]), numbers(x.slice(0, ids.length)));
      const expected = new Set(ends.map(([a, b]) => `${node(a)} ${node(b)}`));
      assertEquals(new Set([...entries(graph)].map((edge) => edge.join(" "))), expected);
    },
  ));
