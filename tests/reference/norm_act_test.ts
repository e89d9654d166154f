import { assert, assertEquals } from "../assert.ts";
import { FINITE_DIFFERENCE } from "../tolerances.ts";
import { dense, dot, finiteDifferences, largestError, random } from "./matrix.ts";
import { actNorm, actNormBackward, normAct, normActBackward } from "./norm_act.ts";

Deno.test("normAct() normalises by the biased variance, then drops what is negative", () => {
  const x = { rows: 1, cols: 4, data: Float64Array.of(1, 2, 3, 6) };
  const affine = { rows: 2, cols: 4, data: Float64Array.of(1, 1, -1, 2, 0, 2, 1, 1) };
  const mask = { rows: 1, cols: 4, data: Float64Array.of(1, 1, 0, 2) };
  const deviation = Math.sqrt(3.5 + 1e-5);
  const expected = [0, 2 - 1 / deviation, 1, 1 + 6 / deviation];
  assert(largestError(normAct(x, affine).data, expected) <= 1e-14);
  expected[2] = 0;
  expected[3]! *= 2;
  assert(largestError(normAct(x, affine, mask).data, expected) <= 1e-14);
});

for (const masked of [false, true]) {
  Deno.test(`normActBackward() equals finite differences, masked: ${masked}`, () => {
    const [x, affine, dy] = [random(6, 5, 1), random(2, 5, 2), random(6, 5, 3)];
    const kept = random(6, 5, 4);
    const mask = masked ? { ...kept, data: kept.data.map((v) => v < 0 ? 0 : 2) } : undefined;
    const { dx, dAffine } = normActBackward(x, affine, dy, mask);
    const loss = () => dot(normAct(x, affine, mask), dy);
    assert(largestError(dx.data, finiteDifferences(loss, x.data)) <= FINITE_DIFFERENCE);
    assert(largestError(dAffine.data, finiteDifferences(loss, affine.data)) <= FINITE_DIFFERENCE);
  });
}

Deno.test("actNorm() normalises what is positive, and its gradients equal finite differences", () => {
  const [x, affine, dy] = [random(6, 5, 1), random(2, 5, 2), random(6, 5, 3)];
  const positive = { ...x, data: x.data.map((value) => Math.max(0, value)) };
  const shifted = { ...affine, data: affine.data.map((value, k) => k < 5 ? value : 100) };
  assertEquals(actNorm(x, shifted), normAct(positive, shifted));
  assert(actNorm(x, affine).data.some((value) => value < 0));
  const { dx, dAffine } = actNormBackward(x, affine, dy);
  const loss = () => dot(actNorm(x, affine), dy);
  assert(largestError(dx.data, finiteDifferences(loss, x.data)) <= FINITE_DIFFERENCE);
  assert(largestError(dAffine.data, finiteDifferences(loss, affine.data)) <= FINITE_DIFFERENCE);
});

Deno.test("normAct() of a constant row is the shift, even of a single channel", () => {
  for (const channels of [1, 3]) {
    const [x, affine] = [dense(2, channels, 7), dense(2, channels, 0.5)];
    assertEquals(normAct(x, affine), dense(2, channels, 0.5));
  }
});
