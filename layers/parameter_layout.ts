/**
 * Where each learned matrix stands in one flat buffer, and under which names a checkpoint knows it; in
 * another, the running statistics of batch norms, which are not learned. Needs no device: a model is
 * counted before it is allocated.
 */
import { Random } from "../graphs/random.ts";
import { WINDOW_ALIGNMENT } from "../gpu/adapter.ts";
import { formatBytes } from "../gpu/format_bytes.ts";
import { UNIFORM_BYTES } from "../gpu/kernel.ts";
import { paddedCols, tensorBytes } from "../gpu/tensor.ts";

/** How values are drawn before training: a constant, even in ±bound, or normal. */
export type Initial = { constant: number } | { bound: number } | { deviation: number };

/** One matrix [rows, cols], learned or running, as the kernels take it. */
export interface Parameter {
  /** What layers call the matrix, such as `gcns.0.norm`. */
  readonly name: string;
  /** Number of rows. */
  readonly rows: number;
  /** Number of columns. */
  readonly cols: number;
  /** Bytes into the flat buffer. */
  readonly offset: number;
  /** The tensors of a checkpoint that its rows are. */
  readonly tensors: readonly StoredPart[];
}

/** A tensor of a checkpoint: rows of a parameter. */
export interface StoredPart {
  /** What the checkpoint calls the tensor. */
  readonly name: string;
  /** The shape that the checkpoint gives it. */
  readonly shape: readonly number[];
  /** The first of the matrix's rows that are the tensor. */
  readonly first: number;
  /** The row after the last of them. */
  readonly end: number;
  /** Whether the checkpoint has a row for each column, as PyTorch's linear maps. */
  readonly transposed: boolean;
  /** How its values are drawn before training. */
  readonly initial: Initial;
}

/** A value that a model holds fixed where others may learn it: a checkpoint may have it as a tensor. */
export interface Constant {
  /** What a checkpoint calls the value. */
  readonly name: string;
  /** The value that the model holds. */
  readonly value: number;
  /** Whether the public code's checkpoints have it all the same: then ours have, for that code to load. */
  readonly published: boolean;
  /** By which of the command's flags a model may have another, for errors. */
  readonly flags: readonly string[];
}

/**
 * A list of a model's matrices, each with its place in the flat buffer and its names in a
 * checkpoint.
 */
export class ParameterLayout {
  /** The learned matrices, in the order of the flat buffer. */
  readonly parameters: Parameter[] = [];
  /** What is not learned here, and no memory is taken for. */
  readonly constants: Constant[] = [];
  /** Running means and variances; their offsets begin at 0 again. */
  readonly statistics: Parameter[] = [];

  /**
   * A linear map: one matrix [inputs + 1, outputs], its bias the last row; or [inputs, outputs] without.
   * A checkpoint holds `name.weight` [outputs, inputs] and `name.bias`. Drawn as PyTorch does, even in
   * ±1/√inputs, unless told otherwise.
   */
  linear(
    name: string,
    inputs: number,
    outputs: number,
    options: { bias?: boolean; initial?: Initial } = {},
  ): Parameter {
    // Without inputs, as of a graph without edge features, the bias alone is left: 0, as in PyTorch.
    const { bias = true, initial = { bound: inputs === 0 ? 0 : 1 / Math.sqrt(inputs) } } = options;
    return add(this.parameters, name, inputs + Number(bias), outputs, [
      {
        name: `${name}.weight`,
        shape: [outputs, inputs],
        first: 0,
        end: inputs,
        transposed: true,
        initial,
      },
      ...bias ? [rowOf(`${name}.bias`, inputs, [outputs], initial)] : [],
    ]);
  }

  /** A norm's scale, 1 at first, above its shift, 0: one matrix [2, channels]. */
  norm(name: string, channels: number): Parameter {
    return add(this.parameters, name, 2, channels, [
      rowOf(`${name}.weight`, 0, [channels], { constant: 1 }),
      rowOf(`${name}.bias`, 1, [channels], { constant: 0 }),
    ]);
  }

