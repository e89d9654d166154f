import { adam, adamStep } from "../../kernels/adam.ts";
import * as reference from "../reference/adam.ts";
import { testOptimiser } from "./optimisers.ts";

for (const weightDecay of [0, 0.5]) {
  testOptimiser({
    name: "adam",
    moments: ["first", "second"],
    ...weightDecay > 0 && {
      decayed: (weight, learningRate) => (1 - learningRate * weightDecay) * weight,
    },
    valuesOf: ({ step, learningRate }, largestNorm) => adamStep(step, learningRate, largestNorm),
    take: (state, values, squaredNorm) => adam(state, values, squaredNorm, weightDecay),
    reference: ({ weight: weights, first: m, second: v }, gradient, rates) =>
      reference.adamStep({ weights, m, v }, gradient, { ...rates, weightDecay }),
  });
}
