import { loadDataset } from "../../../graphs/catalogue/datasets.ts";
import type { Graph } from "../../../graphs/graph.ts";
import { npzGraph } from "../../../graphs/npz/npz_graph.ts";
import type { MadeFeatures } from "../../../graphs/settings.ts";
import { assertEquals, assertRejects } from "../../assert.ts";
import { BENCHMARK, HETEROPHILOUS, readGraph, without } from "../npz_fixtures.ts";
import { array, npz, withFile } from "../npz_writer.ts";

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
    const graph = await readGraph(BENCHMARK, {}, deflate);
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
    const [graph, usual] = [
      await readGraph({ ...BENCHMARK, ...integers }),
      await readGraph(BENCHMARK),
    ];
    assertEquals({ ...graph, name: "" }, { ...usual, name: "" });
  });
}

Deno.test("npzGraph() takes adj_data for edge features unless it is 1 throughout", async () => {
  const ones = await readGraph({ ...BENCHMARK, adj_data: array("<f4", [4], [1, 1, 1, 1]) });
  assertEquals(ones.edgeFeatures.cols, 0);
  const weights = { ...BENCHMARK, adj_data: array("<f8", [4], [1, 0.5, 2, 3]) };
  assertEquals([...(await readGraph(weights)).edgeFeatures.data], [3, 1, 0.5, 2]);
  const symmetric = await readGraph(weights, { symmetric: true });
  assertEquals([...symmetric.edgeFeatures.data], [1, 0.5, 3, 1, 0.5, 2, 3]);
});

Deno.test("npzGraph() knows weights as such, and drops what is stored as 0", async () => {
  const weighted = (weights: number[], descr = "<f4") =>
    readGraph({ ...BENCHMARK, adj_data: array(descr, [4], weights) });
  const some = await weighted([0, 0.5, 2, 3]);
  assertEquals(edgesOf(some), ["3 → 0", "0 → 2", "2 → 2"]);
  assertEquals([some.weighted, ...some.edgeFeatures.data], [true, 3, 0.5, 2]);
  const ones = await weighted([1, 0, 1, 1], "|b1");
  assertEquals(edgesOf(ones), ["3 → 0", "0 → 1", "2 → 2"]);
  assertEquals([ones.weighted, ones.edgeFeatures.rows, ones.edgeFeatures.cols], [undefined, 3, 0]);
  const none = await weighted([0, 0, 0, 0]);
  assertEquals([edgesOf(none), none.nodes], [[], 5]);
});

Deno.test("npzGraph() reads weights beside the edges of heterophilous-graphs' form", async () => {
  const of = (name: string, weights: number[]) =>
    readGraph({ ...HETEROPHILOUS, [name]: array("<f8", [weights.length], weights) });
  for (const name of ["edge_weights", "edge_weight"]) {
    // The edges 0 → 1, 1 → 2, 1 → 0 and 3 → 3; the larger of both directions is that of the edge.
    const graph = await of(name, [0.5, 0, 2, 3]);
    assertEquals(edgesOf(graph), ["1 → 0", "0 → 1", "3 → 3"]);
    assertEquals([graph.weighted, ...graph.edgeFeatures.data], [true, 2, 2, 3]);
    assertEquals((await of(name, [1, 1, 1, 1])).weighted, undefined);
    const words = `entry ${name} has the wrong shape: expected (4), found (3)`;
    await assertRejects(() => of(name, [1, 2, 3]), SyntaxError, words);
  }
});

Deno.test("npzGraph() drops repeated edges whose weights add up to 0", async () => {
  const adj_indices = array("<i4", [4], [1, 1, 2, 0]);
  const adj_data = array("<f4", [4], [2, -2, 3, 4]);
  const graph = await readGraph({ ...BENCHMARK, adj_indices, adj_data });
  assertEquals([edgesOf(graph), [...graph.edgeFeatures.data]], [["3 → 0", "2 → 2"], [4, 3]]);
});

Deno.test("npzGraph() reads a graph of no edges, whatever their shape", async () => {
  for (const shape of [[0, 2], [2, 0], [0]]) {
    const graph = await readGraph({ ...HETEROPHILOUS, edges: array("<f8", shape, []) });
    assertEquals([graph.nodes, graph.colIdx.length], [6, 0]);
  }
});

