/** `folderGraph()` on DGL's CSV layout: the example of its documentation, and what is refused. */
import { gzipSync } from "node:zlib";
import { assertEquals, assertRejects } from "../../assert.ts";
import { type Files, readFolder } from "./table_folder.ts";

/** Of DGL's user guide, 4.6, its masks made a split and its features shorter. */
const DGL = {
  "meta.yaml": `dataset_name: mini_feature_dataset
edge_data:
- file_name: edges.csv
node_data:
- file_name: nodes.csv
`,
  "nodes.csv": `node_id,label,train_mask,val_mask,test_mask,feat
0,1,True,False,False,"0.5, 0.25, 2"
1,1,True,False,False,"0.125, 0.75, 1"
2,1,False,True,False,"1.5, 2.5, -1"
3,0,False,False,True,"-0.5, 1, 0"
4,1,False,False,True,"1e-1, 2e0, 3"
`,
  "edges.csv": `src_id,dst_id,label,train_mask,val_mask,test_mask,feat
4,0,2,False,True,True,"0.5, 0.25"
0,3,1,True,True,True,"1.5, -2"
`,
};

Deno.test("folderGraph() reads DGL's layout: vectors in quotes, edges as they are directed", async () => {
  const graph = await readFolder(DGL);
  assertEquals([graph.nodes, graph.x.cols, graph.edgeFeatures.cols], [5, 3, 2]);
  assertEquals([...graph.x.data.subarray(6, 12)], [1.5, 2.5, -1, -0.5, 1, 0]);
  assertEquals([...graph.labels.data], [1, 1, 1, 0, 1]);
  assertEquals([[...graph.rowPtr], [...graph.colIdx]], [[0, 1, 1, 1, 2, 2], [4, 0]]);
  assertEquals([...graph.edgeFeatures.data], [0.5, 0.25, 1.5, -2]);
  const { train, valid, test } = graph.split;
  assertEquals([train, valid, test].map((part) => [...part]), [[0, 1], [2], [3, 4]]);
});

Deno.test("folderGraph() reads DGL's columns, files and separator under other names", async () => {
  const renamed = (text: string) =>
    text.replaceAll(",", ";").replace("node_id", "who").replace("src_id", "from").replace(
      "dst_id",
      "to",
    );
  const files = {
    "meta.yaml": `version: 1.0.0
separator: ';'
edge_data: [{ file_name: e.txt, src_id_field: from, dst_id_field: to, etype: [v, e, v] }]
node_data: [{ file_name: n.txt, node_id_field: who, ntype: v, graph_id_field: g }]
`,
    "n.txt": renamed(DGL["nodes.csv"]).replace(/^(?=.)/gm, "0;").replace("0;who", "g;who")
      .replaceAll(/(?<=\d); /g, ", "),
    "e.txt": renamed(DGL["edges.csv"]).replaceAll(/(?<=\d); /g, ", "),
  };
  const [found, expected] = [await readFolder(files), await readFolder(DGL)];
  assertEquals({ ...found, name: "" }, { ...expected, name: "" });
});

Deno.test("folderGraph() reads DGL's tables packed by gzip, as pandas reads them for DGL", async () => {
  const files = {
    "meta.yaml": DGL["meta.yaml"].replace("edges.csv", "e.txt.gz"),
    "nodes.csv": DGL["nodes.csv"],
    "e.txt.gz": new Uint8Array(gzipSync(DGL["edges.csv"])),
  };
  const [found, expected] = [await readFolder(files), await readFolder(DGL)];
  assertEquals({ ...found, name: "" }, { ...expected, name: "" });
});

function withMeta(meta: string): Files {
  return { ...DGL, "meta.yaml": meta };
}

const META = DGL["meta.yaml"];

const BROKEN: Record<string, [files: Files, words: string]> = {
  "what is no YAML": [withMeta("a: [1"), "meta.yaml as it is no YAML at line "],
  "a text": [
    withMeta("hello"),
    `meta.yaml as it is "hello": expected Object, as dgl.data.CSVDataset reads it`,
  ],
  "no tables of edges": [
    withMeta(META.replace("edge_data", "edges")),
    "meta.yaml as edge_data is missing: expected it, as dgl.data.CSVDataset",
  ],
  "a number for a file": [
    withMeta(META.replace("nodes.csv", "7")),
    "meta.yaml as node_data.0.file_name is 7: expected string",
  ],
  "a file whose name turns the text round": [
    withMeta(META.replace("nodes.csv", "\u202ea.csv")),
    'meta.yaml as file_name is "\\u202ea.csv": expected a name of letters that are seen',
  ],
  "another version": [withMeta(`${META}version: 2.0.0\n`), "its version is 2.0.0: expected 1.0.0"],
  "a long separator": [
    withMeta(`${META}separator: '||'\n`),
    'its separator is "||": expected a single',
  ],
  "a separator that quotes": [
    withMeta(`${META}separator: '"'\n`),
    'its separator is "\\"": expected a single character, no quote and no line',
  ],
  "a separator that ends lines": [withMeta(`${META}separator: "\\n"\n`), 'its separator is "\\n"'],
  "several graphs": [
    withMeta(`${META}graph_data:\n  file_name: graphs.csv\n`),
    "meta.yaml as it has graph_data, as several graphs have: expected a single graph",
  ],
  "several kinds of nodes": [
    withMeta(
      META.replace(
        "- file_name: nodes.csv",
        "- file_name: a.csv\n  ntype: user\n- file_name: b.csv",
      ),
    ),
    "meta.yaml as node_data has tables of user, _V: expected one, of a graph whose nodes and edges are",
  ],
  "several kinds of edges": [
    withMeta(
      META.replace(
        "- file_name: edges.csv",
        "- file_name: a.csv\n  etype: [a, b, c]\n- file_name: b.csv",
      ),
    ),
    "meta.yaml as edge_data has tables of a – b – c, _E: expected one",
  ],
  "no kind of nodes": [
    withMeta(META.replace("- file_name: nodes.csv", "  []")),
    "meta.yaml as node_data has no table: expected one",
  ],
  "rows of a second graph": [
    {
      ...DGL,
      "nodes.csv": DGL["nodes.csv"].replace(/^(?=.)/gm, "0,").replace("0,node", "graph_id,node")
        .replace("0,4,", "1,4,"),
    },
    'nodes.csv as row 5 has "1" in column "graph_id", and row 1 "0": expected a single graph',
  ],
  "a table that is missing": [
    withMeta(META.replace("nodes.csv", "none.csv")),
    "none.csv as there is no such file",
  ],
  "a table without its ids": [
    { ...DGL, "edges.csv": DGL["edges.csv"].replace("src_id", "source") },
    'edges.csv as it has no column "src_id": expected one of ids of nodes',
  ],
};

for (const [what, [files, words]] of Object.entries(BROKEN)) {
  Deno.test(`folderGraph() refuses ${what} in DGL's layout`, async () => {
    await assertRejects(() => readFolder(files), Error, words);
  });
}
