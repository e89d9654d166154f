/** `folderGraph()` on tables in CSV: what their columns mean. */
import { gzipSync } from "node:zlib";
import type { Graph } from "../../../graphs/graph.ts";
import { entries } from "../edge_list.ts";
import { assertEquals, assertRejects } from "../../assert.ts";
import { readFolder, TABLES } from "./table_folder.ts";

const nodes = TABLES["nodes.csv"];
const edges = TABLES["edges.csv"];

/** The [source, target] of every edge, in the order of the rows. */
function edgeList(graph: Graph): [source: number, target: number][] {
  return [...entries(graph)];
}

Deno.test("folderGraph() reads ids, classes by name, the split, features and directed edges", async () => {
  const graph = await readFolder(TABLES);
  assertEquals([graph.nodes, graph.x.cols, graph.classes], [6, 2, true]);
  assertEquals([...graph.x.data], [1, -0.5, 2, 0.25, 3, Math.fround(1e-3), 4, 0, 5, 7.5, 6, 2]);
  assertEquals(graph.labelValues, ["blue", "green", "red"]);
  assertEquals([...graph.labels.data], [0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0, 0, 1, 0]);
  const { train, valid, test } = graph.split;
  assertEquals([train, valid, test].map((part) => [...part]), [[0, 1], [2, 3], [4, 5]]);
  assertEquals(edgeList(graph), [[2, 0], [0, 1], [1, 2], [4, 3], [5, 5]]);
  assertEquals(graph.edgeFeatures.cols, 0);
});

Deno.test("folderGraph() adds reverses on request, and takes an edge that is there twice once", async () => {
  const twice = { ...TABLES, "edges.csv": `${edges}ann,bob\nbob,ann\n` };
  assertEquals(edgeList(await readFolder(twice)).length, 6);
  const symmetric = edgeList(await readFolder(twice, { symmetric: true }));
  assertEquals(symmetric.length, 9);
  assertEquals(symmetric.filter(([from, to]) => from === 1 && to === 0).length, 1);
});

Deno.test("folderGraph() takes the one column weight as weights, others as edge features", async () => {
  const weights = {
    ...TABLES,
    "edges.csv": "source,target,weight\nann,bob,0.5\nbob,ann,2\nann,bob,1\n",
  };
  const weighted = await readFolder(weights);
  assertEquals([weighted.weighted, [...weighted.edgeFeatures.data]], [true, [2, 1.5]]);
  const ones = { ...TABLES, "edges.csv": "source,target,weight\nann,bob,1\n" };
  assertEquals((await readFolder(ones)).weighted, undefined);
  const features = {
    ...TABLES,
    "edges.csv": 'target,kind,source,vector\nbob,1,ann,"[0.5, 2]"\nann,True,bob,"3,4"\n',
  };
  const one = await readFolder(features);
  assertEquals([one.weighted, one.edgeFeatures.cols], [undefined, 3]);
  assertEquals([...one.edgeFeatures.data], [1, 3, 4, 1, 0.5, 2]);
  const both = await readFolder(features, { symmetric: true });
  assertEquals(edgeList(both), [[1, 0], [1, 0], [0, 1], [0, 1]]);
  assertEquals([...both.edgeFeatures.data], [1, 3, 4, 1, 0.5, 2, 1, 0.5, 2, 1, 3, 4]);
});

Deno.test("folderGraph() reads what spreadsheets and pandas write: marks, quotes, line ends, blank lines", async () => {
  const quoted = nodes.replaceAll("ann", '"Ann ""A"", first"').replaceAll("fay", '"two\nlines"');
  const written = {
    "nodes.csv": `\ufeff${quoted}`.replaceAll("\n", "\r\n").replace("two\r\n", "two\n"),
    "edges.csv": `${
      edges.replaceAll("ann", '"Ann ""A"", first"').replaceAll("fay", '"two\nlines"')
    }\n\n`,
  };
  const [found, expected] = [await readFolder(written), await readFolder(TABLES)];
  assertEquals({ ...found, name: "" }, { ...expected, name: "" });
});

