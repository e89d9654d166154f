import { checkGraph } from "../../../graphs/check.ts";
import type { Graph } from "../../../graphs/graph.ts";
import { POINTER_TYPES, wordnetLexnames } from "../../../graphs/wordnet/wordnet_lexnames.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { withFolder } from "../../folder.ts";
import { entries, row } from "../edge_list.ts";

const graph = await wordnetLexnames();
/** Edges of each type, then of those how many are reversed. */
const COUNTS = [
  7604,
  89172,
  89172,
  8589,
  8589,
  12288,
  12288,
  797,
  797,
  9111,
  9111,
  1278,
  63636,
  6689,
  6689,
  1485,
  1485,
  1281,
  1281,
  816,
  442,
  3950,
  1744,
  21434,
  122,
  13414,
  8154,
];
/** Sets in each file. */
const SIZES = [
  14460,
  3665,
  3625,
  51,
  6657,
  7510,
  11605,
  3037,
  2018,
  2973,
  5627,
  1076,
  430,
  2575,
  2624,
  3222,
  42,
  1546,
  11073,
  642,
  8032,
  1062,
  770,
  1276,
  437,
  344,
  3547,
  2986,
  1030,
  546,
  2388,
  698,
  1550,
  459,
  242,
  2198,
  698,
  343,
  1411,
  461,
  848,
  1110,
  756,
  81,
  60,
];
const REVERSED = POINTER_TYPES.length;

Deno.test("wordnetLexnames() reads 117,791 sets and 184,083 pairs of them, none with itself", () => {
  checkGraph(graph);
  assertEquals([graph.nodes, graph.labels.cols, graph.x.cols], [117_791, 45, 128]);
  assertEquals([graph.classes, graph.colIdx.length], [true, 373_264]);
  const pairs = new Set<number>();
  for (const [j, i] of entries(graph)) {
    assert(i !== j, `${i} is its own neighbour`);
    pairs.add(Math.min(i, j) * graph.nodes + Math.max(i, j));
  }
  assertEquals(pairs.size, 184_083);
});

Deno.test("wordnetLexnames() makes as many edges of each type as WordNet has pointers", () => {
  const counts = new Array<number>(REVERSED + 1).fill(0);
  graph.edgeFeatures.data.forEach((value, at) => counts[at % (REVERSED + 1)]! += value);
  // Counted apart from this code.
  assertEquals(counts, COUNTS);
});

Deno.test("wordnetLexnames() has a class for each lexicographers' file, and no other feature", () => {
  const sizes = new Array<number>(45).fill(0);
  graph.labels.data.forEach((value, at) => sizes[at % 45]! += value);
  assertEquals(sizes, SIZES);
  // The first noun is "entity", of file 3 (noun.Tops); the first verb "breathe", of 29 (verb.body).
  assertEquals(row(graph.labels, 0).indexOf(1), 3);
  assertEquals(row(graph.labels, 82_192).indexOf(1), 29);
  assertEquals(graph.oneHot, undefined);
});

Deno.test("wordnetLexnames() splits 60/20/20", () => {
  const { train, valid, test } = graph.split;
  assertEquals([train.length, valid.length, test.length], [70_675, 23_558, 23_558]);
});

/** Four files of a set each: a noun that the others point to. */
const FILES = {
  noun: "00000001 05 n 01 dog 0 001 ~ 00000001 n 0000 | an animal  ",
  verb: "00000001 38 v 01 dog 0 001 + 00000001 n 0101 01 + 08 00 | go after  ",
  adj: "00000001 00 s 01 canine(a) 0 001 \\ 00000001 n 0101 | of dogs  ",
  adv: "00000001 02 r 01 doggedly 0 001 \\ 00000001 a 0101 | with tenacity  ",
};

async function read(files: Record<string, string>): Promise<Graph> {
  let graph: Graph | undefined;
  await withFolder(async (folder) => {
    for (const [name, line] of Object.entries(files)) {
      await Deno.writeTextFile(`${folder}/data.${name}`, `  licence\n${line}\n`);
    }
    graph = await wordnetLexnames({ folder, channels: 4 });
  });
  return graph!;
}

Deno.test("wordnetLexnames() joins the parts of speech, whose offsets are their own", async () => {
  const small = await read(FILES);
  const edges = [...entries(small)].map(([j, i], e) => {
    const features = row(small.edgeFeatures, e);
    return [j, i, POINTER_TYPES[features.indexOf(1)]!.symbol, features[REVERSED]];
  });
  assertEquals(edges, [
    [1, 0, "+", 0],
    [2, 0, "\\", 0],
    [0, 1, "+", 1],
    [0, 2, "\\", 1],
    [3, 2, "\\", 0],
    [2, 3, "\\", 1],
  ]);
});

for (
  const [what, files, words] of [
    ["a file of no number", { adj: FILES.adj.replace(" 00 ", " 45 ") }, "unknown file: found 45"],
    ["no verbs", { verb: "" }, "data.verb holds no verbs"],
    ["an unknown set", { noun: FILES.noun.replace("1 n", "2 n") }, "unknown set: found n00000002"],
    ["a noun among adverbs", { adv: FILES.noun }, "expected the part of speech r as field 3"],
  ] as const
) {
  Deno.test(`wordnetLexnames() says in one sentence that it met ${what}`, async () => {
    const error = await assertRejects(() => read({ ...FILES, ...files }), Error, words);
    assert(error.message.startsWith("Cannot read WordNet as "), error.message);
    assert(!error.message.includes("\n"), error.message);
  });
}
