import { assert } from "../assert.ts";
import { FINITE_DIFFERENCE, FLOAT64 } from "../tolerances.ts";
import { layerNorm, layerNormBackward } from "./layer_norm.ts";
import { dot, finiteDifferences, largestError, random } from "./matrix.ts";

Deno.test("layerNorm() takes away a row's mean and divides by its biased deviation", () => {
  const x = { rows: 1, cols: 4, data: Float64Array.of(1, 2, 3, 6) };
  const expected = [-2, -1, 0, 3].map((centred) => centred / Math.sqrt(3.5 + 1e-5));
  assert(largestError(layerNorm(x).data, expected) <= FLOAT64);
});

Deno.test("layerNormBackward() equals finite differences", () => {
  const [x, dy] = [random(6, 5, 1), random(6, 5, 2)];
  const differences = finiteDifferences(() => dot(layerNorm(x), dy), x.data);
  assert(largestError(layerNormBackward(x, dy).data, differences) <= FINITE_DIFFERENCE);
});
