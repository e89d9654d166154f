import { rmsprop, rmspropStep } from "../../kernels/rmsprop.ts";
import * as reference from "../reference/rmsprop.ts";
import { testOptimiser } from "./optimisers.ts";

testOptimiser({
  name: "rmsprop",
  moments: ["square"],
  valuesOf: ({ learningRate }, largestNorm) => rmspropStep(learningRate, largestNorm),
  take: rmsprop,
  reference: ({ weight: weights, square }, gradient, rates) =>
    reference.rmspropStep({ weights, square }, gradient, rates),
});
