/** ogbn-papers100M's layout, small: from OGB's arrays to parts. */
import { loadDataset, loadParted } from "../../../graphs/catalogue/datasets.ts";
import { fetchDataset } from "../../../graphs/catalogue/fetch_dataset.ts";
import { partsOf } from "../../../graphs/parts/parts.ts";
import { isPreparedFrom } from "../../../graphs/published/source_digest.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { withFolder } from "../../folder.ts";
import { namesIn } from "../ogb_archives.ts";
import { array, npy } from "../npz_writer.ts";
import {
  type Arrays,
  CLASS,
  COLS,
  DATA,
  EDGES,
  LABELLED,
  NAME,
  NODES,
  papersInMemory,
  SPLIT,
  writePapers,
  type Written,
  X,
} from "../papers_folders.ts";

const pairs = array("<i8", [2, EDGES.length], EDGES.flat());
const FORMS: Record<string, Written> = {
  "stored": {},
  "deflated": { layout: { deflate: true } },
  "zip64": { layout: { wide: true } },
  "deflated zip64": { layout: { wide: true, deflate: true } },
  "edges column after column": { data: { ...DATA, edge_index: { ...pairs, fortran: true } } },
  "float16 and 32 bits": {
    data: {
      ...DATA,
      node_feat: array("<f2", [NODES, COLS], X),
      edge_index: array("<i4", [2, EDGES.length], [0, 1].flatMap((k) => EDGES.map((e) => e[k]!))),
    },
    labels: { node_label: array("<f8", [NODES, 1], CLASS) },
  },
};

for (const [form, written] of Object.entries(FORMS)) {
  Deno.test(`${NAME} is prepared to the parts of its graph both ways, ${form}`, () =>
    withFolder(async (folder) => {
      const cache = `${folder}/cache`;
      // The folder itself, or the one that the archive was unpacked into.
      await writePapers(form === "zip64" ? `${folder}/papers100M-bin` : folder, written);
      const warnings: string[] = [];
      const told: string[] = [];
      await fetchDataset(NAME, {
        ...{ cache, from: folder },
        warn: (warning) => void warnings.push(warning),
        onRows: (what, rows, of) => void (rows === of && told.push(what)),
      });
      assertEquals(warnings, [
        `${NAME} has ${NODES} nodes, as published it has 111059956`,
        `${NAME} has ${EDGES.length} edges, as published it has 1615685872`,
      ]);
      assertEquals(told, ["edges, dealt out", "rows of edges", "features"]);
      assertEquals(namesIn(cache), [`${NAME}.lock`, `${NAME}.safetensors`]);
      const options = { parts: 4, epochs: 2, seed: 1 };
      const stored = await loadParted(NAME, { cache });
      assertEquals([...partsOf(stored, options)], [...partsOf(papersInMemory(), options)]);
      assertEquals(stored.labels.rows, LABELLED.length);
    }));
}

Deno.test(`${NAME} without edges is a graph of nodes`, () =>
  withFolder(async (folder) => {
    const none = { edge_index: array("<i8", [2, 0], []), num_edges_list: array("<i8", [1], [0]) };
    await writePapers(folder, { data: { ...DATA, ...none } });
    await fetchDataset(NAME, { cache: folder, from: folder, warn() {} });
    const stored = await loadParted(NAME, { cache: folder });
    for (const { graph } of partsOf(stored, { parts: 3, epochs: 1, seed: 1 })) {
      assertEquals(graph.colIdx.length, 0);
    }
  }));

const replaced = (data: Arrays): Written => ({ data: { ...DATA, ...data } });
const labelled = (values: number[], shape = [NODES, 1]): Written => ({
  labels: { node_label: array("<f4", shape, values) },
});
const edgesWith = (at: number, value: number) => {
  const ends = [0, 1].flatMap((end) => EDGES.map((e) => e[end]!));
  return replaced({ edge_index: array("<i8", [2, EDGES.length], ends.with(at, value)) });
};
const FAULTS: Record<string, [Written, string]> = {
  "an edge beyond": [
    edgesWith(2, 50),
    "edge_index[0, 2] is 50: expected a whole number from 0, below 50",
  ],
  "an edge before": [edgesWith(127, -1), "edge_index[1, 2] is -1: expected a whole number"],
  "an edge far beyond": [edgesWith(0, 2 ** 32), "edge_index[0, 0] is 4294967296: expected"],
  "floats for edges": [
    replaced({ edge_index: array("<f8", [2, 125], Array(250).fill(1)) }),
    "entry edge_index is of type f8: expected i8 or i4",
  ],
  "rows for columns": [
    replaced({ edge_index: array("<i8", [EDGES.length, 2], EDGES.flat()) }),
    "entry edge_index has the wrong shape: expected (2, 125), found (125, 2)",
  ],
  "another count of edges": [
    replaced({ num_edges_list: array("<i8", [1], [124]) }),
    "entry edge_index has the wrong shape: expected (2, 124), found (2, 125)",
  ],
  "another count of nodes": [
    replaced({ num_nodes_list: array("<i8", [1], [51]) }),
    "entry node_feat has the wrong shape: expected (51, any), found (50, 3)",
  ],
  "two graphs": [
    replaced({ num_nodes_list: array("<i8", [2], [20, 30]) }),
    "entry num_nodes_list has the wrong shape: expected (1), found (2)",
  ],
  "no nodes": [
    replaced({ num_nodes_list: array("<i8", [1], [0]) }),
    "num_nodes_list[0] is 0: expected a whole number from 1 to 4294967295",
  ],
  "no features": [
    { data: Object.fromEntries(Object.entries(DATA).filter(([name]) => name !== "node_feat")) },
    "entry node_feat is missing",
  ],
  "features of NaN": [
    replaced({ node_feat: array("<f4", [NODES, COLS], X.with(4, NaN)) }),
    "node_feat[1, 1] is NaN: expected a finite number",
  ],
  "features of infinity": [
    replaced({ node_feat: array("<f2", [NODES, COLS], X.with(149, 1e9)) }),
    "node_feat[49, 2] is Infinity: expected a finite number",
  ],
  "features column after column": [
    replaced({ node_feat: { ...array("<f4", [NODES, COLS], X), fortran: true } }),
    "entry node_feat is in Fortran's order",
  ],
  "whole numbers for features": [
    replaced({ node_feat: array("<i4", [NODES, COLS], X.map(Math.round)) }),
    "entry node_feat is of type i4: expected f4 or f2",
  ],
  "values cut off": [
    replaced({ node_feat: npy(array("<f4", [NODES, COLS], X)).subarray(0, -4) }),
    "the values of entry node_feat do not fill its shape (50, 3): expected 600 bytes, found 596",
  ],
  "a class beyond": [
    labelled(CLASS.with(LABELLED[0]!, 172)),
    "expected NaN, or a whole number from 0, below 172",
  ],
  "a node of the split without a class": [
    labelled(CLASS.with(SPLIT.valid[3]!, NaN)),
    `it has no class for 1 of 8 nodes of the split's valid, node ${SPLIT.valid[3]} the first`,
  ],
  "labels of fewer nodes": [
    labelled(CLASS.slice(1), [NODES - 1, 1]),
    "entry node_label has the wrong shape: expected (50, 1), found (49, 1)",
  ],
  "a split of other nodes": [
    { split: { ...SPLIT, test: [99] } },
    "line 1 has node 99 in column 1: expected a whole number from 0 to 49",
  ],
  "no split": [{ split: { train: SPLIT.train, valid: SPLIT.valid } }, "test.csv.gz is missing"],
};

