/** `folderGraph()` on Parquet that another program has written (parquet/README.md). */
import { assertEquals, assertRejects } from "../../assert.ts";
import { readFolder, TABLES } from "./table_folder.ts";

function parquet(name: string): Uint8Array {
  return Deno.readFileSync(new URL(`parquet/${name}.parquet`, import.meta.url));
}

const edges = parquet("edges");
const NODES = { "nodes.parquet": parquet("nodes"), "edges.parquet": edges };

for (const packing of ["", "_uncompressed", "_gzip", "_brotli", "_zstd"]) {
  Deno.test(`folderGraph() reads the graph of the CSV tables from nodes${packing}.parquet`, async () => {
    const files = { "nodes.parquet": parquet(`nodes${packing}`), "edges.parquet": edges };
    const [found, expected] = [await readFolder(files), await readFolder(TABLES)];
    assertEquals({ ...found, name: "" }, { ...expected, name: "" });
  });
}

Deno.test("folderGraph() reads lists, numbers as ids, truths as masks and null as no label", async () => {
  const graph = await readFolder({
    "nodes.parquet": parquet("lists"),
    "edges.csv": "source,target\n10,20\n40,30\n",
  });
  assertEquals([...graph.x.data], [0.5, 1, 2, 3, 4, 5, 6, 7]);
  assertEquals([...graph.labels.data], [0, 1, 0, NaN]);
  assertEquals([...graph.rowPtr], [0, 0, 1, 2, 2]);
  const { train, valid, test } = graph.split;
  assertEquals([train, valid, test].map((part) => [...part]), [[0], [1], [2]]);
});

/** A copy with other bytes from `at` on, or cut there. */
function changed(bytes: Uint8Array, at: number, ...by: number[]): Uint8Array {
  if (by.length === 0) return bytes.slice(0, at);
  const copy = bytes.slice();
  copy.set(by, at);
  return copy;
}

const BROKEN: Record<string, [nodes: Uint8Array, words: string]> = {
  "an empty file": [new Uint8Array(0), "nodes.parquet as it is no Parquet file: expected one"],
  "text": [
    new TextEncoder().encode(TABLES["nodes.csv"]),
    "nodes.parquet as it is no Parquet file but text that begins with",
  ],
  "a file cut off": [
    changed(NODES["nodes.parquet"], 900),
    "nodes.parquet as it is damaged, or of a kind that is not read: parquet file invalid",
  ],
  "LZ4": [
    parquet("nodes_lz4"),
    "nodes.parquet as it is damaged, or of a kind that is not read: parquet unsupported compression " +
    "codec: LZ4_RAW; write it anew",
  ],
  "a page that says it is longer": [
    changed(NODES["nodes.parquet"], 4 + 4, 0xff, 0xff, 0xff, 0xff, 0x0f),
    "nodes.parquet as it is damaged, or of a kind that is not read",
  ],
};

for (const [what, [nodes, words]] of Object.entries(BROKEN)) {
  Deno.test(`folderGraph() refuses ${what} as Parquet`, async () => {
    const files = { "nodes.parquet": nodes, "edges.parquet": edges };
    await assertRejects(() => readFolder(files), SyntaxError, words);
  });
}

Deno.test("folderGraph() refuses two tables of nodes", async () => {
  const both = { ...NODES, "nodes.csv": TABLES["nodes.csv"] };
  const words = "it has nodes.csv and nodes.parquet: expected one of them, remove the other";
  await assertRejects(() => readFolder(both), SyntaxError, words);
});
