import { ArrayFileWriter } from "../../../graphs/files/array_file_writer.ts";
import { checkGraph } from "../../../graphs/check.ts";
import { loadDataset } from "../../../graphs/catalogue/datasets.ts";
import type { Graph } from "../../../graphs/graph.ts";
import { cachePath } from "../../../graphs/published/fetched.ts";
import type { OgbName } from "../../../graphs/published/ogb.ts";
import { convertOgb, OGB_FORMAT } from "../../../graphs/ogb/ogb_convert.ts";
import { ogbGraph, type OgbOptions } from "../../../graphs/ogb/ogb_graph.ts";
import { planted } from "../../../graphs/planted/planted.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import {
  ARXIV,
  MAG,
  members,
  namesIn,
  ogbZip,
  PRODUCTS,
  PROTEINS,
  proteinsTables,
  type Tables,
  without,
} from "../ogb_archives.ts";
import { withFolder } from "../../folder.ts";

/** The graph of an archive of these tables. */
async function converted(name: OgbName, tables: Tables, options: OgbOptions = {}): Promise<Graph> {
  let graph: Graph | undefined;
  await withFolder(async (folder) => {
    const archive = `${folder}/archive.zip`;
    await Deno.writeFile(archive, ogbZip(name.slice("ogbn-".length), tables));
    await convertOgb(name, archive, cachePath(folder, name));
    assertEquals(namesIn(folder), ["archive.zip", `${name}.safetensors`]);
    graph = await ogbGraph(name, { ...options, cache: folder });
  });
  return graph!;
}

/** The sources of each node's in-edges. */
function rows({ nodes, rowPtr, colIdx }: Graph): number[][] {
  return Array.from({ length: nodes }, (_, i) => [...colIdx.subarray(rowPtr[i], rowPtr[i + 1])]);
}

/** As assertEquals(), which takes seconds for as many values. */
function assertSame(
  actual: Float32Array | Uint32Array,
  expected: Float32Array | Uint32Array,
): void {
  assertEquals(actual.length, expected.length);
  assert(actual.every((value, at) => value === expected[at]));
}

Deno.test("ogbGraph() reads proteins: both directions with their features, species, tasks", async () => {
  const graph = await converted("ogbn-proteins", PROTEINS);
  assertEquals(rows(graph), [[1], [0, 2, 2], [1, 1, 2, 2]]);
  const loop = [0.062, 0.001];
  const features = [0.5, 0.001, 0.5, 0.001, 0.25, 0, 1, 0.125, 0.25, 0, 1, 0.125, ...loop, ...loop];
  assertEquals(graph.edgeFeatures, { data: Float32Array.from(features), rows: 8, cols: 2 });
  const x = [0.5, 0.001, 1.75, 0.126, 1.374, 0.127];
  assertEquals(graph.x, { data: Float32Array.from(x), rows: 3, cols: 2 });
  assertEquals(graph.oneHot, { data: Float32Array.of(1, 0, 0, 1, 1, 0), rows: 3, cols: 2 });
  const labels = Float32Array.of(0, 1, NaN, 1, 0, 1, NaN, NaN, 0);
  assertEquals(graph.labels, { data: labels, rows: 3, cols: 3 });
  assertEquals(graph.classes, undefined);
  const [train, valid, test] = [2, 0, 1].map((node) => Uint32Array.of(node));
  assertEquals(graph.split, { train: train!, valid: valid!, test: test! });
});

Deno.test("ogbGraph() reads arxiv: undirected with a loop at every node, classes", async () => {
  const graph = await converted("ogbn-arxiv", ARXIV);
  assertEquals(rows(graph), [[0, 1, 2], [0, 1], [0, 2], [3]]);
  assertEquals([graph.edgeFeatures.rows, graph.edgeFeatures.cols], [8, 0]);
  const x = Float32Array.of(-0.057943, 1, 2, 3.5e-5, 0, 0, 1e10, -4);
  assertEquals(graph.x, { data: x, rows: 4, cols: 2 });
  assertEquals([graph.labels.cols, graph.classes], [40, true]);
  const ones = [...graph.labels.data.keys()].filter((at) => graph.labels.data[at] === 1);
  assertEquals(ones, [0, 79, 87, 127]);
  assertEquals(graph.split.train, Uint32Array.of(0, 2));
  assertEquals(graph.split.test, Uint32Array.of(3));
});

