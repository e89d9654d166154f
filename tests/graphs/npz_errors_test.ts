import { npzGraph } from "../../graphs/npz/npz_graph.ts";
import { assertEquals, assertRejects } from "../assert.ts";
import { type Arrays, BENCHMARK, HETEROPHILOUS, readGraph, without } from "./npz_fixtures.ts";
import { array, npy, npz, withFile, type WrittenArray } from "./npz_writer.ts";

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
    "entry val_masks is missing: expected all of train_masks, val_masks and test_masks, or none",
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
  "half a label": [
    { ...BENCHMARK, labels: array("<f4", [5], [0, 1, 0.5, 0, 1]) },
    "labels[2] is 0.5: expected a whole number, or −1 or NaN where there is no label",
  ],
  "an infinite label": [
    { ...BENCHMARK, labels: array("<f4", [5], [0, 1, Infinity, 0, 1]) },
    "labels[2] is Infinity",
  ],
  "a single class": [
    { ...BENCHMARK, labels: array("<i8", [5], [0, 0, 0, 0, 0]) },
    "entry labels is 0 throughout: expected two classes or more",
  ],
  "a single class beside no label": [
    { ...BENCHMARK, labels: array("<i8", [5], [5, -1, 5, -1, 5]) },
    "entry labels is 5 throughout: expected two classes or more",
  ],
  "no label at all": [
    { ...BENCHMARK, labels: array("<f8", [5], [NaN, NaN, -1, NaN, NaN]) },
    "entry labels has no label: expected two classes or more",
  ],
  "too few nodes with a label to split": [
    { ...BENCHMARK, labels: array("<i8", [5], [0, -1, -1, 0, 1]) },
    "it has no split, and 3 nodes with a label: expected at least 4 to draw one from",
  ],
  "a node without a label in the split": [
    { ...HETEROPHILOUS, node_labels: array("<f8", [6], [0, 1, 2, NaN, 1, 2]) },
    "of 2 nodes of split.valid 1 have none (in a file −1 or NaN), node 3 the first",
  ],
  "a node without a label in one-hot labels": [
    { ...HETEROPHILOUS, node_labels: array("|b1", [6, 2], [1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0]) },
    "of 2 nodes of split.valid 1 have none (in a file −1 or NaN), node 2 the first",
  ],
  "columns of something else": [
    { ...BENCHMARK, labels: array("<i8", [5, 2], [0, 1, 1, 0, 7, 0, 0, 1, 1, 0]) },
    "labels[2, 0] is 7: expected 0 or 1 in a column for each class or task",
  ],
  "no nodes": [
    {
      adj_indices: array("<i4", [0], []),
      adj_indptr: array("<i4", [1], [0]),
      adj_shape: array("<i8", [2], [0, 0]),
      labels: array("<i8", [0], []),
    },
    "it has no nodes: expected some",
  ],
  "no nodes, in the other form": [
    {
      node_features: array("<f4", [0, 2], []),
      node_labels: array("<i8", [0], []),
      edges: array("<i8", [0, 2], []),
    },
    "it has no nodes: expected some",
  ],
  "no attributes": [
    without(BENCHMARK, "attr_data", "attr_indices", "attr_indptr", "attr_shape"),
    "its nodes have no features: expected attr_* or attr_matrix, or --make-features constant, " +
    "degree or one-hot, it has adj_indices",
  ],
  "no features": [
    without(HETEROPHILOUS, "node_features"),
    "its nodes have no features: expected node_features, or --make-features constant, degree or",
  ],
  "features of no columns": [
    { ...HETEROPHILOUS, node_features: array("<f4", [6, 0], []) },
    "its nodes have no features: expected columns of node_features, or --make-features",
  ],
  "attributes in the other order of bytes": [
    { ...BENCHMARK, attr_data: array(">f4", [4], [1, 0.5, 2, 3]) },
    "its bytes are in big-endian order (>f4): expected little-endian, save it again with .astype",
  ],
  "attributes by columns": [
    { ...BENCHMARK, attr_indptr: array("<i4", [4], [0, 1, 2, 4]) },
    "entry attr_indptr is of 3 columns: expected it of 5 rows, save it again with .tocsr()",
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
  "nodes counted from 1": [
    { ...BENCHMARK, adj_indices: array("<i4", [4], [2, 3, 5, 1]) },
    "adj_indices[2] is 5: expected a whole number from 0, below 5, counted from 0 rather than 1",
  ],
  "a node beyond 2^32": [
    { ...BENCHMARK, adj_indices: array("<i8", [4], [1, 2, 2 ** 32 + 1, 0]) },
    "adj_indices[2] is 4294967297: expected a whole number from 0, below 5",
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
    { ...BENCHMARK, attr_shape: array("<i8", [2], [5, 26_843_546]) },
    "5 × 26843546 floats take 513 MiB, expected at most 512 MiB or 26843545 columns",
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
    "entry edges has the wrong shape: expected (any, 2), found (2, 4), transpose it",
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
  "a list of nodes that leaves": [
    { ...HETEROPHILOUS, train_masks: array("<i8", [2], [0, 6]) },
    "train_masks[1] is 6: expected a whole number from 0, below 6, counted from 0 rather than 1",
  ],
  "a list with a node twice": [
    { ...HETEROPHILOUS, train_masks: array("<i8", [3], [0, 1, 0]) },
    "train_masks[2] is set as train_masks[0] is: expected each node in one part only",
  ],
  "masks of three dimensions": [
    { ...HETEROPHILOUS, train_masks: array("|b1", [1, 1, 6], [1, 1, 0, 0, 0, 0]) },
    "entry train_masks has the wrong shape: expected (any, 6), a mask of the nodes for each split",
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

Deno.test("npzGraph() answers a damaged directory with a sentence", async () => {
  const whole = npz(BENCHMARK);
  const name = new TextDecoder("latin1").decode(whole).lastIndexOf("labels.npy");
  await withFile(
    whole.fill(0x0a, name, name + 3),
    (path) => assertSentence(path, "it is cut off or damaged"),
  );
});

Deno.test("npzGraph() does not allocate what a damaged entry announces", async () => {
  const whole = npz(BENCHMARK);
  const name = new TextDecoder("latin1").decode(whole).lastIndexOf("labels.npy");
  const size = name - 46 + 24; // uncompressed, in the directory's record
  await withFile(
    whole.fill(0xf0, size, size + 4),
    (path) => assertSentence(path, "entry labels does not unpack: 4042322160 bytes are announced"),
  );
});

Deno.test("npzGraph() refuses a split that is not there, and says how many there are", async () => {
  await assertRejects(
    () => readGraph(HETEROPHILOUS, { split: 2 }),
    RangeError,
    "as train_masks has 2, numbered from 0",
  );
});
