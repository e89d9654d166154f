/** Parts that are read from a graph's file are those that are made of the graph in memory. */
import { crc32 } from "node:zlib";
import { checksumsOf, encodeHeader } from "../../../graphs/files/safetensors_header.ts";
import { writeAll } from "../../../graphs/files/whole_file.ts";
import type { Graph } from "../../../graphs/graph.ts";
import { GraphFile } from "../../../graphs/parts/graph_file.ts";
import { GRAPH_FORMAT } from "../../../graphs/parts/graph_file_contents.ts";
import { GraphFileWriter } from "../../../graphs/parts/graph_file_writer.ts";
import { boundOf, partSize } from "../../../graphs/parts/part_size.ts";
import { induce } from "../../../graphs/parts/partition.ts";
import { partitionOf, partsOf } from "../../../graphs/parts/parts.ts";
import { PartsAhead } from "../../../graphs/parts/parts_ahead.ts";
import { labelledPlaces } from "../../../graphs/parts/stored_graph.ts";
import { Random } from "../../../graphs/random.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../../assert.ts";
import { withFolder } from "../../folder.ts";
import { flippedBits } from "../damage.ts";
import { graphOf, writeGraphFile } from "./graph_files.ts";

function edges(nodes: number, count: number): [number, number][] {
  const random = new Random(count);
  return Array.from({ length: count }, () => [random.below(nodes), random.below(nodes)]);
}

/** A node that all others point to, and that points to all. */
const hub = Array.from({ length: 3000 }, (_, i): [number, number][] => [[i, 17], [17, i]]).flat();

const CASES: Record<string, { graph: Graph; parts: number; half?: boolean }> = {
  "unequal parts": { graph: graphOf(61, edges(61, 900)), parts: 4 },
  "float16": { graph: graphOf(61, edges(61, 900), 3), parts: 4, half: true },
  "parts of one node": { graph: graphOf(7, edges(7, 20)), parts: 7 },
  "no edges": { graph: graphOf(40, []), parts: 3 },
  "one part": { graph: graphOf(33, edges(33, 90)), parts: 1 },
  "a hub": { graph: graphOf(3000, hub), parts: 3 },
  "nodes alone": { graph: graphOf(70, [[1, 2], [2, 1], [69, 69]]), parts: 2 },
  // Rows of 40 KB, further apart than what is read over.
  "long rows": { graph: graphOf(50, edges(50, 200), 10_000), parts: 5 },
};

for (const [what, { graph, parts, half = false }] of Object.entries(CASES)) {
  Deno.test(`GraphFile gives the parts of the graph in memory, ${what}`, () =>
    withFolder(async (folder) => {
      const path = `${folder}/graph`;
      await writeGraphFile(path, graph, { half });
      const file = await GraphFile.open(path);
      const options = { parts, epochs: 2, seed: 3 };
      const wanted = [...partsOf(graph, options)];
      assertEquals([...partsOf(file, options)], wanted);
      using ahead = new PartsAhead(file, options);
      for (const part of wanted) assertEquals(await ahead.next(), part);
    }));
}

Deno.test("GraphFile's labels and split are the graph's, a row for each labelled node", () =>
  withFolder(async (folder) => {
    const graph = graphOf(61, edges(61, 100));
    await writeGraphFile(`${folder}/graph`, graph);
    const file = await GraphFile.open(`${folder}/graph`);
    const { labelled, labels, split } = file;
    const labelsOf = (node: number) => [...graph.labels.data.subarray(node * 3, node * 3 + 3)];
    const wanted = [...Array(61).keys()].filter((node) => labelsOf(node).includes(1));
    assertEquals([...labelled], wanted);
    assertEquals([...labels.data], wanted.flatMap(labelsOf));
    for (const part of ["train", "valid", "test"] as const) {
      assertEquals(split[part].map((row) => labelled[row]!), graph.split[part]);
    }
    assertEquals([file.nodes, file.x, file.edgeFeatures], [
      61,
      { rows: 61, cols: 5 },
      { rows: 100, cols: 0 },
    ]);
    const nodes = Uint32Array.of(0, 5, 6, 7, 30, 60);
    const { places, rows } = labelledPlaces(file, nodes);
    assertEquals([...nodes].flatMap((node, at) => wanted.includes(node) ? [at] : []), [...places]);
    assertEquals([...rows].map((row) => labelled[row]), [...places].map((at) => nodes[at]));
  }));

