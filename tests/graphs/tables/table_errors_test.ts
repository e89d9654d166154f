/** Every refusal of tables names file, row and column, what was expected, and what to do. */
import { gzipSync } from "node:zlib";
import { assertRejects } from "../../assert.ts";
import { withFolder } from "../../folder.ts";
import type { NpzOptions } from "../../../graphs/npz/npz_graph.ts";
import { folderGraph } from "../../../graphs/tables/folder_graph.ts";
import { type Files, readFolder, TABLES } from "./table_folder.ts";

const nodes = TABLES["nodes.csv"];
const edges = TABLES["edges.csv"];

/** TABLES with something of the nodes replaced, or all of them. */
function withNodes(from: string | RegExp, to: string): Files {
  return { ...TABLES, "nodes.csv": nodes.replace(from, to) };
}

function withEdges(from: string, to: string): Files {
  return { ...TABLES, "edges.csv": edges.replace(from, to) };
}

const packedNodes = new Uint8Array(gzipSync(nodes));

/** TABLES with these nodes in the place of `nodes.csv`. */
function withPacked(packed: string | Uint8Array): Files {
  return { "nodes.csv.gz": packed, "edges.csv": edges };
}

const MASKS = "id,label,train_mask,val_mask,test_mask,x\n0,a,1,0,0,1\n1,b,0,1,0,1\n2,b,0,0,1,1\n";

