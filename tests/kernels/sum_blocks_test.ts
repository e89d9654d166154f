import { blockRows, rowBlocks } from "../../gpu/row_blocks.ts";
import { sumBlocks } from "../../kernels/sum_blocks.ts";
import { assertEquals } from "../assert.ts";
import { add, dense, random } from "../reference/matrix.ts";
import { sumBlocks as reference } from "../reference/sum_blocks.ts";
import { KERNEL } from "../tolerances.ts";
import { assertCloseWindow, read, rounded, shapesOfCard, upload, uploadWindow } from "./device.ts";

/** One value, padded and whole vec4, several workgroups of 64, folded ones, and past 65,535. */
const SHAPES = [[0, 3], [1, 1], [2, 3], [3, 4], [9, 5], [81, 40], [257, 67], [66_001, 1]];

for (const [blocks, card] of [1, 2, 17, 64].flatMap((n) => [[n, false], [n, true]] as const)) {
  const where = card ? ", shaped for a card" : "";
  Deno.test(`sumBlocks() adds up ${blocks} blocks as float64 does${where}`, async () => {
    using _shapes = card ? shapesOfCard() : undefined;
    for (const [rows, cols] of SHAPES) {
      if (rows! * blocks > 200_000) continue;
      const what = `${blocks} blocks of ${rows} × ${cols}`;
      const partial = rounded(random(rows! * blocks, cols!, 1));
      const start = rounded(random(rows!, cols!, 2));
      const total = reference(partial, blocks);
      const [added, overwritten] = [uploadWindow(start), uploadWindow(start)];
      sumBlocks(upload(partial), blocks, added);
      sumBlocks(upload(partial), blocks, overwritten, false);
      await assertCloseWindow(added, add(start, total), KERNEL, `${what}, added`);
      await assertCloseWindow(overwritten, total, KERNEL, `${what}, overwriting`);
    }
  });
}

Deno.test("sumBlocks() gives the same bits again", async () => {
  const partial = upload(random(64 * 9, 40, 3));
  const results = [];
  for (let run = 0; run < 3; run++) {
    const out = uploadWindow(dense(9, 40));
    sumBlocks(partial, 64, out);
    results.push(await read(out));
  }
  assertEquals(results[1], results[0]!);
  assertEquals(results[2], results[0]!);
});

Deno.test("rowBlocks() gives every block whole 16 rows, and never more than 64 blocks", () => {
  const sizes = [0, 1, 16, 17, 257, 1024, 1025, 13_253, 1e6];
  assertEquals(sizes.map(blockRows), [16, 16, 16, 16, 16, 16, 32, 208, 15_632]);
  assertEquals(sizes.map((rows) => rowBlocks(rows)), [1, 1, 1, 2, 17, 64, 33, 64, 64]);
});
