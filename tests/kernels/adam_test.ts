import { adam, adamStep } from "../../kernels/adam.ts";
import * as reference from "../reference/adam.ts";
import { testOptimiser } from "./optimisers.ts";

testOptimiser({
  name: "adam",
  moments: ["first", "second"],
  valuesOf: ({ step, learningRate }, largestNorm) => adamStep(step, learningRate, largestNorm),
  take: adam,
  reference: ({ weight: weights, first: m, second: v }, gradient, rates) =>
    reference.adamStep({ weights, m, v }, gradient, rates),
});