Deno.test("partSize() of a graph in a file is the bound that its degrees give", () =>
  withFolder(async (folder) => {
    const graph = graphOf(3000, hub);
    await writeGraphFile(`${folder}/graph`, graph);
    const file = await GraphFile.open(`${folder}/graph`);
    assertEquals(file.degrees.longestRow, 3001);
    // 2998 nodes have 4 ends, one of them the 6004 of the hub: its loop is there twice.
    const mean = 2 * 6000 / 3000;
    const variance = ((6002 - mean) ** 2 + 2999 * (2 - mean) ** 2) / 3000;
    assertEquals(file.degrees.variance, Math.fround(variance));
    const draws = [() => partitionOf(1, 1)];
    const bound = partSize(file, 3, draws);
    assertEquals(bound, boundOf(file.degrees, 3));
    assert(bound.edges >= partSize(graph, 3, draws).edges);
    assertThrows(() => partSize(file, 3001, draws), RangeError, "Cannot split 3000 nodes into");
  }));

Deno.test("GraphFile refuses nodes that are no part, as induce() does", () =>
  withFolder(async (folder) => {
    const graph = graphOf(10, edges(10, 30));
    await writeGraphFile(`${folder}/graph`, graph);
    const file = await GraphFile.open(`${folder}/graph`);
    const none = induce(file, new Uint32Array(0));
    assertEquals(none, induce(graph, new Uint32Array(0)));
    for (const nodes of [[3, 3], [3, 2], [10]]) {
      const sentence = "Cannot induce a sub-graph as its nodes must ascend below 10: nodes[";
      assertThrows(() => induce(file, Uint32Array.from(nodes)), RangeError, sentence);
    }
  }));

Deno.test("GraphFile refuses any byte that was changed where it is read, or reads the same", () =>
  withFolder(async (folder) => {
    const path = `${folder}/graph`;
    const graph = graphOf(9, edges(9, 12), 2);
    await writeGraphFile(path, graph);
    const whole = await Deno.readFile(path);
    const wanted = [...partsOf(graph, { parts: 2, epochs: 1, seed: 1 })];
    let refused = 0;
    for (const { bytes, what } of flippedBits(whole)) {
      await Deno.writeFile(path, bytes);
      try {
        const file = await GraphFile.open(path);
        assertEquals([...partsOf(file, { parts: 2, epochs: 1, seed: 1 })], wanted, what);
      } catch (error) {
        const { message } = error as Error;
        const sentence = /^Cannot read [^\n]+$/.test(message) && message.includes(path);
        assert(error instanceof SyntaxError && sentence, `${what}: ${message}`);
        refused++;
      }
    }
    assert(refused > whole.length / 2, `${refused} of ${whole.length}`);
  }));

Deno.test("GraphFile says what is wrong with a file that is cut off, gone or another's", () =>
  withFolder(async (folder) => {
    const path = `${folder}/graph`;
    await writeGraphFile(path, graphOf(61, edges(61, 900)));
    const file = await GraphFile.open(path);
    const whole = await Deno.readFile(path);
    const all = Uint32Array.from({ length: 61 }, (_, i) => i);
    for (const bytes of [whole.length - 4, whole.length / 2]) {
      await Deno.truncate(path, Math.floor(bytes));
      const sentence = `Cannot read parts of ${path}: it ends `;
      assertThrows(() => file.induce(all), SyntaxError, sentence);
      await assertRejects(() => GraphFile.open(path), SyntaxError, `Cannot read `);
      using ahead = new PartsAhead(file, { parts: 2, epochs: 1, seed: 0 });
      const next = async () => await ahead.next();
      await assertRejects(next, Error, "Cannot build parts of in a file in a worker: Cannot read");
    }
    await Deno.remove(path);
    assertThrows(() => file.induce(all), Error, `Cannot read ${path} as there is no such file`);
  }));

