import { rmsprop, rmspropStep } from "../../kernels/rmsprop.ts";
import * as reference from "../reference/rmsprop.ts";
import { testOptimiser } from "./optimisers.ts";

// So small that no gradient there is cancelled by its decay.
for (const weightDecay of [0, 1e-3]) {
  testOptimiser({
    name: "rmsprop",
    moments: ["square"],
    // A first step's √v is a tenth of its gradient λ w.
    ...weightDecay > 0 && {
      decayed: (weight, learningRate) => {
        const gradient = weightDecay * weight;
        return weight - learningRate * gradient / (0.1 * Math.abs(gradient) + 1e-8);
      },
    },
    valuesOf: ({ learningRate }, largestNorm) => rmspropStep(learningRate, largestNorm),
    take: (state, values, squaredNorm) => rmsprop(state, values, squaredNorm, weightDecay),
    reference: ({ weight: weights, square }, gradient, rates) =>
      reference.rmspropStep({ weights, square }, gradient, { ...rates, weightDecay }),
  });
}
