import { loadDataset } from "../../graphs/datasets.ts";
import type { Graph } from "../../graphs/graph.ts";
import { npzGraph, type NpzOptions } from "../../graphs/npz_graph.ts";
import { assertEquals, assertRejects } from "../assert.ts";
import { array, npy, npz, withFile, type WrittenArray } from "./npz_writer.ts";

type Arrays = Record<string, WrittenArray | Uint8Array>;

/** Five nodes, edges 0 → 1, 0 → 2, 2 → 2, 3 → 0; two classes. */
const BENCHMARK: Arrays = {
  adj_indices: array("<i4", [4], [1, 2, 2, 0]),
  adj_indptr: array("<i4", [6], [0, 2, 2, 3, 4, 4]),
  adj_shape: array("<i8", [2], [5, 5]),
  attr_data: array("<f4", [4], [1, 0.5, 2, 3]),
  attr_indices: array("<i4", [4], [0, 2, 1, 2]),
  attr_indptr: array("<i4", [6], [0, 2, 2, 3, 4, 4]),
  attr_shape: array("<i8", [2], [5, 3]),
  labels: array("<i8", [5], [0, 1, 1, 0, 1]),
};

/** Six nodes, undirected edges 0 – 1 (twice), 1 – 2, 3 – 3; three classes, two splits. */
const HETEROPHILOUS: Arrays = {
  node_features: array("<f4", [6, 2], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]),
  node_labels: array("<i8", [6], [0, 1, 2, 0, 1, 2]),
  edges: array("<i8", [4, 2], [0, 1, 1, 2, 1, 0, 3, 3]),
  train_masks: array("|b1", [2, 6], [1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1]),
  val_masks: array("|b1", [2, 6], [0, 0, 1, 1, 0, 0, 0, 0, 1, 1, 0, 0]),
  test_masks: array("|b1", [2, 6], [0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0]),
};

async function read(arrays: Arrays, options: NpzOptions = {}, deflate = true): Promise<Graph> {
  let graph: Graph | undefined;
  await withFile(npz(arrays, { deflate }), async (path) => {
    graph = await npzGraph(path, options);
    assertEquals(graph.name, path);
  });
  return graph!;
}

function without(arrays: Arrays, ...names: string[]): Arrays {
  return Object.fromEntries(Object.entries(arrays).filter(([name]) => !names.includes(name)));
}

/** `source → target` of each edge, by target. */
function edgesOf({ nodes, rowPtr, colIdx }: Graph): string[] {
  const edges: string[] = [];
  for (let i = 0; i < nodes; i++) {
    for (let e = rowPtr[i]!; e < rowPtr[i + 1]!; e++) edges.push(`${colIdx[e]} → ${i}`);
  }
  return edges;
}

Deno.test("npzGraph() reads gnn-benchmark's form, stored and deflated", async () => {
  for (const deflate of [false, true]) {
    const graph = await read(BENCHMARK, {}, deflate);
    assertEquals(edgesOf(graph), ["3 → 0", "0 → 1", "0 → 2", "2 → 2"]);
    assertEquals([graph.edgeFeatures.rows, graph.edgeFeatures.cols], [4, 0]);
    assertEquals([...graph.x.data], [1, 0, 0.5, 0, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0]);
    assertEquals([graph.labels.cols, ...graph.labels.data], [1, 0, 1, 1, 0, 1]);
    assertEquals(Object.values(graph.split).map(({ length }) => length), [3, 1, 1]);
  }
});

for (const descr of ["|i1", "|u1", "<i2", "<u2", "<i4", "<u4", "<i8", "<u8"]) {
  Deno.test(`npzGraph() reads whole numbers of type ${descr}`, async () => {
    const integers = Object.fromEntries(
      [["adj_indices", [1, 2, 2, 0]], ["adj_indptr", [0, 2, 2, 3, 4, 4]], ["adj_shape", [5, 5]], [
        "labels",
        [0, 1, 1, 0, 1],
      ]].map(([name, values]) => {
        return [name, array(descr, [values!.length], values as number[])];
      }),
    );
    const [graph, usual] = [await read({ ...BENCHMARK, ...integers }), await read(BENCHMARK)];
    assertEquals({ ...graph, name: "" }, { ...usual, name: "" });
  });
}

