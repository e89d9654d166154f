import { assert, assertEquals } from "../assert.ts";
import { FINITE_DIFFERENCE } from "../tolerances.ts";
import { headScores, headScoresBackward } from "./head_scores.ts";
import { dot, finiteDifferences, largestError, random } from "./matrix.ts";

Deno.test("headScores() are products of a row's heads with their vectors, scaled", () => {
  const x = { rows: 2, cols: 4, data: Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8) };
  const vectors = { rows: 1, cols: 4, data: Float64Array.of(10, 1, 100, 1000) };
  assertEquals([...headScores(x, vectors, { heads: 2 }).data], [12, 4300, 56, 8700]);
  const scaled = headScores(x, vectors, { heads: 2, scale: [2, 3] });
  assertEquals([...scaled.data], [24, 8600, 168, 26_100]);
});

for (const scale of [undefined, random(1, 5, 4).data]) {
  Deno.test(`headScoresBackward() equals finite differences, ${scale ? "" : "not "}scaled`, () => {
    const [x, vectors, dScores] = [random(5, 6, 1), random(1, 6, 2), random(5, 3, 3)];
    const { dx, dVectors } = headScoresBackward(x, vectors, dScores, scale);
    const loss = () => dot(headScores(x, vectors, { heads: 3, scale }), dScores);
    assert(largestError(dx.data, finiteDifferences(loss, x.data)) <= FINITE_DIFFERENCE);
    assert(largestError(dVectors.data, finiteDifferences(loss, vectors.data)) <= FINITE_DIFFERENCE);
  });
}