  /** A batch norm's running mean, 0 at first, above its variance, 1: one matrix [2, channels]. */
  runningStatistics(name: string, channels: number): Parameter {
    return add(this.statistics, name, 2, channels, [
      rowOf(`${name}.running_mean`, 0, [channels], { constant: 0 }),
      rowOf(`${name}.running_var`, 1, [channels], { constant: 1 }),
    ]);
  }

  /** Learned values of their own, one row whatever shape a checkpoint knows them by. */
  array(name: string, shape: readonly number[], initial: Initial): Parameter {
    const count = shape.reduce((product, size) => product * size, 1);
    return add(this.parameters, name, 1, count, [rowOf(name, 0, shape, initial)]);
  }

  /** Learned values, as papers count them. */
  get count(): number {
    return this.parameters.reduce((sum, { rows, cols }) => sum + rows * cols, 0);
  }

  /** 32-bit words of the flat buffer, padding between the matrices included. */
  get words(): number {
    return endOf(this.parameters) / 4;
  }

  /** 32-bit words to allocate where matrices are bound as uniforms: a whole window follows the last. */
  get wordsWithUniforms(): number {
    return (endOf(this.parameters) + UNIFORM_BYTES) / 4;
  }

  /** 32-bit words of the running statistics. */
  get statisticsWords(): number {
    return endOf(this.statistics) / 4;
  }

  /** 32-bit words of a model's flat values: the learned, then the running statistics. */
  get valueWords(): number {
    return this.words + this.statisticsWords;
  }

  /** Every matrix where it stands in the flat values. */
  get matrices(): Parameter[] {
    const begin = endOf(this.parameters);
    const running = this.statistics.map((one) => ({ ...one, offset: begin + one.offset }));
    return [...this.parameters, ...running];
  }
}

/** Bytes of a model's weights that one array here can hold. */
const MOST_BYTES = 2 ** 33;

/** Places a matrix behind the last. */
function add(
  list: Parameter[],
  name: string,
  rows: number,
  cols: number,
  tensors: readonly StoredPart[],
): Parameter {
  const parameter = { name, rows, cols, offset: endOf(list), tensors };
  list.push(parameter);
  if (endOf(list) <= MOST_BYTES) return parameter;
  throw new RangeError(
    `Cannot build a model of more than ${
      formatBytes(MOST_BYTES)
    } of weights, which "${name}" leads ` +
      "beyond: use fewer layers or channels",
  );
}

/** Where the next matrix can begin, in bytes. */
function endOf(list: readonly Parameter[]): number {
  const last = list.at(-1);
  if (last === undefined) return 0;
  const end = last.offset + tensorBytes(last.rows, last.cols);
  return Math.ceil(end / WINDOW_ALIGNMENT) * WINDOW_ALIGNMENT;
}

function rowOf(
  name: string,
  row: number,
  shape: readonly number[],
  initial: Initial,
): StoredPart {
  return { name, shape, first: row, end: row + 1, transposed: false, initial };
}

/** Initial flat values: weights, then running statistics. */
export function initialWeights(layout: ParameterLayout, seed: number): Float32Array {
  const random = new Random(seed);
  const flat = new Float32Array(layout.valueWords);
  for (const parameter of layout.matrices) {
    for (const { initial, ...part } of parameter.tensors) {
      forEachWord(parameter, (word) => flat[word] = draw(random, initial), part);
    }
  }
  return flat;
}

function draw(random: Random, initial: Initial): number {
  if ("constant" in initial) return initial.constant;
  if ("deviation" in initial) return initial.deviation * random.normal();
  return initial.bound * (2 * random.float() - 1);
}

/** Visits a matrix's places in flat values, row after row; all rows, or those of a tensor. */
export function forEachWord(
  { rows, cols, offset }: Pick<Parameter, "rows" | "cols" | "offset">,
  visit: (word: number, row: number, col: number) => void,
  { first, end }: Pick<StoredPart, "first" | "end"> = { first: 0, end: rows },
): void {
  const stride = paddedCols(cols);
  for (let row = first; row < end; row++) {
    for (let col = 0; col < cols; col++) visit(offset / 4 + row * stride + col, row, col);
  }
}
