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

Deno.test("rmspropStep() decays weights as it minimises λ w² / 2 beside the loss", () => {
  const [weights, grads] = [random(1, 5, 1).data, random(1, 5, 2).data];
  const [decaying, plain] = [weights, weights].map((start) => ({
    weights: start.slice(),
    square: new Float64Array(5),
  }));
  const penalty = (w: number) => 0.3 * w ** 2 / 2;
  const step = 1e-4;
  const both = grads.map((grad, k) =>
    grad + (penalty(weights[k]! + step) - penalty(weights[k]! - step)) / (2 * step)
  );
  rmspropStep(decaying!, grads, { learningRate: 0.1, weightDecay: 0.3 });
  rmspropStep(plain!, both, { learningRate: 0.1 });
  assert(largestError(decaying!.weights, plain!.weights) <= 1e-9);
});