Deno.test("npzGraph() makes features where it is told to, in both forms", async () => {
  const bare = without(BENCHMARK, "attr_data", "attr_indices", "attr_indptr", "attr_shape");
  const files = [
    [bare, [1, 1, 2, 0, 0]],
    [without(HETEROPHILOUS, "node_features"), [1, 2, 1, 1, 0, 0]],
    [HETEROPHILOUS, [1, 2, 1, 1, 0, 0]],
  ] as const;
  for (const [arrays, degrees] of files) {
    const made = async (makeFeatures: MadeFeatures) =>
      (await readGraph(arrays, { makeFeatures })).x;
    const nodes = degrees.length;
    assertEquals(await made("constant"), {
      data: new Float32Array(nodes).fill(1),
      rows: nodes,
      cols: 1,
    });
    const logs = Float32Array.from(degrees, (degree) => Math.log1p(degree));
    assertEquals(await made("degree"), { data: logs, rows: nodes, cols: 1 });
    const { data, cols } = await made("one-hot");
    assertEquals([cols, ...[...data.keys()].filter((at) => data[at] === 1)], [
      nodes,
      ...Array.from({ length: nodes }, (_, i) => i * (nodes + 1)),
    ]);
  }
});

Deno.test("npzGraph() keeps the columns that a model was trained on, and no other file's", async () => {
  const rest = without(BENCHMARK, "attr_data", "attr_indices", "attr_indptr", "attr_shape");
  const trained = await readGraph(BENCHMARK, { features: 2 });
  assertEquals(trained.columns, { of: 3, kept: Uint32Array.of(0, 2) });
  // Here most nodes have the last two.
  const values = [0, 1, 2, 0, 3, 4, 0, 5, 6, 0, 7, 8, 9, 0, 0];
  for (const name of ["attr_matrix", "attr"]) {
    const other = { ...rest, [name]: array("<f4", [5, 3], values) };
    assertEquals((await readGraph(other, { features: 2 })).columns!.kept, Uint32Array.of(1, 2));
    const { x, columns } = await readGraph(other, { columns: trained.columns! });
    assertEquals([columns, [...x.data]], [trained.columns, [0, 2, 0, 4, 0, 6, 0, 8, 9, 0]]);
  }
  const fewer = { ...rest, attr: array("<f4", [5, 2], values.slice(0, 10)) };
  const words = "entry attr has 2 columns: expected 3, as the model was trained on 2 of so many";
  await assertRejects(() => readGraph(fewer, { columns: trained.columns! }), SyntaxError, words);
});

Deno.test("npzGraph() counts neither zeros nor repeats among the most frequent features", async () => {
  const sparse = {
    ...BENCHMARK,
    attr_data: array("<f4", [6], [0, 0, 1, 1, 2, 3]),
    attr_indices: array("<i4", [6], [0, 0, 1, 1, 2, 2]),
    attr_indptr: array("<i4", [6], [0, 1, 4, 5, 6, 6]),
  };
  const { columns, x } = await readGraph(sparse, { features: 1 });
  assertEquals([[...columns!.kept], [...x.data]], [[2], [0, 0, 2, 3, 0]]);
});

Deno.test("npzGraph() adds reverse edges to gnn-benchmark's form on request", async () => {
  const graph = await readGraph(BENCHMARK, { symmetric: true });
  assertEquals(
    edgesOf(graph),
    ["1 → 0", "2 → 0", "3 → 0", "0 → 1", "0 → 2", "2 → 2", "0 → 3"],
  );
});

Deno.test("npzGraph() reads dense attributes under both names, in both orders", async () => {
  const rest = without(BENCHMARK, "attr_data", "attr_indices", "attr_indptr", "attr_shape");
  const values = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
  const rows = await readGraph({ ...rest, attr_matrix: array("<f8", [5, 2], values) });
  assertEquals([rows.x.rows, rows.x.cols, ...rows.x.data], [5, 2, ...values]);
  const byColumn = { ...array("<f4", [5, 2], [1, 3, 5, 7, 9, 2, 4, 6, 8, 10]), fortran: true };
  assertEquals((await readGraph({ ...rest, attr: byColumn })).x, rows.x);
});

