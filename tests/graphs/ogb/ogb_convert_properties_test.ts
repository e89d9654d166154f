/** `convertOgb()` on any archive, and the graph that it makes of a right one. */
import { holds, testReader } from "../../properties/properties.ts";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { convertOgb } from "../../../graphs/ogb/ogb_convert.ts";
import { ogbGraph } from "../../../graphs/ogb/ogb_graph.ts";
import { planted } from "../../../graphs/planted/planted.ts";
import { cachePath } from "../../../graphs/published/fetched.ts";
import type { OgbName } from "../../../graphs/published/ogb.ts";
import { assertEquals } from "../../assert.ts";
import { type Bytes, damaged, EDGES, joined, word } from "../../properties/inputs.ts";
import {
  ARXIV,
  arxivTables,
  MAG,
  ogbZip,
  PRODUCTS,
  PROTEINS,
  proteinsTables,
  type Tables,
} from "../ogb_archives.ts";
import { withFolder } from "../../folder.ts";

const SETS: [name: OgbName, root: string, tables: Tables][] = [
  ["ogbn-proteins", "proteins", PROTEINS],
  ["ogbn-arxiv", "arxiv", ARXIV],
  ["ogbn-products", "products", PRODUCTS],
  ["ogbn-mag", "mag", MAG],
];

/** A table of other text: counts too large, columns too many, lines repeated. */
const table: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...EDGES, 3, 4).map((count) => `${count}\n`),
  fc.array(fc.oneof(fc.nat(4).map(String), fc.constantFrom(...EDGES).map(String), word), {
    maxLength: 8,
  }).chain((cells) => fc.constantFrom(",", "\n").map((end) => `${cells.join(end)}\n`)),
  fc.tuple(fc.constantFrom("0\n", "0,1\n", "nan\n", "1,", "0"), fc.constantFrom(3, 4, 5000, 70_000))
    .map(([text, count]) => text.repeat(count)),
);

interface Archive {
  readonly name: OgbName;
  readonly bytes: Bytes;
}

const archives: fc.Arbitrary<Archive> = fc.constantFrom(...SETS).chain(([name, root, tables]) => {
  const names = Object.keys(tables);
  const packed = fc.constantFrom(...names).chain<[string, Uint8Array]>((member) =>
    damaged(fc.constant(new Uint8Array(gzipSync(tables[member]!)))).map((bytes) => [member, bytes])
  );
  const change = fc.oneof<fc.MaybeWeightedArbitrary<[string, string | Uint8Array | null]>[]>(
    { weight: 4, arbitrary: fc.tuple(fc.constantFrom(...names), fc.option<string>(table)) },
    { weight: 1, arbitrary: packed },
  );
  return fc.array(change, { maxLength: 3 }).map((changes) => {
    const all: Record<string, string | Uint8Array> = { ...tables };
    for (const [member, text] of changes) {
      if (text === null) delete all[member];
      else all[member] = text;
    }
    return { name, bytes: joined(ogbZip(root, all)) };
  });
});

testReader<Archive>("convertOgb()", {
  name: "ogb_archive",
  inputs: fc.oneof(
    { weight: 3, arbitrary: archives },
    {
      weight: 1,
      arbitrary: archives.chain(({ name, bytes }) =>
        damaged(fc.constant(bytes)).map((bytes) => ({ name, bytes }))
      ),
    },
  ),
  read: ({ name, bytes }) =>
    withFolder(async (folder) => {
      await Deno.writeFile(`${folder}/a.zip`, bytes);
      await convertOgb(name, `${folder}/a.zip`, cachePath(folder, name));
      await ogbGraph(name, { cache: folder });
    }),
  // A table may say one number throughout, and be gzipped twice: 64 KiB, 1032 times.
  base: 2 ** 29,
  multiple: 2 ** 14,
  bytesOf: ({ bytes }) => bytes.length,
  ofFile(bytes) {
    const text = new TextDecoder("latin1").decode(bytes);
    const [name] = SETS.find(([, root]) => text.includes(`${root}/raw/`))!;
    return { name, bytes };
  },
});

const graphs = fc.record({
  nodes: fc.integer({ min: 5, max: 9 }),
  degree: fc.constantFrom(0, 1, 3),
  seed: fc.nat(2 ** 30),
});

Deno.test("ogbGraph() reads the bits of the graph whose tables convertOgb() was given", () =>
  holds(fc.tuple(graphs, fc.boolean()), ([options, directed]) =>
    withFolder(async (cache) => {
      const graph = planted(
        directed
          ? { ...options, classes: true, tasks: 3, edgeFeatures: 0 }
          : { ...options, categories: 2, tasks: 2 },
      );
      const [name, root, tables]: [OgbName, string, Tables] = directed
        ? ["ogbn-arxiv", "arxiv", arxivTables(graph)]
        : ["ogbn-proteins", "proteins", proteinsTables(graph)];
      await Deno.writeFile(`${cache}/a.zip`, ogbZip(root, tables));
      await convertOgb(name, `${cache}/a.zip`, cachePath(cache, name));
      const read = await ogbGraph(name, { cache, selfLoops: false });
      assertEquals([read.nodes, read.rowPtr, read.colIdx], [
        graph.nodes,
        graph.rowPtr,
        graph.colIdx,
      ]);
      if (directed) assertEquals(read.x, graph.x);
      else {assertEquals([read.edgeFeatures.data, read.labels], [
          graph.edgeFeatures.data,
          graph.labels,
        ]);}
    })));
