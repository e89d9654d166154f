import { checkGraph } from "../../../graphs/check.ts";
import { readSynsets } from "../../../graphs/wordnet/synsets.ts";
import { commonFrames, EDGE_TYPES, wordnetFrames } from "../../../graphs/wordnet/wordnet_frames.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { entries, row } from "../edge_list.ts";

const graph = await wordnetFrames();

Deno.test("wordnetFrames() reads WordNet's 13,789 verbs, 13 tasks, 15,667 pairs", () => {
  checkGraph(graph);
  assertEquals([graph.nodes, graph.labels.cols, graph.x.cols], [13_789, 13, 128]);
  const pairs = new Set([...entries(graph)].map(([j, i]) => `${Math.min(i, j)} ${Math.max(i, j)}`));
  assertEquals(pairs.size, 15_667);
  assertEquals(graph.colIdx.length, 31_590);
});

Deno.test("wordnetFrames() gives feature rows of norm 1 or 0, nearly all 1", () => {
  let zero = 0;
  for (let i = 0; i < graph.nodes; i++) {
    const norm = Math.hypot(...row(graph.x, i));
    if (norm === 0) zero++;
    else assert(Math.abs(norm - 1) < 1e-6, `row ${i} has norm ${norm}`);
  }
  assert(zero < 10, `${zero} rows are zero`);
});

Deno.test("wordnetFrames() gives every edge one back, of the inverse type", () => {
  const names = new Set<string>();
  const inverse = [0, 2, 1, 3, 4, 5, 6];
  const typed = [...entries(graph)].map(([j, i], e) => {
    const features = row(graph.edgeFeatures, e);
    assertEquals(features.length, 8);
    assert(features.every((value) => value === 0 || value === 1));
    assertEquals(features.slice(0, 7).filter((value) => value === 1).length, 1);
    const type = features.indexOf(1);
    names.add(`${j} ${i} ${type} ${features[7]}`);
    return { j, i, type, reversed: features[7] };
  });
  assertEquals(names.size, graph.colIdx.length);
  for (const { j, i, type, reversed } of typed) {
    const back = reversed
      ? names.has(`${i} ${j} ${type} 0`)
      : names.has(`${i} ${j} ${inverse[type]} 0`) || names.has(`${i} ${j} ${type} 1`);
    assert(back, `${EDGE_TYPES[type]!.name} from ${j} to ${i} has no way back`);
  }
});

Deno.test("wordnetFrames() makes as many edges of each type as WordNet has pointers", () => {
  const counts = new Array<number>(8).fill(0);
  graph.edgeFeatures.data.forEach((value, at) => counts[at % 8]! += value);
  // Counted apart from this code: entailment and cause have no inverse, 8 of 534 also-sees do.
  assertEquals(counts, [1016, 13_256, 13_256, 2 * 408, 2 * 221, 534 + 526, 1744, 408 + 221 + 526]);
});

Deno.test("wordnetFrames() predicts the frames of 100 verbs or more, ascending", async () => {
  const frames = commonFrames(await readSynsets(["v"]));
  assertEquals(frames, [1, 2, 4, 8, 9, 10, 11, 14, 15, 20, 21, 22, 26]);
  const takers = frames.map((_, task) =>
    graph.labels.data.filter((value, at) => at % frames.length === task && value === 1).length
  );
  const counted = [1927, 2730, 579, 7335, 2482, 966, 2464, 111, 185, 227, 504, 1096, 277];
  assertEquals(takers, counted);
  // Line 30, the first verb: breathe, "+ 02 00 + 08 00".
  assertEquals(row(graph.labels, 0), frames.map((frame) => +(frame === 2 || frame === 8)));
});

Deno.test("wordnetFrames() splits 60/20/20 by its seed", async () => {
  const { train, valid, test } = graph.split;
  assertEquals([train.length, valid.length, test.length], [8273, 2758, 2758]);
  const other = await wordnetFrames({ seed: 1, channels: 32 });
  assertEquals(other.x.cols, 32);
  assertEquals(other.colIdx, graph.colIdx);
  assert(other.split.train.join() !== train.join());
  assertEquals(await wordnetFrames(), graph);
});