Deno.test("npzGraph() keeps the features that most nodes have, sparse or dense", async () => {
  const sparse = await readGraph(BENCHMARK, { features: 2 });
  assertEquals([sparse.x.cols, ...sparse.x.data], [2, 1, 0.5, 0, 0, 0, 0, 0, 3, 0, 0]);
  const rest = without(BENCHMARK, "attr_data", "attr_indices", "attr_indptr", "attr_shape");
  const { data } = (await readGraph(BENCHMARK)).x;
  const dense = await readGraph(
    { ...rest, attr_matrix: array("<f4", [5, 3], [...data]) },
    { features: 2 },
  );
  assertEquals(dense.x, sparse.x);
  assertEquals((await readGraph(BENCHMARK, { features: 9 })).x.cols, 3);
});

Deno.test("npzGraph() draws split 0, 1, … of a file that has none", async () => {
  const drawn = await Promise.all([{}, { split: 0 }, { split: 1 }, { seed: 1 }].map(
    async (options) => Object.values((await readGraph(BENCHMARK, options)).split).join("|"),
  ));
  assertEquals(drawn[0], drawn[1]);
  assertEquals(new Set(drawn).size, 3);
});

Deno.test("npzGraph() reads heterophilous-graphs' form, its edges both ways", async () => {
  const graph = await readGraph(HETEROPHILOUS);
  assertEquals(edgesOf(graph), ["1 → 0", "0 → 1", "2 → 1", "1 → 2", "3 → 3"]);
  assertEquals([graph.x.rows, graph.x.cols, graph.x.data[11]], [6, 2, 12]);
  assertEquals(graph.edgeFeatures.cols, 0);
  const directed = await readGraph(HETEROPHILOUS, { symmetric: false });
  assertEquals(edgesOf(directed), ["1 → 0", "0 → 1", "1 → 2", "3 → 3"]);
});

Deno.test("npzGraph() takes the split that is asked for", async () => {
  const parts = async (split: number) =>
    Object.values((await readGraph(HETEROPHILOUS, { split })).split).map((part) => [...part]);
  assertEquals(await parts(0), [[0, 1], [2, 3], [4, 5]]);
  assertEquals(await parts(1), [[4, 5], [2, 3], [0, 1]]);
});

Deno.test("npzGraph() makes three classes three columns, two classes one task", async () => {
  const three = await readGraph(HETEROPHILOUS);
  assertEquals([three.classes, three.labels.cols], [true, 3]);
  assertEquals([...three.labels.data.slice(0, 9)], [1, 0, 0, 0, 1, 0, 0, 0, 1]);
  const node_labels = array("|u1", [6], [0, 1, 0, 0, 1, 1]);
  const two = await readGraph({ ...HETEROPHILOUS, node_labels });
  assertEquals([two.classes, two.labels.cols], [undefined, 1]);
  assertEquals([...two.labels.data], [0, 1, 0, 0, 1, 1]);
});

Deno.test("npzGraph() passes over entries it does not need, whatever they hold", async () => {
  const names = { descr: "|O", shape: [5], bytes: new Uint8Array(40) };
  assertEquals((await readGraph({ ...BENCHMARK, node_names: names })).nodes, 5);
});

Deno.test("loadDataset() takes a name that ends in .npz for a file", async () => {
  await withFile(npz(HETEROPHILOUS), async (path) => {
    assertEquals([...(await loadDataset(path, { split: 1 })).split.train], [4, 5]);
  });
  const missing = "Cannot read nowhere.npz as there is no such file";
  await assertRejects(() => loadDataset("nowhere.npz"), Error, missing);
});

Deno.test("npzGraph() reads what three lines of Python write of a PyTorch Geometric Data", async () => {
  const graph = await npzGraph(new URL("pyg.npz", import.meta.url).pathname);
  assertEquals([...graph.x.data], Array.from({ length: 12 }, (_, k) => k / 4));
  assertEquals([[...graph.rowPtr], [...graph.colIdx]], [[0, 1, 3, 4, 4, 5, 6], [1, 0, 2, 1, 5, 4]]);
  assertEquals([graph.labelValues, graph.classes], [[0, 1, 2], true]);
  const { train, valid, test } = graph.split;
  assertEquals([train, valid, test].map((part) => [...part]), [[0, 1, 2], [3], [4, 5]]);
});
