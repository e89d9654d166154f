/**
 * Whether kernels compute what plain loops in float64 do. All numbers are small and whole, so that floats
 * hold every sum exactly, in whatever order: a bit that differs is the driver's or the card's fault.
 */
import { DeviceGraph } from "../../batch/device_graph.ts";
import { UNIFORM_BYTES } from "../../gpu/kernel.ts";
import type { Device, Tensor } from "../../gpu/tensor.ts";
import type { Graph } from "../../graphs/graph.ts";
import { planted } from "../../graphs/planted/planted.ts";
import { Random } from "../../graphs/random.ts";
import { genAggregate } from "../../kernels/gen_aggregate.ts";
import { linear, linearBackwardWeight } from "../../kernels/linear.ts";

const ROWS = 1000;
const INPUTS = 24;
const OUTPUTS = 40;
/** GEN's ε. */
const EPSILON = 1e-7;
/** Numbers are from minus this to this. */
const LARGEST = 8;

interface Matrix {
  readonly data: Float32Array;
  readonly rows: number;
  readonly cols: number;
}

/** Says whether the kernels' bits are those of float64. */
export async function selfTestText(gpu: Device): Promise<string> {
  const random = new Random(1);
  const [x, weight, dy] = [
    whole(random, ROWS, INPUTS),
    whole(random, INPUTS, OUTPUTS),
    whole(random, ROWS, OUTPUTS),
  ];
  const graph = planted({ nodes: ROWS, degree: 10, edgeFeatures: 0 });
  const expected = {
    "a linear map": product(x, weight),
    "its weight's gradient": gradient(x, dy),
    "the largest messages": largestMessages(graph, x),
  };
  const actual = await computed(gpu, graph, { x, weight, dy });
  for (const [i, [what, values]] of Object.entries(expected).entries()) {
    const at = values.findIndex((value, at) => value !== actual[i]![at]);
    if (at < 0) continue;
    return `wrong: of ${what} value ${at + 1} of ${values.length} is ${actual[i]![at]}, expected ` +
      `${values[at]}; no result of this adapter can be trusted, try another driver`;
  }
  return `equal to float64's: ${Object.keys(expected).join(", ")}`;
}

async function computed(gpu: Device, graph: Graph, given: Record<"x" | "weight" | "dy", Matrix>) {
  using all = new DisposableStack();
  // Of a weight the kernel binds a whole uniform window.
  const upload = (matrix: Matrix) =>
    all.use(gpu.upload(matrix, "activations", Math.max(UNIFORM_BYTES, 4 * matrix.data.length)));
  const [x, weight, dy] = [upload(given.x), upload(given.weight), upload(given.dy)];
  const edges = all.use(new DeviceGraph(gpu, graph));
  const results: Tensor[] = [all.use(linear(x, weight)), all.use(gpu.empty(INPUTS, OUTPUTS))];
  gpu.clear(results[1]!);
  linearBackwardWeight(x, dy, results[1]);
  const { y, winner } = genAggregate(edges, x);
  for (const tensor of [y, winner]) all.use(tensor);
  return await gpu.read(...results, y);
}

function whole(random: Random, rows: number, cols: number): Matrix {
  const number = () => random.below(2 * LARGEST + 1) - LARGEST;
  return { data: Float32Array.from({ length: rows * cols }, number), rows, cols };
}

/** x W */
function product(x: Matrix, weight: Matrix): Float64Array {
  const y = new Float64Array(x.rows * weight.cols);
  for (let i = 0; i < x.rows; i++) {
    for (let j = 0; j < weight.cols; j++) {
      for (let k = 0; k < x.cols; k++) {
        y[i * weight.cols + j]! += x.data[i * x.cols + k]! * weight.data[k * weight.cols + j]!;
      }
    }
  }
  return y;
}

/** xᵀ dy */
function gradient(x: Matrix, dy: Matrix): Float64Array {
  const transposed = new Float32Array(x.data.length);
  for (let i = 0; i < x.rows; i++) {
    for (let k = 0; k < x.cols; k++) transposed[k * x.rows + i] = x.data[i * x.cols + k]!;
  }
  return product({ data: transposed, rows: x.cols, cols: x.rows }, dy);
}

/** x_i + max_j (ReLU(x_j) + ε), of which ε is lost in rounding but beside 0. */
function largestMessages({ rowPtr, colIdx }: Graph, x: Matrix): Float64Array {
  return Float64Array.from(x.data, (value, at) => {
    const [i, c] = [Math.floor(at / x.cols), at % x.cols];
    const sources = colIdx.subarray(rowPtr[i]!, rowPtr[i + 1]!);
    let largest = 0;
    for (const j of sources) largest = Math.max(largest, x.data[j * x.cols + c]!);
    const message = sources.length > 0 ? Math.fround(largest + EPSILON) : 0;
    return Math.fround(value + message);
  });
}
