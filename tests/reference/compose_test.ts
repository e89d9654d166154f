import { assert } from "../assert.ts";
import { FINITE_DIFFERENCE } from "../tolerances.ts";
import { compose, composeBackward } from "./compose.ts";
import { linear } from "./linear.ts";
import { dot, finiteDifferences, largestError, random } from "./matrix.ts";

for (const features of [0, 1, 8]) {
  Deno.test(`compose() is the two linear maps in turn, ${features} edge features`, () => {
    const [outer, inner] = [random(features + 1, 5, 1), random(6, 3, 2)];
    const edgeFeatures = random(7, features, 3);
    const expected = linear(linear(edgeFeatures, outer), inner);
    const actual = linear(edgeFeatures, compose(outer, inner));
    assert(largestError(actual.data, expected.data) <= 1e-14);
  });

  Deno.test(`composeBackward() equals finite differences, ${features} edge features`, () => {
    const [outer, inner] = [random(features + 1, 5, 4), random(6, 3, 5)];
    const dEncoder = random(features + 1, 3, 6);
    const { dOuter, dInner } = composeBackward(outer, inner, dEncoder);
    const loss = () => dot(compose(outer, inner), dEncoder);
    assert(largestError(dOuter.data, finiteDifferences(loss, outer.data)) <= FINITE_DIFFERENCE);
    assert(largestError(dInner.data, finiteDifferences(loss, inner.data)) <= FINITE_DIFFERENCE);
  });
}
