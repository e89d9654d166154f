import { assert } from "../assert.ts";
import { FINITE_DIFFERENCE, FLOAT64 } from "../tolerances.ts";
import { graphConvolution, graphConvolutionBackward, matrixOf } from "./graph_convolution.ts";
import { dot, finiteDifferences, largestError, random } from "./matrix.ts";

// Node 1 has no in-edges, 2 has a loop, 3 the same source three times, 4 only itself, twice.
const graph = {
  rowPtr: Uint32Array.of(0, 3, 3, 5, 9, 11),
  colIdx: Uint32Array.of(1, 2, 4, 0, 2, 0, 0, 0, 1, 4, 4),
};
const MATRICES = {
  // Degrees with one loop each: 4, 1, 2, 5, 1.
  gcn: [
    [1 / 4, 1 / 2, 1 / Math.sqrt(8), 0, 1 / 2],
    [0, 1, 0, 0, 0],
    [1 / Math.sqrt(8), 0, 1 / 2, 0, 0],
    [3 / Math.sqrt(20), 1 / Math.sqrt(5), 0, 1 / 5, 0],
    [0, 0, 0, 0, 1],
  ],
  sage: [
    [0, 1 / 3, 1 / 3, 0, 1 / 3],
    [0, 0, 0, 0, 0],
    [1 / 2, 0, 1 / 2, 0, 0],
    [3 / 4, 1 / 4, 0, 0, 0],
    [0, 0, 0, 0, 1],
  ],
};

Deno.test("matrixOf() a graph whose edges have weights, gcn", () => {
  // Edges 1 → 0 of 3, the loop 0 → 0 of 5, and 0 → 1 of 2: sums of rows are 8 and 3.
  const edges = { rowPtr: Uint32Array.of(0, 2, 3), colIdx: Uint32Array.of(0, 1, 0) };
  const matrix = matrixOf("gcn", { ...edges, weights: [5, 3, 2] });
  const expected = [5 / 8, 3 / Math.sqrt(24), 2 / Math.sqrt(24), 1 / 3];
  assert(largestError(matrix.data, expected) <= FLOAT64);
});

Deno.test("graphConvolutionBackward() equals finite differences, edges with weights", () => {
  const weights = random(1, graph.colIdx.length, 4).data.map((weight) => 1.5 + weight);
  const weighted = { ...graph, weights };
  const [x, weight, dy] = [random(5, 3, 1), random(4, 3, 2), random(5, 3, 3)];
  const { dx, dWeight } = graphConvolutionBackward("gcn", weighted, x, weight, dy);
  const loss = () => dot(graphConvolution("gcn", weighted, x, weight), dy);
  assert(largestError(dx.data, finiteDifferences(loss, x.data)) <= FINITE_DIFFERENCE);
  assert(largestError(dWeight.data, finiteDifferences(loss, weight.data)) <= FINITE_DIFFERENCE);
});

for (const operator of ["gcn", "sage"] as const) {
  Deno.test(`matrixOf() a small graph, ${operator}`, () => {
    assert(largestError(matrixOf(operator, graph).data, MATRICES[operator].flat()) <= FLOAT64);
  });

  Deno.test(`graphConvolutionBackward() equals finite differences, ${operator}`, () => {
    const inputs = operator === "gcn" ? 3 : 6;
    const [x, weight, dy] = [random(5, 3, 1), random(inputs + 1, 3, 2), random(5, 3, 3)];
    const { dx, dWeight } = graphConvolutionBackward(operator, graph, x, weight, dy);
    const loss = () => dot(graphConvolution(operator, graph, x, weight), dy);
    assert(largestError(dx.data, finiteDifferences(loss, x.data)) <= FINITE_DIFFERENCE);
    assert(largestError(dWeight.data, finiteDifferences(loss, weight.data)) <= FINITE_DIFFERENCE);
  });
}
