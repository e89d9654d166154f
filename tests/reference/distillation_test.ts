import { assert } from "../assert.ts";
import { FINITE_DIFFERENCE, FLOAT64 } from "../tolerances.ts";
import { distillation } from "./distillation.ts";
import { dense, finiteDifferences, largestError, random } from "./matrix.ts";

Deno.test("distillation() is 0, and flat, where the student agrees with the teacher", () => {
  const teacher = random(5, 3, 1);
  const shifted = { ...teacher, data: teacher.data.map((value) => value + 7) };
  const { loss, dLogits } = distillation(shifted, teacher, { temperature: 0.7 });
  assert(Math.abs(loss) <= FLOAT64);
  assert(Math.max(...dLogits.data.map(Math.abs)) <= FLOAT64);
});

Deno.test("distillation() of a sure teacher is T² cross entropy over classes", () => {
  const teacher = { rows: 1, cols: 4, data: Float64Array.of(0, 1e3, 0, 0) };
  const { loss } = distillation(dense(1, 4), teacher, { temperature: 0.5, weight: 3 });
  assert(Math.abs(loss - 3 * 0.25 * Math.log(4) / 4) <= FLOAT64);
});

for (const temperature of [0.7, 2]) {
  Deno.test(`distillation() gives finite differences at temperature ${temperature}`, () => {
    const [logits, teacher] = [random(6, 4, 3), random(6, 4, 4)];
    const options = { temperature, weight: 0.95 };
    const { dLogits } = distillation(logits, teacher, options);
    const expected = finiteDifferences(
      () => distillation(logits, teacher, options).loss,
      logits.data,
    );
    assert(largestError(dLogits.data, expected) <= FINITE_DIFFERENCE);
  });
}
