import { rmsprop, rmspropStep } from "../../kernels/rmsprop.ts";
import * as reference from "../reference/rmsprop.ts";
import { testOptimiser } from "./optimisers.ts";

for (const weightDecay of [0, 0.5]) {
  testOptimiser({
    name: "rmsprop",
    moments: ["square"],
    // A first step's √v is a tenth of its gradient λ w.
    ...weightDecay > 0 && {
      decayed: (weight, learningRate) => weight - 10 * learningRate * Math.sign(weight),
    },
    valuesOf: ({ learningRate }, largestNorm) => rmspropStep(learningRate, largestNorm),
    take: (state, values, squaredNorm) => rmsprop(state, values, squaredNorm, weightDecay),
    reference: ({ weight: weights, square }, gradient, rates) =>
      reference.rmspropStep({ weights, square }, gradient, { ...rates, weightDecay }),
  });
}