for (const [fault, [written, words]] of Object.entries(FAULTS)) {
  Deno.test(`${NAME} of ${fault} is refused in a sentence, and leaves nothing`, () =>
    withFolder(async (folder) => {
      const cache = `${folder}/cache`;
      await writePapers(folder, written);
      const { message } = await assertRejects(
        () => fetchDataset(NAME, { cache, from: folder, warn() {} }),
        SyntaxError,
        words,
      );
      assert(/^Cannot read [^\n]+$/.test(message), message);
      assertEquals(namesIn(cache), [`${NAME}.lock`]);
    }));
}

Deno.test(`${NAME} with any damage to its values is refused`, () =>
  withFolder(async (folder) => {
    const cache = `${folder}/cache`;
    for (const deflate of [false, true]) {
      await writePapers(folder, { layout: { deflate } });
      const whole = await Deno.readFile(`${folder}/raw/data.npz`);
      const end = whole.findLastIndex((_, at) =>
        whole[at] === 0x50 && whole[at + 1] === 0x4b && whole[at + 2] === 1
      );
      for (let at = 100; at < end; at += 211) {
        await Deno.writeFile(`${folder}/raw/data.npz`, whole.with(at, whole[at]! ^ 4));
        try {
          await fetchDataset(NAME, { cache, from: folder, fresh: true, warn() {} });
        } catch (error) {
          const { message } = error as Error;
          assert(/^Cannot (read|use) [^\n]+$/.test(message), `byte ${at}: ${message}`);
          continue;
        }
        // What nobody reads may hold anything: the years, and each member's header in its place.
        const stored = await loadParted(NAME, { cache });
        const options = { parts: 2, epochs: 1, seed: 1 };
        assertEquals(
          [...partsOf(stored, options)],
          [...partsOf(papersInMemory(), options)],
          `byte ${at}`,
        );
      }
      await Deno.writeFile(`${folder}/raw/data.npz`, whole.subarray(0, whole.length / 2));
      const fresh = { cache, from: folder, fresh: true };
      await assertRejects(() => fetchDataset(NAME, fresh), SyntaxError, "no whole zip archive");
    }
  }));

Deno.test(`${NAME} says how to get it, and is not loaded into memory`, () =>
  withFolder(async (cache) => {
    await assertRejects(
      () => fetchDataset(NAME, { cache }),
      Error,
      `Cannot download ${NAME} as its archive is to be unpacked by hand, into 57 GB and more: get `,
    );
    await Deno.writeTextFile(`${cache}/a.zip`, "");
    await assertRejects(
      () => fetchDataset(NAME, { cache, from: `${cache}/a.zip` }),
      SyntaxError,
      `Cannot take ${cache}/a.zip as ${NAME}: it is a file, expected the folder that`,
    );
    await assertRejects(() => loadDataset(NAME, { cache }), RangeError, "Cannot load ogbn-papers");
    await assertRejects(() => loadParted(NAME, { cache }), Error, `run deno task data ${NAME}`);
    const loops = () => loadParted(NAME, { cache, selfLoops: true });
    await assertRejects(loops, RangeError, `Cannot read ${NAME} with selfLoops: it stays in its`);
  }));

Deno.test(`${NAME} is known to come from a folder by the checksums in its archives`, () =>
  withFolder(async (folder) => {
    await writePapers(folder, {});
    const { path } = await fetchDataset(NAME, { cache: `${folder}/c`, from: folder, warn() {} });
    assert(await isPreparedFrom(NAME, folder, path));
    await writePapers(
      folder,
      replaced({ node_feat: array("<f4", [NODES, COLS], X.with(0, 2.25)) }),
    );
    assert(!await isPreparedFrom(NAME, folder, path));
  }));
