import { assert, assertEquals } from "../assert.ts";
import { FINITE_DIFFERENCE } from "../tolerances.ts";
import { dot, finiteDifferences, largestError, random } from "./matrix.ts";
import { spmm, spmmBackward } from "./spmm.ts";

// Node 1 is isolated, 2 has a loop, 3 the same source three times, 4 only itself.
const graph = {
  rowPtr: Uint32Array.of(0, 3, 3, 5, 9, 10),
  colIdx: Uint32Array.of(1, 2, 4, 0, 2, 0, 0, 0, 1, 4),
};
const [target, source, self] = [1, 2, 3].map((seed) => random(1, 5, seed).data);
const scales = { target: target!, source: source!, self: self! };

Deno.test("spmm() adds a node's scaled neighbours and itself", () => {
  const edges = { rowPtr: Uint32Array.of(0, 3, 3, 4), colIdx: Uint32Array.of(1, 1, 2, 2) };
  const x = { rows: 3, cols: 2, data: Float64Array.of(1, 2, 3, 4, 5, 6) };
  const out = spmm(edges, x, { target: [2, 3, 4], source: [5, 6, 7], self: [8, 9, 10] });
  assertEquals([...out.data], [
    2 * (6 * 3 + 6 * 3 + 7 * 5) + 8 * 1,
    2 * (6 * 4 + 6 * 4 + 7 * 6) + 8 * 2,
    9 * 3,
    9 * 4,
    4 * (7 * 5) + 10 * 5,
    4 * (7 * 6) + 10 * 6,
  ]);
});

Deno.test("spmm() multiplies an edge by its weight, a node's own part by none", () => {
  const edges = { rowPtr: Uint32Array.of(0, 2), colIdx: Uint32Array.of(0, 0) };
  const x = { rows: 1, cols: 1, data: Float64Array.of(3) };
  const out = spmm(edges, x, { target: [2], source: [5], self: [7] }, [0.5, -4]);
  assertEquals([...out.data], [2 * 5 * 3 * (0.5 - 4) + 7 * 3]);
});

for (const weights of [undefined, random(1, 10, 6).data]) {
  const edges = weights ? "edges with weights" : "edges without";
  Deno.test(`spmmBackward() equals finite differences, ${edges}`, () => {
    const [x, dy] = [random(5, 3, 4), random(5, 3, 5)];
    const expected = finiteDifferences(() => dot(spmm(graph, x, scales, weights), dy), x.data);
    const error = largestError(spmmBackward(graph, dy, scales, weights).data, expected);
    assert(error <= FINITE_DIFFERENCE, `${error}`);
  });
}