Deno.test("npzGraph() takes adj_data for edge features unless it is 1 throughout", async () => {
  const ones = await read({ ...BENCHMARK, adj_data: array("<f4", [4], [1, 1, 1, 1]) });
  assertEquals(ones.edgeFeatures.cols, 0);
  const weights = { ...BENCHMARK, adj_data: array("<f8", [4], [1, 0.5, 2, 3]) };
  assertEquals([...(await read(weights)).edgeFeatures.data], [3, 1, 0.5, 2]);
  const symmetric = await read(weights, { symmetric: true });
  assertEquals([...symmetric.edgeFeatures.data], [1, 0.5, 3, 1, 0.5, 2, 3]);
});

Deno.test("npzGraph() adds reverse edges to gnn-benchmark's form on request", async () => {
  const graph = await read(BENCHMARK, { symmetric: true });
  assertEquals(
    edgesOf(graph),
    ["1 → 0", "2 → 0", "3 → 0", "0 → 1", "0 → 2", "2 → 2", "0 → 3"],
  );
});

Deno.test("npzGraph() reads dense attributes under both names, in both orders", async () => {
  const rest = without(BENCHMARK, "attr_data", "attr_indices", "attr_indptr", "attr_shape");
  const values = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
  const rows = await read({ ...rest, attr_matrix: array("<f8", [5, 2], values) });
  assertEquals([rows.x.rows, rows.x.cols, ...rows.x.data], [5, 2, ...values]);
  const byColumn = { ...array("<f4", [5, 2], [1, 3, 5, 7, 9, 2, 4, 6, 8, 10]), fortran: true };
  assertEquals((await read({ ...rest, attr: byColumn })).x, rows.x);
});

Deno.test("npzGraph() keeps the features that most nodes have, sparse or dense", async () => {
  const sparse = await read(BENCHMARK, { features: 2 });
  assertEquals([sparse.x.cols, ...sparse.x.data], [2, 1, 0.5, 0, 0, 0, 0, 0, 3, 0, 0]);
  const rest = without(BENCHMARK, "attr_data", "attr_indices", "attr_indptr", "attr_shape");
  const { data } = (await read(BENCHMARK)).x;
  const dense = await read(
    { ...rest, attr_matrix: array("<f4", [5, 3], [...data]) },
    { features: 2 },
  );
  assertEquals(dense.x, sparse.x);
  assertEquals((await read(BENCHMARK, { features: 9 })).x.cols, 3);
});

Deno.test("npzGraph() draws split 0, 1, … of a file that has none", async () => {
  const drawn = await Promise.all([{}, { split: 0 }, { split: 1 }, { seed: 1 }].map(
    async (options) => Object.values((await read(BENCHMARK, options)).split).join("|"),
  ));
  assertEquals(drawn[0], drawn[1]);
  assertEquals(new Set(drawn).size, 3);
});

Deno.test("npzGraph() reads heterophilous-graphs' form, its edges both ways", async () => {
  const graph = await read(HETEROPHILOUS);
  assertEquals(edgesOf(graph), ["1 → 0", "0 → 1", "2 → 1", "1 → 2", "3 → 3"]);
  assertEquals([graph.x.rows, graph.x.cols, graph.x.data[11]], [6, 2, 12]);
  assertEquals(graph.edgeFeatures.cols, 0);
  const directed = await read(HETEROPHILOUS, { symmetric: false });
  assertEquals(edgesOf(directed), ["1 → 0", "0 → 1", "1 → 2", "3 → 3"]);
});

Deno.test("npzGraph() takes the split that is asked for", async () => {
  const parts = async (split: number) =>
    Object.values((await read(HETEROPHILOUS, { split })).split).map((part) => [...part]);
  assertEquals(await parts(0), [[0, 1], [2, 3], [4, 5]]);
  assertEquals(await parts(1), [[4, 5], [2, 3], [0, 1]]);
});