Deno.test("wordnetFrames() takes each pointer once and adds missing ways back", async () => {
  const verbs = Array.from({ length: 100 }, (_, i) => verb(i));
  verbs[0] = verb(0, "@ 00000001 v 0000", "* 00000002 v 0101", "* 00000002 v 0202");
  // What points to a noun, or is of no type here, is no edge.
  verbs[1] = verb(1, "~ 00000000 v 0000", "^ 00000077 n 0101", "+ 00000077 v 0101");
  const small = await withVerbs(verbs, (folder) => wordnetFrames({ folder }));
  const edges = [...entries(small)].map(([j, i], e) => [j, i, ...row(small.edgeFeatures, e)]);
  assertEquals(edges, [
    [1, 0, 0, 0, 1, 0, 0, 0, 0, 0],
    [2, 0, 0, 0, 0, 1, 0, 0, 0, 1],
    [0, 1, 0, 1, 0, 0, 0, 0, 0, 0],
    [0, 2, 0, 0, 0, 1, 0, 0, 0, 0],
  ]);
  assertEquals([small.nodes, small.labels.cols], [100, 1]);
});

const GOOD = verb(0);
const REMEDY = "fetch it again with `deno install --reload`";
const CORRUPT: Record<string, [lines: string[], message: string]> = {
  "an offset that is none": [[GOOD, GOOD.slice(3)], "line 2 of FILE does not parse: expected an"],
  "a line cut short": [[GOOD.slice(0, 20)], "line 1 of FILE does not parse"],
  "a line without its gloss": [[GOOD.split(" | ")[0]!], "line 1 of FILE does not parse"],
  "a blank line of one space": [[GOOD, " "], "line 2 of FILE does not parse"],
  "a noun": [[GOOD.replace(" v ", " n ")], 'expected the part of speech v as field 3, found "n"'],
  "more pointers than said": [
    [verb(0, "@ 00000000 v 0000").replace(" 001 ", " 000 ")],
    'expected a number of frames as field 8, found "@"',
  ],
  "fewer pointers than said": [
    [GOOD.replace(" 000 ", " 002 ")],
    'expected a pointer symbol as field 8, found "01"',
  ],
  "a frame without its number": [
    [GOOD.replace("+ 08 00", "+ x 00")],
    'expected a frame number as field 10, found "x"',
  ],
  "binary rubbish": [["\0\x01\xff"], "line 1 of FILE does not parse"],
  "a pointer to an unknown set": [
    ["  licence", GOOD, verb(1, "@ 00000007 v 0000")],
    "line 3 of FILE points to an unknown set: found v00000007",
  ],
  "a verb that is there twice": [[GOOD, GOOD], "line 2 of FILE repeats set v00000000"],
  "no verbs": [["  licence"], "FILE holds no verbs"],
  "an empty file": [[], "FILE holds no verbs"],
  "too few verbs": [[GOOD], "no sentence frame in FILE is taken by 100 verbs: found 1 verbs"],
};

for (const [what, [lines, message]] of Object.entries(CORRUPT)) {
  Deno.test(`wordnetFrames() says in one sentence that it met ${what}`, () =>
    withVerbs(lines, async (folder) => {
      const error = await assertRejects(
        () => wordnetFrames({ folder }),
        Error,
        message.replace("FILE", `${folder}/data.verb`),
      );
      assert(error.message.startsWith("Cannot read WordNet as "), error.message);
      assert(error.message.endsWith(REMEDY) && !error.message.includes("\n"), error.message);
    }));
}

Deno.test("wordnetFrames() says in one sentence that its folder is missing", async () => {
  const error = await assertRejects(
    () => wordnetFrames({ folder: "no/such/folder" }),
    Error,
    "Cannot read WordNet as no/such/folder/data.verb does not open: ",
  );
  assert(error.message.endsWith(REMEDY) && !error.message.includes("\n"), error.message);
});

Deno.test({
  name: "wordnetFrames() names the permission it lacks",
  permissions: { read: false },
  fn: async () => {
    await assertRejects(
      () => wordnetFrames({ folder: "dict" }),
      Error,
      "Cannot read WordNet as dict/data.verb is closed to us: allow it with --allow-read",
    );
  },
});

/** A verb's line: its number is its offset, it takes frame 8. */
function verb(number: number, ...pointers: string[]): string {
  const offset = String(number).padStart(8, "0");
  const count = String(pointers.length).padStart(3, "0");
  return [offset, "29 v 01 breathe 0", count, ...pointers, "01 + 08 00 | draw air; "].join(" ");
}

async function withVerbs<T>(lines: string[], use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/data.verb`, lines.map((line) => line + "\n").join(""));
    return await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