Deno.test("GraphFile reads edges beyond 2³² at their 64-bit pointers", () =>
  withFolder(async (folder) => {
    const path = `${folder}/graph`;
    const [most, nodes] = [2 ** 32, 4];
    // Row 1 has all the edges that nobody writes; the file is sparse, and takes no room.
    const rows: [begin: number, sources: number[]][] = [
      [0, [2, 3]],
      [2, []],
      [most + 2, [0, 1, 3]],
      [most + 5, [0]],
    ];
    const words = (...numbers: number[]) => Uint32Array.from(numbers);
    const bytesOf = ({ buffer }: Uint32Array | BigUint64Array) => new Uint8Array(buffer);
    const arrays: Record<string, [dtype: string, data: Uint32Array | BigUint64Array]> = {
      labelled: ["U32", words(0, 2, 3)],
      class: ["U32", words(1, 0, 1)],
      train: ["U32", words(0)],
      valid: ["U32", words(2)],
      test: ["U32", words(3)],
      longest_row: ["U32", words(most - 1)],
      end_variance: ["F32", words(0)],
      row_crc: ["U32", words(...rows.map(([, sources]) => crc32(bytesOf(words(...sources)))))],
      x_crc: ["U32", words(...rows.map((_, node) => crc32(bytesOf(words(node)))))],
      row_ptr: ["U64", BigUint64Array.from([...rows.map(([b]) => b), most + 6], BigInt)],
      x: ["F32", words(0, 1, 2, 3)],
    };
    let end = 0;
    const entries = Object.entries(arrays).map(([name, [dtype, { length, byteLength }]]) => {
      const [begin, shape] = [end, name === "x" ? [nodes, 1] : [length]];
      return { name, dtype, shape, begin, end: end += byteLength };
    });
    const edges = { name: "col_idx", dtype: "U32", shape: [most + 6], begin: end };
    const all = [...entries, { ...edges, end: end + 4 * (most + 6) }];
    const metadata = { name: "far", format: GRAPH_FORMAT, classes: "2" };
    const sums = [...Object.values(arrays).map(([, data]) => crc32(bytesOf(data))), 0];
    const checksums = checksumsOf({ entries: all, metadata }, sums);
    const header = encodeHeader({ entries: all, metadata, checksums });
    {
      using file = await Deno.open(path, { write: true, create: true });
      const put = async (at: number, data: Uint32Array | BigUint64Array) => {
        await file.seek(header.length + at, Deno.SeekMode.Start);
        await writeAll(file, bytesOf(data));
      };
      await writeAll(file, header);
      for (const { name, begin } of entries) await put(begin, arrays[name]![1]);
      for (const [begin, sources] of rows) await put(end + 4 * begin, words(...sources));
    }
    const part = (await GraphFile.open(path)).induce(words(0, 2, 3));
    assertEquals([[...part.rowPtr], [...part.colIdx]], [[0, 2, 4, 5], [1, 2, 0, 2, 0]]);
    assertEquals(new Uint32Array(part.x.data.buffer), words(0, 2, 3));
  }));

Deno.test("GraphFileWriter leaves nothing of a graph whose rows do not all come", () =>
  withFolder(async (folder) => {
    const path = `${folder}/graph`;
    const { split } = graphOf(0, []);
    const none = new Uint32Array();
    await assertRejects(
      async () => {
        using writer = await GraphFileWriter.create(path, {
          ...{ name: "a", nodes: 2, mostEdges: 5, features: 1, half: false, classes: 2 },
          ...{ labelled: none, classOf: none, split },
        });
        await writer.addRows(Uint32Array.of(2), Uint32Array.of(0, 1));
        await writer.finish();
      },
      RangeError,
      `Cannot finish ${path}: 1 values of row_crc are missing`,
    );
    assertEquals([...Deno.readDirSync(folder)], []);
  }));