Deno.test("npzGraph() makes three classes three tasks, two classes one", async () => {
  const three = (await read(HETEROPHILOUS)).labels;
  assertEquals([three.cols, ...three.data.slice(0, 9)], [3, 1, 0, 0, 0, 1, 0, 0, 0, 1]);
  const node_labels = array("|u1", [6], [0, 1, 0, 0, 1, 1]);
  const two = (await read({ ...HETEROPHILOUS, node_labels })).labels;
  assertEquals([two.cols, ...two.data], [1, 0, 1, 0, 0, 1, 1]);
});

Deno.test("npzGraph() passes over entries it does not need, whatever they hold", async () => {
  const names = { descr: "|O", shape: [5], bytes: new Uint8Array(40) };
  assertEquals((await read({ ...BENCHMARK, node_names: names })).nodes, 5);
});

Deno.test("loadDataset() takes a name that ends in .npz for a file", async () => {
  await withFile(npz(HETEROPHILOUS), async (path) => {
    assertEquals([...(await loadDataset(path, { split: 1 })).split.train], [4, 5]);
  });
  const missing = "Cannot read nowhere.npz as there is no such file";
  await assertRejects(() => loadDataset("nowhere.npz"), Error, missing);
});

const nan = array("<f4", [6, 2], [1, 2, 3, NaN, 5, 6, 7, 8, 9, 10, 11, 12]);
const overlap = array("|b1", [2, 6], [0, 1, 1, 1, 0, 0, 0, 0, 1, 1, 0, 0]);

/** What is wrong, and the words that must say so. */
const BROKEN: Record<string, [Arrays, words: string]> = {
  "an empty archive": [{}, "it holds no graph: expected adj_indices"],
  "arrays of another kind": [{ images: array("<f4", [1], [1]) }, "it has images"],
  "gnn-benchmark without labels": [
    without(BENCHMARK, "labels"),
    "entry labels is missing: expected the form gnn-benchmark",
  ],
  "heterophilous-graphs without a mask": [
    without(HETEROPHILOUS, "val_masks"),
    "entry val_masks is missing: expected the form heterophilous-graphs",
  ],
  "half of the attributes": [
    without(BENCHMARK, "attr_indptr"),
    "entry attr_indptr is missing: expected the form gnn-benchmark with attr_data",
  ],
  "an entry that is no array": [
    { ...BENCHMARK, labels: new Uint8Array(50) },
    "it is no NumPy array",
  ],
  "an entry cut off": [
    { ...BENCHMARK, labels: npy(BENCHMARK.labels as WrittenArray).slice(0, -8) },
    "its values do not fill its shape (5): expected 40 bytes, found 32",
  ],
  "labels of text": [
    { ...BENCHMARK, labels: { descr: "<U1", shape: [5], bytes: new Uint8Array(20) } },
    "it holds text (<U1)",
  ],
  "too few labels": [
    { ...BENCHMARK, labels: array("<i8", [4], [0, 1, 1, 0]) },
    "entry labels has the wrong shape: expected (5), found (4)",
  ],
  "a negative label": [
    { ...BENCHMARK, labels: array("<i8", [5], [0, 1, -1, 0, 1]) },
    "labels[2] is -1: expected a whole number from 0, below 5",
  ],
  "a single class": [
    { ...BENCHMARK, labels: array("<i8", [5], [0, 0, 0, 0, 0]) },
    "entry labels is 0 throughout: expected two classes or more",
  ],
  "an adjacency that is not square": [
    { ...BENCHMARK, adj_shape: array("<i8", [2], [5, 6]) },
    "entry adj_shape is (5, 6): expected as many columns as rows",
  ],
  "too few rows": [
    { ...BENCHMARK, adj_indptr: array("<i4", [5], [0, 2, 2, 3, 4]) },
    "entry adj_indptr has the wrong shape: expected (6), found (5)",
  ],
  "rows that descend": [
    { ...BENCHMARK, adj_indptr: array("<i4", [6], [0, 2, 1, 3, 4, 4]) },
    "entry adj_indptr must ascend: adj_indptr[2] is 1 after 2",
  ],
  "rows that end early": [
    { ...BENCHMARK, adj_indptr: array("<i4", [6], [0, 2, 2, 3, 3, 3]) },
    "entry adj_indptr must span adj_indices: expected it from 0 to 4, found 0 to 3",
  ],
  "an edge that leaves": [
    { ...BENCHMARK, adj_indices: array("<i4", [4], [1, 2, 5, 0]) },
    "adj_indices[2] is 5: expected a whole number from 0, below 5",
  ],
  "too few weights": [
    { ...BENCHMARK, adj_data: array("<f4", [3], [1, 1, 1]) },
    "entry adj_data has the wrong shape: expected (4), found (3)",
  ],
  "attributes of other nodes": [
    { ...BENCHMARK, attr_shape: array("<i8", [2], [4, 3]), attr_indptr: indptr(4) },
    "entry attr_shape has the wrong size: expected 5 rows, one per node, found 4",
  ],
  "attributes too large to be dense": [
    { ...BENCHMARK, attr_shape: array("<i8", [2], [5, 2 ** 30]) },
    "5 × 1073741824 floats take 20480 MiB, expected at most 512 MiB or 26843545 columns",
  ],
  "an edge to nowhere": [
    { ...HETEROPHILOUS, edges: array("<i8", [2, 2], [0, 1, 1, 6]) },
    "edges[1, 1] is 6: expected a whole number from 0, below 6",
  ],
  "half an edge": [
    { ...HETEROPHILOUS, edges: array("<f8", [2, 2], [0, 1, 0.5, 2]) },
    "edges[1, 0] is 0.5",
  ],
  "edges in two rows": [
    { ...HETEROPHILOUS, edges: array("<i8", [2, 4], [0, 1, 1, 2, 1, 0, 3, 3]) },
    "entry edges has the wrong shape: expected (any, 2), found (2, 4)",
  ],
  "NaN features": [
    { ...HETEROPHILOUS, node_features: nan },
    "node_features[1, 1] is NaN: expected a finite number",
  ],
  "overlapping masks": [
    { ...HETEROPHILOUS, val_masks: overlap },
    "val_masks[0, 1] is set as train_masks[0, 1] is",
  ],
  "a mask of something else": [
    { ...HETEROPHILOUS, train_masks: array("|u1", [1, 6], [0, 2, 0, 0, 0, 0]) },
    "train_masks[0, 1] is 2: expected 0 or 1",
  ],
  "an empty mask": [
    { ...HETEROPHILOUS, test_masks: array("|b1", [1, 6], [0, 0, 0, 0, 0, 0]) },
    "test_masks[0] has no nodes: expected some in each part",
  ],
};

