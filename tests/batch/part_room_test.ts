import { PartRoom } from "../../batch/part_room.ts";
import { rowBlocks } from "../../gpu/row_blocks.ts";
import { tensorBytes } from "../../gpu/tensor.ts";
import { assert, assertEquals } from "../assert.ts";

/** Of parts whose words are padded unlike, and whose reductions have more blocks where they have fewer rows. */
const SIZE = { nodes: 1025, fewestNodes: 1024, edges: 4000, longestRow: 9 };

for (const nodes of [SIZE.fewestNodes, SIZE.nodes]) {
  Deno.test(`PartRoom of ${nodes} nodes has the bytes that any part needs per row, word or block of nodes`, () => {
    const room = new PartRoom(nodes, SIZE);
    assertEquals(room.bytes(nodes, 3), tensorBytes(1025, 3));
    assertEquals(room.bytes(1, nodes), tensorBytes(1, 1025));
    assert(rowBlocks(1024) > rowBlocks(1025));
    assertEquals(room.blockBytes(nodes, 2, 8), tensorBytes(rowBlocks(1024) * 2, 8));
  });
}

Deno.test("PartRoom leaves the bytes of any other tensor as they are", () => {
  const room = new PartRoom(1024, SIZE);
  assertEquals(room.bytes(7, 1024), tensorBytes(7, 1024));
  assertEquals(room.bytes(1, 8), tensorBytes(1, 8));
  assertEquals(room.blockBytes(7, 2, 8), tensorBytes(rowBlocks(7) * 2, 8));
});