Deno.test("ogbGraph() takes nodes without a class outside of the split", async () => {
  for (const none of ["nan", "-1"]) {
    const labels = `0\n39\n${none}\n7\n`;
    const tables = { ...ARXIV, "raw/node-label": labels, "split/time/train": "0\n" };
    const { labels: { data, cols } } = await converted("ogbn-arxiv", tables);
    const ones = [...data.keys()].filter((at) => data[at] === 1);
    assertEquals(ones, [0, cols + 39, 3 * cols + 7]);
  }
});

Deno.test("ogbGraph() leaves arxiv directed, or without loops, where told to", async () => {
  const directed = await converted("ogbn-arxiv", ARXIV, { symmetric: false, selfLoops: false });
  assertEquals(rows(directed), [[1, 2], [0], [], [3]]);
  const looped = await converted("ogbn-arxiv", ARXIV, { symmetric: false });
  assertEquals(rows(looped), [[0, 1, 2], [0, 1], [2], [3]]);
  const plain = await converted("ogbn-arxiv", ARXIV, { selfLoops: false });
  assertEquals(rows(plain), [[1, 2], [0], [0], [3]]);
});

Deno.test("ogbGraph() reads products: both directions as often as they stand there", async () => {
  const graph = await converted("ogbn-products", PRODUCTS);
  assertEquals(rows(graph), [[1, 1, 2], [0, 0], [0], [3, 3]]);
  assertEquals([graph.labels.cols, graph.classes], [47, true]);
  const looped = await converted("ogbn-products", PRODUCTS, { selfLoops: true });
  assertEquals(rows(looped), [[0, 1, 1, 2], [0, 0, 1], [0, 2], [3]]);
});

Deno.test("ogbGraph() adds no loops to edges with features", async () => {
  await assertRejects(
    () => converted("ogbn-proteins", PROTEINS, { selfLoops: true }),
    RangeError,
    "Cannot add self-loops to ogbn-proteins as a loop would have no features",
  );
});

Deno.test("convertOgb() reads what was unpacked, the species under its old name", async () => {
  const { "raw/node_species": species, ...others } = PROTEINS;
  const tables: Tables = { ...others, "raw/species": species! };
  await withFolder(async (folder) => {
    for (const [path, bytes] of Object.entries(members("proteins", tables))) {
      await Deno.mkdir(`${folder}/${path.replace(/[^/]*$/, "")}`, { recursive: true });
      await Deno.writeFile(`${folder}/${path}`, bytes);
    }
    const path = cachePath(folder, "ogbn-proteins");
    const zipped = await converted("ogbn-proteins", PROTEINS);
    for (const from of [folder, `${folder}/proteins`]) {
      await convertOgb("ogbn-proteins", from, path);
      assertEquals(await ogbGraph("ogbn-proteins", { cache: folder }), zipped);
    }
  });
});

Deno.test("ogbGraph() gives back a planted graph of proteins' shape, larger than its pieces", async () => {
  const options = { nodes: 3001, degree: 60, skew: 1, edgeFeatures: 8, tasks: 112, categories: 8 };
  const graph = planted(options);
  const tables = proteinsTables(graph);
  const read = await converted("ogbn-proteins", tables);
  assertSame(read.rowPtr, graph.rowPtr);
  assertSame(read.colIdx, graph.colIdx);
  assertSame(read.edgeFeatures.data, graph.edgeFeatures.data);
  assertEquals([read.edgeFeatures.rows, read.edgeFeatures.cols], [180_060, 8]);
  assertSame(read.labels.data, graph.labels.data);
  assertSame(read.oneHot!.data, graph.oneHot!.data);
  for (const part of ["train", "valid", "test"] as const) {
    assertSame(read.split[part], graph.split[part]);
  }
  const error = read.x.data.map((value, at) => Math.abs(value / graph.x.data[at]! - 1));
  assert(error.every((error) => error <= 1e-4)); // planted() adds up in float32
});

Deno.test("loadDataset() says what to run where nothing is prepared, or by another version", async () => {
  await withFolder(async (cache) => {
    await assertRejects(
      () => loadDataset("ogbn-products", { cache }),
      Error,
      `Cannot open ogbn-products as ${cache}/ogbn-products.safetensors is not there: ` +
        `run deno task data ogbn-products`,
    );
    await Deno.writeFile(`${cache}/a.zip`, ogbZip("proteins", PROTEINS));
    await convertOgb("ogbn-proteins", `${cache}/a.zip`, `${cache}/ogbn-proteins.safetensors`);
    assertEquals(checkGraph(await loadDataset("ogbn-proteins", { cache })).nodes, 3);
    await Deno.rename(`${cache}/ogbn-proteins.safetensors`, `${cache}/ogbn-arxiv.safetensors`);
    const other = /as another version prepared it: run deno task data ogbn-arxiv --fresh/;
    const error = await assertRejects(() => loadDataset("ogbn-arxiv", { cache }), Error);
    assert(other.test(error.message), error.message);
  });
});