function indptr(nodes: number): WrittenArray {
  return array("<i4", [nodes + 1], Array.from({ length: nodes + 1 }, (_, i) => Math.min(i, 4)));
}

for (const [what, [arrays, words]] of Object.entries(BROKEN)) {
  Deno.test(`npzGraph() answers ${what} with a sentence`, async () => {
    await withFile(npz(arrays), (path) => assertSentence(path, words));
  });
}

async function assertSentence(path: string, words: string): Promise<void> {
  const { message } = await assertRejects(() => npzGraph(path), Error, words);
  assertEquals([message.includes(path), message.split("\n").length], [true, 1], message);
}

Deno.test("npzGraph() answers a file that is no archive, or half of one, with a sentence", async () => {
  const whole = npz(BENCHMARK);
  await withFile(
    new TextEncoder().encode("nodes,edges\n"),
    (path) => assertSentence(path, "it is no zip archive"),
  );
  await withFile(new Uint8Array(0), (path) => assertSentence(path, "it is no zip archive"));
  await withFile(
    whole.slice(0, whole.length / 2),
    (path) => assertSentence(path, "it is cut off or damaged"),
  );
});

Deno.test("npzGraph() answers a damaged entry with its name", async () => {
  const values = Array.from({ length: 12 }, (_, k) => Math.sin(k));
  const whole = npz({ ...HETEROPHILOUS, node_features: array("<f8", [6, 2], values) });
  await withFile(whole.fill(0xff, 60, 100), (path) => assertSentence(path, "node_features"));
});

Deno.test("npzGraph() answers a split that is not there with how many there are", async () => {
  await assertRejects(
    () => read(HETEROPHILOUS, { split: 2 }),
    RangeError,
    "as train_masks has 2, numbered from 0",
  );
});
