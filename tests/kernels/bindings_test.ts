/**
 * Every kernel over rows, on tensors that exceed a binding: launched over windows of rows, it gives the
 * same bits as on a device whose bindings cover all rows.
 */
import { planted } from "../../graphs/planted/planted.ts";
import { UNIFORM_BYTES } from "../../gpu/kernel.ts";
import type { Device, Tensor } from "../../gpu/tensor.ts";
import { DeviceGraph } from "../../batch/device_graph.ts";
import {
  batchNormAct,
  batchNormActBackward,
  type Statistics,
} from "../../kernels/batch_norm_act.ts";
import { batchStatistics } from "../../kernels/batch_statistics.ts";
import { bce } from "../../kernels/bce.ts";
import { addTo, joinColumns, splitColumns, takeColumns } from "../../kernels/copy_columns.ts";
import { crossEntropy } from "../../kernels/cross_entropy.ts";
import { distillation } from "../../kernels/distillation.ts";
import { dotProduct } from "../../kernels/dot_product.ts";
import { dropout } from "../../kernels/dropout.ts";
import {
  genAggregate,
  genAggregateBackward,
  genAggregateBackwardEncoder,
} from "../../kernels/gen_aggregate.ts";
import {
  genMean,
  genMeanBackward,
  genMeanBackwardEncoder,
  genMeanBackwardLearned,
  genMeanShares,
  type Mean,
} from "../../kernels/gen_mean.ts";
import { headScores, headScoresBackward } from "../../kernels/head_scores.ts";
import { labelInput } from "../../kernels/label_input.ts";
import { layerNorm, layerNormBackward } from "../../kernels/layer_norm.ts";
import { linear, linearBackwardInput, linearBackwardWeight } from "../../kernels/linear.ts";
import { messageNorm, messageNormBackward } from "../../kernels/message_norm.ts";
import { actNorm, actNormBackward, normAct, normActBackward } from "../../kernels/norm_act.ts";
import { dequantise, quantise } from "../../kernels/quantise.ts";
import { spmm, spmmBackward } from "../../kernels/spmm.ts";
import { assert, assertEquals } from "../assert.ts";
import { random } from "../reference/matrix.ts";
import { gpu, gpuOfBindings } from "./device.ts";

const BINDING = 2 ** 15;
const small = await gpuOfBindings(BINDING);
/** Not a multiple of anything; reductions go in blocks of 32. */
const ROWS = 1501;
const graph = planted({ nodes: ROWS, degree: 8, edgeFeatures: 5, tasks: 7, skew: 1, seed: 1 });

/** What a case computes with, on its device. */
interface Inputs {
  readonly gpu: Device;
  readonly graph: DeviceGraph;
  /** A matrix of random values, the same on every device. */
  readonly matrix: (rows: number, cols: number, seed: number) => Tensor;
  /** [ROWS, 9] each: 48 bytes a row, more than a binding. */
  readonly wide1: Tensor;
  readonly wide2: Tensor;
  readonly wide3: Tensor;
}

function inputsOf(gpu: Device): Inputs {
  const matrix = (rows: number, cols: number, seed: number) =>
    gpu.upload({ data: Float32Array.from(random(rows, cols, seed).data), rows, cols });
  const [wide1, wide2, wide3] = [1, 2, 3].map((seed) => matrix(ROWS, 9, seed));
  assert(wide1!.bytes > BINDING);
  const wide = { wide1: wide1!, wide2: wide2!, wide3: wide3! };
  return { gpu, graph: new DeviceGraph(gpu, graph), matrix, ...wide };
}

/** What a kernel adds to. */
function zeros({ gpu }: Inputs, rows: number, cols: number): Tensor {
  const tensor = gpu.empty(rows, cols);
  gpu.clear(tensor);
  return tensor;
}

const keysOf = ({ gpu }: Inputs) =>
  gpu.upload({ data: Uint32Array.of(11, 22, 33, 44), rows: 1, cols: 4 });
const maskOf = (inputs: Inputs) => ({
  keys: keysOf(inputs),
  rate: 0.3,
  stream: "classifier" as const,
  firstChannel: 2,
});
const flagsOf = ({ gpu }: Inputs) =>
  gpu.upload({
    data: Uint32Array.from({ length: ROWS }, (_, i) => i % 3 && 1),
    rows: 1,
    cols: ROWS,
  });

