import { edgeBlocks, type EdgeRange, uploadInEdges } from "../../batch/edge_blocks.ts";
import { openDryRun } from "../../gpu/dry_run.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { randomGraph } from "../graphs/edge_list.ts";

const BYTES = 32;

function blocksOf(degrees: number[], edges: number): EdgeRange[] {
  const rowPtr = Uint32Array.of(0, ...degrees);
  for (let i = 0; i < degrees.length; i++) rowPtr[i + 1]! += rowPtr[i]!;
  return edgeBlocks(rowPtr, BYTES, { maxBindingBytes: BYTES * edges });
}

const same = (nodes: number, degree: number) => new Array<number>(nodes).fill(degree);
const shapes = (blocks: EdgeRange[]) =>
  blocks.map(({ firstRow, rows, firstEdge, edges }) => [firstRow, rows, firstEdge, edges]);

Deno.test("edgeBlocks() is one block where a binding covers all edges, or there are none", () => {
  assertEquals(shapes(blocksOf([], 4)), [[0, 0, 0, 0]]);
  assertEquals(shapes(blocksOf([0], 4)), [[0, 1, 0, 0]]);
  assertEquals(shapes(blocksOf(same(100, 3), 300)), [[0, 100, 0, 300]]);
});

Deno.test("edgeBlocks() is as few blocks as bindings allow, each of whole 16 rows", () => {
  assertEquals(shapes(blocksOf(same(100, 3), 299)), [[0, 96, 0, 288], [96, 4, 288, 12]]);
  assertEquals(shapes(blocksOf(same(100, 3), 100)), [
    [0, 32, 0, 96],
    [32, 32, 96, 96],
    [64, 32, 192, 96],
    [96, 4, 288, 12],
  ]);
  // A long row among short ones.
  const degrees = same(48, 1);
  degrees[20] = 90;
  assertEquals(shapes(blocksOf(degrees, 110)), [[0, 16, 0, 16], [16, 16, 16, 105], [
    32,
    16,
    121,
    16,
  ]]);
});

Deno.test("uploadInEdges() has room in each block for the edges of any graph of the size", () => {
  using gpu = openDryRun({ ...openDryRun().adapter, maxBindingBytes: 400 });
  const size = { nodes: 48, fewestNodes: 48, edges: 160, longestRow: 7 };
  for (const units of [[60, 60, 40], [100, 60, 0]]) {
    // Edges of each 16 rows, spread over them.
    const ends = units.flatMap((edges, unit) => {
      const before = units.slice(0, unit).reduce((sum, more) => sum + more, 0);
      return Array.from({ length: 16 }, (_, i) => before + Math.floor((i + 1) * edges / 16));
    });
    const rowPtr = Uint32Array.of(0, ...ends);
    const graph = { ...randomGraph(48, 0, 1), rowPtr, colIdx: new Uint32Array(160) };
    const blocks = uploadInEdges(gpu, graph, 0, { size });
    assertEquals(blocks.map(({ edges }) => edges), units[0] === 60 ? [60, 100] : [100, 60]);
    assertEquals(blocks.map(({ colIdx }) => colIdx.allocation.bytes), [400, 400]);
  }
});

Deno.test("edgeBlocks() keeps the blocks of a reduction over many rows whole", () => {
  // 2000 rows are reduced in blocks of 32.
  const blocks = blocksOf(same(2000, 1), 100);
  assert(blocks.every(({ firstRow, rows }) => firstRow % 32 === 0 && rows <= 96));
  assertEquals(blocks.at(-1)!.firstRow + blocks.at(-1)!.rows, 2000);
});

Deno.test("edgeBlocks() throws a sentence where a row is too long", () => {
  const degrees = same(48, 1);
  degrees[20] = 90;
  assertThrows(
    () => blocksOf(degrees, 100),
    RangeError,
    "Cannot hold a graph: the edges of nodes 16 to 31 take 3.28 KiB, " +
      "a binding of the adapter covers 3.13 KiB, use more parts",
  );
});
