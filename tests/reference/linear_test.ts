import { assert, assertEquals } from "../assert.ts";
import { FINITE_DIFFERENCE } from "../tolerances.ts";
import { linear, linearBackward } from "./linear.ts";
import { dense, dot, finiteDifferences, largestError, random } from "./matrix.ts";

Deno.test("linear() adds the weight's last row as bias", () => {
  const x = { rows: 1, cols: 2, data: Float64Array.of(2, 3) };
  const weight = { rows: 3, cols: 2, data: Float64Array.of(1, 10, 100, 1000, 5, 7) };
  assertEquals([...linear(x, weight).data], [307, 3027]);
});

Deno.test("linearBackward() equals finite differences", () => {
  for (const bias of [1, 0]) {
    const [x, weight, dy] = [random(5, 3, 1), random(3 + bias, 2, 2), random(5, 2, 3)];
    const { dx, dWeight } = linearBackward(x, weight, dy);
    const loss = () => dot(linear(x, weight), dy);
    assert(largestError(dx.data, finiteDifferences(loss, x.data)) <= FINITE_DIFFERENCE);
    assert(largestError(dWeight.data, finiteDifferences(loss, weight.data)) <= FINITE_DIFFERENCE);
  }
});

Deno.test("linear() of no rows has no rows, and its weight no gradient", () => {
  const [x, weight] = [dense(0, 3), random(4, 2, 1)];
  assertEquals(linear(x, weight), dense(0, 2));
  assertEquals(linearBackward(x, weight, dense(0, 2)), { dx: x, dWeight: dense(4, 2) });
});