Deno.test("ogbGraph() opens no split with an empty part, as earlier versions prepared it", async () => {
  await withFolder(async (cache) => {
    const list = (...nodes: number[]) => Uint32Array.from(nodes);
    const arrays: Record<string, Uint32Array> = {
      ...{ row_ptr: list(0, 1, 2, 2), col_idx: list(1, 0), classes: list(0, 1, 0) },
      ...{ train: list(0), valid: list(1), test: list() },
    };
    const shapes = Object.entries(arrays).map(([name, { length }]) =>
      [name, { type: "U32" as const, shape: [length] }] as const
    );
    const x = { type: "F32" as const, shape: [3, 1] };
    const path = cachePath(cache, "ogbn-arxiv");
    const metadata = { name: "ogbn-arxiv", format: OGB_FORMAT };
    using writer = await ArrayFileWriter.create(path, {
      ...Object.fromEntries(shapes),
      x,
    }, metadata);
    for (const [name, data] of Object.entries(arrays)) await writer.append(name, data);
    await writer.append("x", new Float32Array(3));
    await writer.finish();
    const words = `Cannot use graph "ogbn-arxiv" as the split's test has no nodes`;
    const error = await assertRejects(() => ogbGraph("ogbn-arxiv", { cache }), RangeError, words);
    assert(error.message.endsWith("deno task data ogbn-arxiv --fresh"), error.message);
  });
});

Deno.test("ogbGraph() opens no damaged file", async () => {
  await withFolder(async (cache) => {
    const path = cachePath(cache, "ogbn-proteins");
    await Deno.writeFile(`${cache}/a.zip`, ogbZip("proteins", PROTEINS));
    await convertOgb("ogbn-proteins", `${cache}/a.zip`, path);
    const whole = await Deno.readFile(path);
    const flipped = (at: number) => whole.map((byte, k) => k === at ? byte ^ 4 : byte);
    const damaged = [
      ...[0, 7, 100, whole.length - 1].map((length) => whole.subarray(0, length)),
      ...[100, whole.length - 1, whole.length - 50].map(flipped),
    ];
    for (const bytes of damaged) {
      await Deno.writeFile(path, bytes);
      const error = await assertRejects(() => ogbGraph("ogbn-proteins", { cache }), Error);
      const { message } = error;
      assert(message.startsWith("Cannot read ") && message.includes(path), message);
      assert(message.endsWith("; run deno task data ogbn-proteins --fresh"), message);
    }
  });
});

Deno.test("ogbn-mag is read as its papers and their citations, both ways and with loops", async () => {
  const [mag, arxiv] = [await converted("ogbn-mag", MAG), await converted("ogbn-arxiv", ARXIV)];
  assertEquals([mag.nodes, mag.labels.cols, mag.classes], [4, 349, true]);
  assertEquals([mag.labels.data[0], mag.labels.data[349 + 348]], [1, 1]);
  for (const what of ["rowPtr", "colIdx", "x", "split"] as const) {
    assertEquals<unknown>(mag[what], arxiv[what]);
  }
  const directed = await converted("ogbn-mag", MAG, { symmetric: false, selfLoops: false });
  assertEquals(rows(directed), [[1, 2], [0], [], [3]]);
});

Deno.test("ogbn-mag is read from the folder that its archive was unpacked to, or the one around it", async () => {
  await withFolder(async (folder) => {
    for (const [name, table] of Object.entries(members("mag", MAG))) {
      const path = `${folder}/${name}`;
      await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
      await Deno.writeFile(path, table);
    }
    for (const from of [folder, `${folder}/mag`]) {
      assertEquals(await convertOgb("ogbn-mag", from, `${folder}/out`), { nodes: 4, edges: 4 });
    }
  });
});

for (
  const [member, words] of [
    ["raw/node-label/paper/node-label", "mag/raw/node-label/paper/node-label.csv.gz is missing"],
    [
      "raw/relations/paper___cites___paper/edge",
      "mag/raw/relations/paper___cites___paper/edge.csv.gz is missing",
    ],
    ["split/time/paper/valid", "mag/split/time/paper/valid.csv.gz is missing"],
  ] as const
) {
  Deno.test(`ogbn-mag without ${member} is refused by its name`, async () => {
    await assertRejects(() => converted("ogbn-mag", without(MAG, member)), SyntaxError, words);
  });
}
