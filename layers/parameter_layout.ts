/**
 * Where each learned matrix stands in one flat buffer, and under which names a checkpoint knows it.
 * Needs no device: a model is counted before it is allocated.
 */
import { Random } from "../graphs/random.ts";
import { WINDOW_ALIGNMENT } from "../gpu/adapter.ts";
import { UNIFORM_BYTES } from "../gpu/kernel.ts";
import { paddedCols, tensorBytes } from "../gpu/tensor.ts";

/**
 * A linear map is one matrix [inputs + 1, outputs], its bias the last row; a norm is one matrix
 * [2, channels], scale above shift. A checkpoint holds `name.weight` ([outputs, inputs] of a linear
 * map) and `name.bias`.
 */
export interface Parameter {
  readonly kind: "linear" | "norm";
  readonly name: string;
  readonly rows: number;
  readonly cols: number;
  /** Bytes into the flat buffer. */
  readonly offset: number;
}

export class ParameterLayout {
  readonly parameters: Parameter[] = [];
  #end = 0;

  linear(name: string, inputs: number, outputs: number): Parameter {
    return this.#add("linear", name, inputs + 1, outputs);
  }

  norm(name: string, channels: number): Parameter {
    return this.#add("norm", name, 2, channels);
  }

  /** Learned values, as papers count them. */
  get count(): number {
    return this.parameters.reduce((sum, { rows, cols }) => sum + rows * cols, 0);
  }

  /** 32-bit words of the flat buffer, padding between the matrices included. */
  get words(): number {
    return this.#end / 4;
  }

  /** 32-bit words to allocate where matrices are bound as uniforms: a whole window follows the last. */
  get wordsWithUniforms(): number {
    return (this.#end + UNIFORM_BYTES) / 4;
  }

  #add(kind: Parameter["kind"], name: string, rows: number, cols: number): Parameter {
    const parameter = { kind, name, rows, cols, offset: this.#end };
    this.parameters.push(parameter);
    this.#end += Math.ceil(tensorBytes(rows, cols) / WINDOW_ALIGNMENT) * WINDOW_ALIGNMENT;
    return parameter;
  }
}

/**
 * Initial values as PyTorch draws them: uniform in ±1/√inputs for a linear map and its bias, 1 and 0
 * for a norm. In the flat buffer's order.
 */
export function initialWeights(layout: ParameterLayout, seed: number): Float32Array {
  const random = new Random(seed);
  const flat = new Float32Array(layout.words);
  for (const parameter of layout.parameters) {
    // Without inputs, as of a graph without edge features, the bias alone is left: 0, as in PyTorch.
    const inputs = parameter.rows - 1;
    const bound = inputs === 0 ? 0 : 1 / Math.sqrt(inputs);
    forEachWord(parameter, (word, row) => {
      flat[word] = parameter.kind === "linear"
        ? bound * (2 * random.float() - 1)
        : row === 0
        ? 1
        : 0;
    });
  }
  return flat;
}

/** Visits a matrix's values in the flat buffer, row after row. */
export function forEachWord(
  { rows, cols, offset }: Parameter,
  visit: (word: number, row: number, col: number) => void,
): void {
  const stride = paddedCols(cols);
  for (let row = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++) visit(offset / 4 + row * stride + col, row, col);
  }
}
