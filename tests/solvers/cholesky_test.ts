import { solvePositiveDefinite } from "../../solvers/cholesky.ts";
import { assert, assertEquals } from "../assert.ts";
import { largestError, random, row } from "../reference/matrix.ts";
import { solveDense } from "../reference/solvers.ts";
import { FLOAT64 } from "../tolerances.ts";

Deno.test("solvePositiveDefinite() solves what is solved by hand", () => {
  assertEquals(solvePositiveDefinite([], []), []);
  assertEquals(solvePositiveDefinite([[4]], [2]), [0.5]);
  // L = [[2, 0], [1, 3]].
  assertEquals(solvePositiveDefinite([[4, 2], [2, 10]], [8, 22]), [1, 2]);
});

Deno.test("solvePositiveDefinite() equals Gaussian elimination", () => {
  for (const size of [1, 2, 3, 5, 10]) {
    const vectors = random(size, 20, size);
    const gram = Array.from({ length: size }, (_, i) => {
      return Array.from({ length: size }, (_, j) => product(row(vectors, i), row(vectors, j)));
    });
    const right = [...random(1, size, 99).data];
    const error = largestError(solvePositiveDefinite(gram, right)!, solveDense(gram, right));
    assert(error <= FLOAT64, `${size} unknowns are off by ${error}`);
  }
});

Deno.test("solvePositiveDefinite() says so where the matrix is singular, indefinite or no number", () => {
  for (const matrix of [[[0]], [[-1]], [[NaN]], [[Infinity]], [[1, 1], [1, 1]], [[1, 2], [2, 1]]]) {
    assertEquals(solvePositiveDefinite(matrix, matrix.map(() => 1)), undefined);
  }
});

function product(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, k) => sum + value * b[k]!, 0);
}
