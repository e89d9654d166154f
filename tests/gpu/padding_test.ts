import { openDryRun } from "../../gpu/dry_run.ts";
import { paddedPieces } from "../../gpu/padding.ts";
import { assert, assertEquals } from "../assert.ts";

const gpu = openDryRun();

for (const [rows, cols] of [[1, 1], [1, 37], [5, 4], [67, 3], [67, 5], [3, 16]] as const) {
  Deno.test(`paddedPieces() joins up to ${rows} padded rows of ${cols}`, () => {
    const tensor = gpu.empty(rows, cols);
    const data = Uint32Array.from({ length: rows * cols }, (_, k) => k + 1);
    const expected = Uint32Array.from({ length: tensor.bytes / 4 }, (_, word) => {
      const [row, col] = [Math.floor(word / tensor.stride), word % tensor.stride];
      return col < cols ? row * cols + col + 1 : 0;
    });
    for (const bytes of [1, 16, 100, 1000, undefined]) {
      const joined = new Uint32Array(tensor.bytes / 4);
      let at = 0;
      for (const piece of paddedPieces(tensor, data, bytes)) {
        assertEquals(piece.offset, at);
        assert(piece.data.byteLength <= Math.max(bytes ?? Infinity, 4 * tensor.stride));
        joined.set(piece.data, piece.offset / 4);
        at += piece.data.byteLength;
      }
      assertEquals([at, joined], [tensor.bytes, expected]);
    }
  });
}
