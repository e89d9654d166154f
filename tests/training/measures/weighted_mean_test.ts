import { weightedMean } from "../../../training/measures/weighted_mean.ts";
import { assertEquals } from "../../assert.ts";

const column = (...values: number[]) => ({
  data: Float32Array.from(values),
  rows: values.length,
  cols: 1,
});

Deno.test("weightedMean() weighs each matrix, whatever the weights' sum", () => {
  const [a, b] = [column(1, -2, 0), column(4, 4, 0)];
  assertEquals(weightedMean([a, b], [1, 1]), column(2.5, 1, 0));
  assertEquals(weightedMean([a, b], [2, 1]), column(2, 0, 0));
  assertEquals(weightedMean([a, b], [0.5, 0.25]), column(2, 0, 0));
  assertEquals(weightedMean([a, b], [0, 3]), b);
  assertEquals(weightedMean([a], [7]), a);
});
