import { assert, assertEquals } from "../assert.ts";
import { FINITE_DIFFERENCE, FLOAT64 } from "../tolerances.ts";
import { dense, dot, finiteDifferences, largestError, random, row } from "./matrix.ts";
import { messageNorm, messageNormBackward } from "./message_norm.ts";

Deno.test("messageNorm() adds messages as long as x, times the message scale", () => {
  const x = { rows: 3, cols: 2, data: Float64Array.of(3, 4, 1, 0, 0, 0) };
  const m = { rows: 3, cols: 2, data: Float64Array.of(0, 2, 0, 0, 5, 5) };
  const { data } = messageNorm(x, m, 2);
  assert(largestError(data, [3, 4 + 2 * 5, 1, 0, 0, 0]) <= FLOAT64);
});

Deno.test("messageNormBackward() equals finite differences", () => {
  const [x, m, dy] = [random(5, 3, 1), random(5, 3, 2), random(5, 3, 3)];
  const messageScale = Float64Array.of(0.7);
  const loss = () => dot(messageNorm(x, m, messageScale[0]!), dy);
  const { dx, dm, dMessageScale } = messageNormBackward(x, m, messageScale[0]!, dy);
  assert(largestError(dx.data, finiteDifferences(loss, x.data)) <= FINITE_DIFFERENCE);
  assert(largestError(dm.data, finiteDifferences(loss, m.data)) <= FINITE_DIFFERENCE);
  assert(largestError([dMessageScale], finiteDifferences(loss, messageScale)) <= FINITE_DIFFERENCE);
});

Deno.test("messageNormBackward() passes nothing on to messages without length, or for such an x", () => {
  const [x, m, dy] = [random(2, 3, 1), random(2, 3, 2), random(2, 3, 3)];
  row(m, 0).fill(0);
  row(x, 1).fill(0);
  const { dx, dm, dMessageScale } = messageNormBackward(x, m, 0.7, dy);
  assertEquals([dx, dm, dMessageScale], [dy, dense(2, 3), 0]);
});
