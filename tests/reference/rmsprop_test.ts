import { assert } from "../assert.ts";
import { FLOAT64 } from "../tolerances.ts";
import { largestError, random } from "./matrix.ts";
import { rmspropStep } from "./rmsprop.ts";

Deno.test("rmspropStep() first moves every weight by ten learning rates against its gradient", () => {
  const state = { weights: new Float64Array(3), square: new Float64Array(3) };
  // No correction of the first mean: √v is a tenth of the gradient.
  rmspropStep(state, Float64Array.of(1e-3, -20, 0), { learningRate: 0.1 });
  assert(largestError(state.weights, [-1, 1, 0]) <= 1e-3);
});

Deno.test("rmspropStep() divides by the weighted mean of all squares so far", () => {
  const grads = [1, 2, 3, 4].map((seed) => random(1, 5, seed).data);
  const state = { weights: new Float64Array(5), square: new Float64Array(5) };
  const expected = new Float64Array(5);
  const [alpha, epsilon] = [0.8, 1e-3];
  grads.forEach((grad, last) => {
    rmspropStep(state, grad, { learningRate: 0.01, alpha, epsilon });
    for (let k = 0; k < 5; k++) {
      let square = 0;
      for (let s = 0; s <= last; s++) {
        square += (1 - alpha) * alpha ** (last - s) * grads[s]![k]! ** 2;
      }
      expected[k]! -= 0.01 * grad[k]! / (Math.sqrt(square) + epsilon);
    }
  });
  assert(largestError(state.weights, expected) <= FLOAT64);
});