/** What is wrong, and the words that must say so. */
const BROKEN: Record<string, [files: Files, words: string, options?: NpzOptions]> = {
  "an empty folder": [
    {},
    "nodes.csv, nodes.csv.gz or nodes.parquet is missing: expected a folder with tables",
  ],
  "a folder of nodes alone": [
    { "nodes.csv": nodes },
    "edges.csv, edges.csv.gz or edges.parquet is missing: expected a folder with tables of nodes and " +
    "of edges, it has nodes.csv",
  ],
  "a table packed and unpacked": [
    { ...TABLES, "nodes.csv.gz": packedNodes },
    "as it has nodes.csv and nodes.csv.gz: expected one of them, remove the other",
  ],
  "a packed table that is cut off": [
    withPacked(packedNodes.slice(0, -1)),
    "nodes.csv.gz as it is no whole gzip file: unexpected end of file; pack it anew",
  ],
  "a packed table that is none": [
    withPacked(nodes),
    "nodes.csv.gz as it is no whole gzip file: incorrect header check; pack it anew",
  ],
  "a table packed twice": [
    withPacked(new Uint8Array(gzipSync(packedNodes))),
    "nodes.csv.gz as it is no text but a gzip file: expected comma-separated values",
  ],
  "a packed table's row too short": [
    withPacked(new Uint8Array(gzipSync(nodes.replace("4,0", "4")))),
    "nodes.csv.gz as row 4 has 4 fields: expected 5",
  ],
  "an empty file": [
    { ...TABLES, "nodes.csv": "" },
    "nodes.csv as it is empty: expected a header that names its columns",
  ],
  "a header alone": [
    { ...TABLES, "nodes.csv": "id,label,x\n" },
    "nodes.csv as it has no rows: expected one for each node",
  ],
  "an index of pandas": [
    withNodes(/^(?=.)/gm, ","),
    "nodes.csv as column 1 has no name: expected a header of names, as pandas writes it by to_csv(",
  ],
  "a column twice": [
    withNodes("height", "age"),
    'nodes.csv as it has column "age" twice: expected each name once, rename one',
  ],
  "nodes without ids": [
    withNodes("id,", "name,"),
    'nodes.csv as it has no column "id": expected one of ids, of any text, it has "name", "label"',
  ],
  "an id twice": [
    withNodes("cat,", "bob,"),
    'nodes.csv as row 3 has "bob" in column "id", as row 2 has: expected each id once',
  ],
  "an empty id": [
    withNodes("cat,", ","),
    'nodes.csv as row 3 has nothing in column "id": expected an id, of any text',
  ],
  "nodes without labels": [
    withNodes("label", "name"),
    'nodes.csv as it has no column "label": expected one of classes, or several "label_…" of tasks',
  ],
  "classes and tasks": [
    withNodes("age", "label_age"),
    'nodes.csv as it has columns "label" and "label_age": expected classes or tasks, drop one kind',
  ],
  "a task of 2": [
    withNodes(/label(?=,)/, "label_a"),
    'nodes.csv as row 1 has "red" in column "label_a": expected 0 or 1, or nothing where there is no label',
  ],
  "a single class": [
    withNodes(/red|blue|green/g, "red"),
    'nodes.csv as column "label" is red throughout: expected two classes or more',
  ],
  "no label at all": [
    withNodes(/red|blue|green/g, ""),
    'nodes.csv as column "label" has no label: expected two classes or more',
  ],
  "a label that is measured": [
    withNodes(/red|blue|green/g, "0.5"),
    'nodes.csv as row 1 has "0.5" in column "label": expected a whole number, or names throughout',
  ],
  "a class that a model does not know": [
    TABLES,
    'nodes.csv as row 3, column "label" is green: expected one of blue, red, which the model was',
    { labelValues: ["blue", "red"] },
  ],
  "a part of another name": [
    withNodes("valid", "dev"),
    'nodes.csv as row 4 has "dev" in column "split": expected train, valid or test, or nothing',
  ],
  "a part named as what every object has": [
    withNodes("valid", "constructor"),
    'nodes.csv as row 4 has "constructor" in column "split": expected train, valid or test',
  ],
  "a feature named so": [
    withNodes("4,0", "constructor,0"),
    'nodes.csv as row 4 has "constructor" in column "age": expected a finite number',
  ],
  "a part without nodes": [
    withNodes(/test/g, "train"),
    "nodes.csv as no row is of the part test: expected some in each of train, valid, test",
  ],
  "a split and masks": [
    { ...TABLES, "nodes.csv": MASKS.replace("x\n", "split\n") },
    'nodes.csv as it has a column "split" and masks: expected one of both, drop the other',
  ],
  "two of three masks": [
    { ...TABLES, "nodes.csv": MASKS.replace("val_mask", "y") },
    'nodes.csv as it has no column "val_mask": expected train_mask, val_mask and test_mask, or none',
  ],
  "a mask of 2": [
    { ...TABLES, "nodes.csv": MASKS.replace("0,a,1", "0,a,2") },
    'nodes.csv as row 1 has "2" in column "train_mask": expected True or False, or 1 or 0',
  ],
  "masks that overlap": [
    { ...TABLES, "nodes.csv": MASKS.replace("1,b,0,1", "1,b,1,1") },
    "nodes.csv as row 2 is in train_mask and in val_mask: expected each node in one part only",
  ],
  "too few nodes to draw a split": [
    { ...TABLES, "nodes.csv": "id,label,x\na,0,1\nb,1,1\n", "edges.csv": "source,target\n" },
    "nodes.csv as it has no split, and 2 nodes with a label: expected at least 4 to draw one from",
  ],
  "a feature of text": [
    withNodes("4,0", "tall,0"),
    'nodes.csv as row 4 has "tall" in column "age": expected a finite number, or a list of them',
  ],
  "a feature that is missing": [
    withNodes("4,0", "4,"),
    'nodes.csv as row 4 has nothing in column "height": expected a finite number',
  ],
  "a feature beyond float32": [
    withNodes("4,0", "1e39,0"),
    'nodes.csv as row 4 has "1e39" in column "age": expected a finite number',
  ],
  "lists of two lengths": [
    withNodes("4,0", '"4,4",0'),
    'nodes.csv as row 4 has "4,4" in column "age": expected 1 number, as in row 1',
  ],
  "no features": [
    { ...TABLES, "nodes.csv": nodes.replaceAll(/,[^,]*,[^,]*$/gm, "") },
    "nodes.csv as its nodes have no features: expected columns of numbers beside id, label and split",
  ],
  "a row too short": [
    withNodes("dan,red,valid,4,0", "dan,red,valid,4"),
    "nodes.csv as row 4 has 4 fields: expected 5, one for each column of the header",
  ],
  "semicolons": [
    { ...TABLES, "nodes.csv": nodes.replaceAll(",", ";") },
    'nodes.csv as it has no column "id": expected one of ids, of any text, it has "id;label;split',
  ],
  "a quote that does not close": [
    withNodes("dan", '"dan'),
    "nodes.csv as line 7 is no row of values: extraneous or missing",
  ],
  "a quote within a value": [
    withNodes("dan", 'd"n'),
    'nodes.csv as line 5 is no row of values: bare " in non-quoted-field; put a value with quotes in',
  ],
  "text that is not UTF-8": [
    { ...TABLES, "nodes.csv": Uint8Array.of(...new TextEncoder().encode(nodes), 0xe9, 0x2c) },
    "nodes.csv as it is no text in UTF-8: save it in that encoding",
  ],
  "a zip": [
    { ...TABLES, "nodes.csv": new TextEncoder().encode("PK\x03\x04 and more") },
    "nodes.csv as it is no text but a zip archive",
  ],
  "edges without a target": [
    withEdges("target", "to"),
    'edges.csv as it has no column "target": expected one of ids of nodes, it has "source", "to"',
  ],
  "an edge to nobody": [
    withEdges("eve,dan", "eve,zoe"),
    'edges.csv as row 4 has "zoe" in column "target": expected an id that ',
  ],
  "an edge from nowhere": [
    withEdges("eve,dan", ",dan"),
    'edges.csv as row 4 has nothing in column "source": expected an id that ',
  ],
  "an edge feature of text": [
    { ...TABLES, "edges.csv": "source,target,kind\nann,bob,friend\n" },
    'edges.csv as row 1 has "friend" in column "kind": expected a finite number',
  ],
  "a node of the split without a label": [
    withNodes("dan,red", "dan,"),
    "of 2 nodes of split.valid 1 have none (in a file −1 or NaN), node 3 the first",
  ],
};

for (const [what, [files, words, options]] of Object.entries(BROKEN)) {
  Deno.test(`folderGraph() refuses ${what}`, async () => {
    await assertRejects(() => readFolder(files, options), Error, words);
  });
}

Deno.test("folderGraph() refuses a file in the place of a folder, and a folder in that of a file", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/graph.csv`;
    await Deno.writeTextFile(path, nodes);
    const words =
      `Cannot read ${path} as it is no folder: expected one of tables, or a file that ends`;
    await assertRejects(() => folderGraph(path), SyntaxError, words);
    // A link: folders themselves are not taken for tables.
    await Deno.symlink(folder, `${folder}/nodes.csv`);
    await Deno.writeTextFile(`${folder}/edges.csv`, edges);
    const linked = `Cannot read ${folder}/nodes.csv as it is a folder: name a file`;
    await assertRejects(() => folderGraph(folder), Error, linked);
  });
});

Deno.test("folderGraph() refuses a folder that is not there", async () => {
  await assertRejects(() => folderGraph("no/such/folder"), Error, "as there is no such file");
});