Deno.test("folderGraph() reads tables that are packed by gzip, one or both", async () => {
  const packed = (text: string) => new Uint8Array(gzipSync(text));
  const both = { "nodes.csv.gz": packed(nodes), "edges.csv.gz": packed(edges) };
  const one = { "nodes.csv": nodes, "edges.csv.gz": packed(edges) };
  const expected = await readFolder(TABLES);
  for (const found of [await readFolder(both), await readFolder(one)]) {
    assertEquals({ ...found, name: "" }, { ...expected, name: "" });
  }
});

Deno.test("folderGraph() reads whole numbers as classes, two of them as one task", async () => {
  const numbers = nodes.replaceAll("red", "10").replaceAll("blue", "2").replaceAll("green", "2.0");
  const { labelValues, classes, labels } = await readFolder({ ...TABLES, "nodes.csv": numbers });
  assertEquals([labelValues, classes], [[2, 10], undefined]);
  assertEquals([...labels.data], [1, 0, 0, 1, 0, 0]);
});

Deno.test("folderGraph() leaves nodes without a label or a part out of the split", async () => {
  const bare = nodes.replace("dan,red,valid", "dan,,").replace("fay,green,test", "fay,NaN,nan");
  const { labels, split } = await readFolder({ ...TABLES, "nodes.csv": bare });
  assertEquals([...labels.data.subarray(9, 12)], [0, 0, 0]);
  assertEquals([split.valid, split.test].map((part) => [...part]), [[2], [4]]);
});

Deno.test("folderGraph() reads tasks from columns that begin with label_, and masks for a split", async () => {
  const masks = `id,label_a,label_b,train_mask,val_mask,test_mask,x
0,1,0,True,False,False,1
1,0,,True,0,False,1
2,1,-1,false,1,False,1
3,0,1,False,FALSE,TRUE,1
`;
  const tasks = await readFolder({ "nodes.csv": masks, "edges.csv": "source,target\n" });
  assertEquals([tasks.classes, tasks.labels.cols, tasks.colIdx.length], [undefined, 2, 0]);
  assertEquals([...tasks.labels.data], [1, 0, 0, NaN, 1, NaN, 0, 1]);
  const { train, valid, test } = tasks.split;
  assertEquals([train, valid, test].map((part) => [...part]), [[0, 1], [2], [3]]);
});

Deno.test("folderGraph() draws the split that a table lacks, the one that is asked for", async () => {
  const without = nodes.replaceAll(/,(split|train|val|valid|test)\b/g, "");
  const files = { ...TABLES, "nodes.csv": without };
  const [first, second] = [await readFolder(files), await readFolder(files, { split: 1 })];
  assertEquals([first, second].map(({ split: { train } }) => train.length), [4, 4]);
  assertEquals(first.split.train.join() === second.split.train.join(), false);
  await assertRejects(
    () => readFolder(TABLES, { split: 1 }),
    RangeError,
    "as it has one, numbered 0",
  );
});

Deno.test("folderGraph() makes features, keeps the most frequent, or those of a model", async () => {
  const made = await readFolder(TABLES, { makeFeatures: "degree" });
  assertEquals([made.x.cols, made.x.data[0]], [1, Math.fround(Math.log1p(1))]);
  const kept = await readFolder(TABLES, { features: 1 });
  assertEquals([[...kept.x.data], [...kept.columns!.kept]], [[1, 2, 3, 4, 5, 6], [0]]);
});

Deno.test("folderGraph() has the classes of a model that was trained on another table", async () => {
  const labelValues = ["black", "blue", "green", "red"];
  const { labels, labelValues: found } = await readFolder(TABLES, { labelValues });
  assertEquals([labels.cols, found], [4, labelValues]);
});
