/** The bench's kernels of losses, optimisers and solvers. */
import type { DeviceGraph } from "../../batch/device_graph.ts";
import { accumulate, takeMean } from "../../kernels/accumulate.ts";
import { adam, adamStep } from "../../kernels/adam.ts";
import { bce } from "../../kernels/bce.ts";
import { combine } from "../../kernels/combine.ts";
import { crossEntropy } from "../../kernels/cross_entropy.ts";
import { distillation } from "../../kernels/distillation.ts";
import { dotProduct } from "../../kernels/dot_product.ts";
import { dots, dotsCols } from "../../kernels/dots.ts";
import { labelInput } from "../../kernels/label_input.ts";
import { rmsprop, rmspropStep } from "../../kernels/rmsprop.ts";
import { sumOfSquares } from "../../kernels/sum.ts";
import { type KernelCase, matrix } from "./kernel_cases.ts";

/** As many parameters as RevGNN-Deep has. */
const PARAMETERS = 2_860_000;

/** Tensors in a solver's history. */
const HISTORY = 5;

/** The losses: binary and softmax cross entropy, label inputs, and distillation. */
export function lossCases(graph: DeviceGraph): Record<string, KernelCase> {
  const { gpu, labels, trains: counted, trainingNodes: count } = graph;
  const { rows, cols } = labels;
  const [logits, teacher, loss] = [
    matrix(gpu, rows, cols),
    matrix(gpu, rows, cols),
    gpu.empty(1, 1),
  ];
  const result = crossEntropy(logits, labels, { counted, count });
  return {
    bce: () => bce(graph, logits, loss),
    cross_entropy: () => Object.values(crossEntropy(logits, labels, { counted, count })),
    label_input: () => labelInput(labels, counted),
    distillation: () => distillation(logits, teacher, result, { temperature: 0.7 }),
  };
}

/** The norm of the gradient, and each optimiser's update of all parameters. */
export function optimiserCases({ gpu }: DeviceGraph): Record<string, KernelCase> {
  const [weight, gradient, first] = Array.from({ length: 3 }, () => matrix(gpu, 1, PARAMETERS));
  const second = gpu.empty(1, PARAMETERS);
  gpu.clear(second);
  const [norm, step] = [matrix(gpu, 1, 1), gpu.empty(1, 4)];
  gpu.write(step, adamStep(1, 1e-3, 1));
  const rate = gpu.empty(1, 2);
  gpu.write(rate, rmspropStep(1e-3, 1));
  const state = { weight: weight!, gradient: gradient! };
  return {
    accumulate: () => accumulate(second, gradient!),
    take_share: () => takeMean(second, gradient!, 4),
    sum_of_squares: () => sumOfSquares([gradient!], norm),
    adam: () => adam({ ...state, first: first!, second }, step, norm),
    rmsprop: () => rmsprop({ ...state, square: second }, rate, norm),
  };
}

/** The kernels of a solver's step, with a history of tensors [nodes, d]. */
export function solverCases({ gpu, nodes }: DeviceGraph, d: number): Record<string, KernelCase> {
  const [z, ...history] = Array.from({ length: HISTORY + 1 }, () => matrix(gpu, nodes, d));
  const [y, products] = [gpu.empty(nodes, d), gpu.empty(1, dotsCols(HISTORY))];
  const coefficients = matrix(gpu, 1, HISTORY + 1);
  const sum = matrix(gpu, 1, 1);
  return {
    combine: () => combine(y, history, coefficients, 0),
    dot_product: () => dotProduct(z!, history[0]!, sum),
    dots: () => dots(z!, history[0]!, history.slice(1), products),
  };
}
