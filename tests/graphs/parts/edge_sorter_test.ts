import { EdgeSorter } from "../../../graphs/parts/edge_sorter.ts";
import { Random } from "../../../graphs/random.ts";
import { assert, assertEquals, assertThrows } from "../../assert.ts";
import { withFolder } from "../../folder.ts";

/** Each node's distinct sources, ascending. */
function sortedByHand(nodes: number, edges: readonly (readonly [number, number])[]): number[][] {
  return Array.from({ length: nodes }, (_, node) => {
    const sources = edges.filter(([, target]) => target === node).map(([source]) => source);
    return [...new Set(sources)].sort((a, b) => a - b);
  });
}

const random = new Random(3);
const drawn = (nodes: number, edges: number) =>
  Array.from({ length: edges }, () => [random.below(nodes), random.below(nodes)] as const);
const hub = Array.from({ length: 900 }, (_, k) => [k % 50, 13] as const);

/** How many edges are sorted at a time is far below how many there are. */
const CASES: Record<string, [nodes: number, edges: (readonly [number, number])[], usual?: number]> =
  {
    "in one file": [40, drawn(40, 300)],
    "in many files": [100, drawn(100, 3000), 50],
    "rows beyond what is sorted by hand": [7, drawn(1000, 500).map(([s, t]) => [s, t % 7]), 20],
    "a hub that is dealt out again and again": [64, [...drawn(64, 200), ...hub], 16],
    "more targets than files": [1500, drawn(1500, 900), 1],
    "no edges": [9, []],
    "one node": [1, [[0, 0], [0, 0]], 1],
    "more than wait for a file": [3, drawn(3, 40_000), 100],
  };

for (const [what, [nodes, edges, usual]] of Object.entries(CASES)) {
  Deno.test(`EdgeSorter gives each node its distinct sources, ${what}`, () =>
    withFolder((folder) => {
      const most = { nodes, edges: edges.length, ...usual !== undefined && { usual } };
      const counts: number[] = [];
      const sources: number[] = [];
      {
        using sorter = new EdgeSorter(`${folder}/edges`, most);
        for (let begin = 0; begin < edges.length; begin += 7000) {
          const some = edges.slice(begin, begin + 7000);
          const ends = (end: 0 | 1) => Uint32Array.from(some, (edge) => edge[end]);
          sorter.add(ends(0), ends(1));
        }
        for (const rows of sorter.rows()) {
          counts.push(...rows.counts);
          sources.push(...rows.sources);
        }
      }
      const wanted = sortedByHand(nodes, edges);
      assertEquals(counts, wanted.map(({ length }) => length));
      assertEquals(sources, wanted.flat());
      assertEquals([...Deno.readDirSync(folder)], []);
      return Promise.resolve();
    }));
}

Deno.test("EdgeSorter removes what another left, and says where it cannot write", () =>
  withFolder(async (folder) => {
    await Deno.mkdir(`${folder}/edges/of 3`, { recursive: true });
    await Deno.writeTextFile(`${folder}/edges/0`, "left");
    {
      using sorter = new EdgeSorter(`${folder}/edges`, { nodes: 2, edges: 1 });
      assertEquals([...sorter.rows()].map(({ counts }) => [...counts]), [[0, 0]]);
    }
    await Deno.writeTextFile(`${folder}/file`, "");
    const { message } = assertThrows(
      () => new EdgeSorter(`${folder}/file/edges`, { nodes: 2, edges: 2 ** 20 }),
      Error,
      `Cannot sort edges in ${folder}/file/edges, which takes 8 MiB: `,
    );
    assert(!message.includes("\n"));
  }));
