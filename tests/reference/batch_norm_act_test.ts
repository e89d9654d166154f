import { assert, assertEquals } from "../assert.ts";
import { FINITE_DIFFERENCE, FLOAT64 } from "../tolerances.ts";
import { batchNormAct, batchNormActBackward } from "./batch_norm_act.ts";
import { batchStatistics } from "./batch_statistics.ts";
import { type Dense, dense, dot, finiteDifferences, largestError, random } from "./matrix.ts";

/** Channel 0 holds 1, 2, 3, 6: mean 3, variance 3.5, unbiased 14 / 3. Channel 1 is constant. */
const X: Dense = { rows: 4, cols: 2, data: Float64Array.of(1, 5, 2, 5, 3, 5, 6, 5) };

Deno.test("batchNormAct() normalises each column, then drops what is negative", () => {
  const affine = { rows: 2, cols: 2, data: Float64Array.of(2, 3, 1, 0.5) };
  const mask = { rows: 4, cols: 2, data: Float64Array.of(1, 1, 1, 2, 0, 1, 2, 0) };
  const deviation = Math.sqrt(3.5 + 1e-5);
  const expected = [0, 0.5, 0, 0.5, 1, 0.5, 1 + 6 / deviation, 0.5];
  assert(largestError(batchNormAct(X, affine).data, expected) <= FLOAT64);
  const masked = expected.map((value, k) => value * mask.data[k]!);
  assert(largestError(batchNormAct(X, affine, { mask }).data, masked) <= FLOAT64);
});

Deno.test("batchNormAct() by running statistics knows nothing of the batch", () => {
  const affine = { rows: 2, cols: 2, data: Float64Array.of(1, 1, 0, 0) };
  const running = { rows: 2, cols: 2, data: Float64Array.of(1, 3, 4 - 1e-5, 1 - 1e-5) };
  const expected = [0, 2, 0.5, 2, 1, 2, 2.5, 2];
  assert(largestError(batchNormAct(X, affine, { running }).data, expected) <= FLOAT64);
});

const CASES = [false, true].flatMap((masked) =>
  [false, true].flatMap((fixed) => [true, false].map((relu) => ({ masked, fixed, relu })))
);
for (const { masked, fixed, relu } of CASES) {
  const title = `masked: ${masked}, running statistics: ${fixed}, ReLU: ${relu}`;
  Deno.test(`batchNormActBackward() equals finite differences, ${title}`, () => {
    const [x, affine, dy] = [random(6, 5, 1), random(2, 5, 2), random(6, 5, 3)];
    const kept = random(6, 5, 4);
    const mask = masked ? { ...kept, data: kept.data.map((v) => v < 0 ? 0 : 2) } : undefined;
    const running = fixed ? batchStatistics(random(6, 5, 5)) : undefined;
    const { dx, dAffine } = batchNormActBackward(x, affine, dy, { mask, running, relu });
    const loss = () => dot(batchNormAct(x, affine, { mask, running, relu }), dy);
    assert(dx.data.some((value) => value !== 0));
    assert(largestError(dx.data, finiteDifferences(loss, x.data)) <= FINITE_DIFFERENCE);
    assert(largestError(dAffine.data, finiteDifferences(loss, affine.data)) <= FINITE_DIFFERENCE);
  });
}

Deno.test("batchNormActBackward() of one row is 0", () => {
  const [x, affine, dy] = [random(1, 3, 1), dense(2, 3, 1), random(1, 3, 2)];
  assertEquals([...batchNormActBackward(x, affine, dy).dx.data], [0, 0, 0]);
});
