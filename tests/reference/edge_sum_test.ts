import { assert, assertEquals } from "../assert.ts";
import { FINITE_DIFFERENCE } from "../tolerances.ts";
import { edgeSum, edgeSumBackward } from "./edge_sum.ts";
import { dot, finiteDifferences, largestError, random } from "./matrix.ts";

// Node 1 is isolated, 2 has a loop, 3 the same source three times, 4 only itself.
const graph = {
  rowPtr: Uint32Array.of(0, 3, 3, 5, 9, 10),
  colIdx: Uint32Array.of(1, 2, 4, 0, 2, 0, 0, 0, 1, 4),
};

Deno.test("edgeSum() adds a node's weighted neighbours head by head", () => {
  const edges = { rowPtr: Uint32Array.of(0, 2, 2, 3), colIdx: Uint32Array.of(1, 2, 2) };
  const attention = { rows: 3, cols: 2, data: Float64Array.of(1, 2, 3, 4, 5, 6) };
  const x = { rows: 3, cols: 4, data: Float64Array.from({ length: 12 }, (_, k) => k) };
  const out = [4 + 24, 5 + 27, 12 + 40, 14 + 44, 0, 0, 0, 0, 40, 45, 60, 66];
  assertEquals([...edgeSum(edges, attention, x).data], out);
  const scaled = edgeSum(edges, attention, x, { target: [2, 3, 4], source: [5, 6, 7] });
  assertEquals(scaled.data[0], 2 * (1 * 6 * 4 + 3 * 7 * 8));
});

for (const scaled of [false, true]) {
  Deno.test(`edgeSumBackward() equals finite differences, ${scaled ? "" : "not "}scaled`, () => {
    const [attention, x, dy] = [random(10, 3, 1), random(5, 6, 2), random(5, 6, 3)];
    const scales = scaled
      ? { target: random(1, 5, 4).data, source: random(1, 5, 5).data }
      : undefined;
    const { dx, dAttention } = edgeSumBackward(graph, attention, x, dy, scales);
    const loss = () => dot(edgeSum(graph, attention, x, scales), dy);
    assert(largestError(dx.data, finiteDifferences(loss, x.data)) <= FINITE_DIFFERENCE);
    const expected = finiteDifferences(loss, attention.data);
    assert(largestError(dAttention.data, expected) <= FINITE_DIFFERENCE);
  });
}