const CASES: Record<string, (inputs: Inputs) => Tensor[]> = {
  copyColumns: ({ wide1, wide2 }) => {
    const joined = joinColumns([wide1, wide2]);
    addTo(joined, joinColumns([wide2, wide1]));
    return [joined, takeColumns(joined, 4, 8), ...splitColumns(joined, 2)];
  },
  linear: (inputs) => {
    const { gpu, wide1, wide2 } = inputs;
    // A uniform window reaches past the weight.
    const weight = gpu.empty(1, UNIFORM_BYTES, "weights").window(0, 10, 9);
    gpu.write(weight, Float32Array.from(random(10, 9, 4).data));
    const dWeight = zeros(inputs, 10, 9);
    const y = linear(wide1, weight);
    linear(wide2, weight, { y, sign: -1 });
    linearBackwardWeight(wide1, wide2, dWeight);
    return [y, linearBackwardInput(wide2, weight), dWeight];
  },
  normAct: (inputs) => {
    const { matrix, wide1, wide2 } = inputs;
    const [affine, dAffine, options] = [matrix(2, 9, 4), zeros(inputs, 2, 9), maskOf(inputs)];
    const { y, moments } = normAct(wide1, affine, options);
    const dx = normActBackward(wide1, affine, moments, wide2, { dropout: options, dAffine });
    return [y, moments, dx, dAffine];
  },
  actNorm: ({ matrix, wide1, wide2 }) => {
    const affine = matrix(2, 9, 4);
    const { y, moments } = actNorm(wide1, affine);
    return [y, actNormBackward(wide1, affine, moments, wide2)];
  },
  batchNormAct: (inputs) => {
    const { matrix, wide1, wide2 } = inputs;
    const [affine, running, dAffine] = [matrix(2, 9, 4), matrix(2, 9, 5), zeros(inputs, 2, 9)];
    const values = batchStatistics(wide1, running);
    const statistics: Statistics = { values, running: false };
    const mask = maskOf(inputs);
    const y = batchNormAct(wide1, affine, statistics, mask);
    const dx = batchNormActBackward(wide1, affine, statistics, wide2, { dropout: mask, dAffine });
    return [values, running, y, dx, dAffine];
  },
  dropout: (inputs) => [dropout(inputs.wide1, maskOf(inputs))],
  quantise: (inputs) => {
    const packed = quantise(inputs.wide1, 8, { keys: keysOf(inputs), tensor: 5 });
    return [packed, dequantise(packed, 9, 8)];
  },
  bce: ({ gpu, graph, matrix }) => {
    const loss = gpu.empty(1, 1);
    return [bce(graph, matrix(ROWS, 7, 4), loss), loss];
  },
  crossEntropy: (inputs) => {
    const { matrix, wide1, wide2 } = inputs;
    const result = crossEntropy(wide1, wide2, { counted: flagsOf(inputs), count: 1000 });
    distillation(wide1, matrix(ROWS, 9, 4), result, { temperature: 0.7 });
    return Object.values(result);
  },
  labelInput: (inputs) => {
    const [labels, given, logits] = [inputs.wide1, flagsOf(inputs), inputs.wide2];
    return [
      labelInput(labels, given, { logits }),
      labelInput(labels, given, { logits, means: inputs.matrix(1, 9, 4) }),
    ];
  },
  headScores: (inputs) => {
    const { matrix, wide1, wide2 } = inputs;
    const [vectors, scale, dVectors] = [matrix(1, 9, 4), matrix(1, ROWS, 5), zeros(inputs, 1, 9)];
    const scores = headScores(wide1, vectors, { heads: 3, scale });
    const dx = takeColumns(wide2, 0, 9);
    headScoresBackward(wide1, vectors, scores, { scale, dx, dVectors });
    return [scores, dx, dVectors];
  },
  layerNorm: ({ wide1, wide2 }) => {
    const { y, inverseDeviations } = layerNorm(wide1);
    return [y, inverseDeviations, layerNormBackward(y, inverseDeviations, wide2)];
  },
  messageNorm: (inputs) => {
    const { matrix, wide1, wide2, wide3 } = inputs;
    const learned = { messageScale: matrix(1, 1, 4), dMessageScale: zeros(inputs, 1, 1) };
    const { dx, dm } = messageNormBackward(wide1, wide2, wide3, learned);
    return [messageNorm(wide1, wide2, learned.messageScale), dx, dm, learned.dMessageScale];
  },
  dotProduct: (inputs) => {
    const out = zeros(inputs, 1, 1);
    dotProduct(inputs.wide1, inputs.wide2, out);
    return [out];
  },
  spmm: ({ graph, matrix }) => {
    const x = matrix(ROWS, 3, 4);
    return [
      spmm(graph, x, graph.symmetric),
      spmm(graph, x, graph.mean),
      spmmBackward(graph, x, graph.mean),
    ];
  },
  genAggregate: ({ graph, matrix }) => {
    const [x, encoder, dy] = [matrix(ROWS, 3, 4), matrix(6, 3, 5), matrix(ROWS, 3, 6)];
    const { y, winner } = genAggregate(graph, x, encoder);
    const bare = genAggregate(graph, x, undefined, false);
    return [
      y,
      winner,
      bare.y,
      genAggregateBackward(graph, winner, dy),
      genAggregateBackward(graph, bare.winner, dy, x),
      genAggregateBackwardEncoder(graph, winner, dy),
    ];
  },
  "genMean with encoded edges": (inputs) => {
    const { graph, matrix } = inputs;
    const [x, encoder, dy] = [matrix(ROWS, 3, 4), matrix(6, 3, 5), matrix(ROWS, 3, 6)];
    const kinds: Mean[] = [
      { kind: "mean", exponent: 1 },
      { kind: "softmax", exponent: 2, degreePower: 0.5 },
      { kind: "power", exponent: 2 },
    ];
    return kinds.flatMap((mean) => {
      const { y, saved } = genMean(graph, { x, encoder }, mean);
      const shares = genMeanShares(graph, mean, saved, dy);
      return [y, saved, shares, genMeanBackwardEncoder(graph, { x, encoder }, mean, shares)!];
    });
  },
  "genMeanBackward with encoded edges": ({ graph, matrix }) => {
    const [x, encoder, shares] = [matrix(ROWS, 3, 4), matrix(6, 3, 5), matrix(ROWS, 3, 6)];
    const into = matrix(ROWS, 3, 7);
    genMeanBackward(graph, { x, encoder }, { kind: "mean", exponent: 1 }, shares, into);
    return [into];
  },
  "genMean without": (inputs) => {
    const { graph, matrix } = inputs;
    const [x, dy, learned] = [matrix(ROWS, 3, 4), matrix(ROWS, 3, 6), matrix(1, 1, 7)];
    const [sum, softmax]: Mean[] = [
      { kind: "add", exponent: 1 },
      { kind: "softmax", exponent: learned, degreePower: learned },
    ];
    const { y: total, saved: none } = genMean(graph, { x }, sum!, false);
    // Saves three times a binding: windows of rows within the blocks of edges.
    const { y, saved } = genMean(graph, { x }, softmax!);
    assert(saved.bytes > 2 * BINDING);
    const [dExponent, dDegreePower] = [zeros(inputs, 1, 1), zeros(inputs, 1, 1)];
    genMeanBackwardLearned(softmax!, saved, dy, { dExponent, dDegreePower });
    const dx = zeros(inputs, ROWS, 3);
    genMeanBackward(graph, { x }, sum!, genMeanShares(graph, sum!, none, dy), dx);
    return [total, y, saved, dx, dExponent, dDegreePower];
  },
};

for (const [name, run] of Object.entries(CASES)) {
  Deno.test(`${name}() has the same bits beyond a binding`, async () => {
    const [expected, actual] = await Promise.all([gpu, small].map(async (gpu) => {
      const inputs = inputsOf(gpu);
      // Padding as well.
      const padded = run(inputs).map((tensor) => tensor.window(0, tensor.rows, tensor.stride));
      const values = await gpu.read(...padded);
      return values.map(({ buffer }) => new Uint32Array(buffer));
    }));
    assertEquals(actual, expected);
    assert(actual!.some((bits) => bits.some((word) => word !== 0)));
  });
}
