/**
 * Converts between a model's flat values (the learned ones, then batch norms' running statistics) and the
 * tensors of a checkpoint, named and shaped as in the public code.
 */
import { place } from "../../graphs/npz/npz_entries.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import { listed, quoted, shown } from "../../settings/shown.ts";
import {
  type Constant,
  forEachWord,
  type Parameter,
  type ParameterLayout,
  type StoredPart,
} from "../../layers/parameter_layout.ts";
import type { Parameters } from "../../layers/parameters.ts";
import type { StoredTensor, TensorData } from "./safetensors.ts";

/**
 * Splits flat values into named tensors, in the layout's order; flat gradients too, which lack statistics.
 */
export function stateDict(
  layout: ParameterLayout,
  values: Float32Array,
): Map<string, StoredTensor> {
  const { words, valueWords } = layout;
  if (values.length !== valueWords && values.length !== words) {
    throw new RangeError(
      `Cannot name ${values.length} values: the model's buffer has ${valueWords} words`,
    );
  }
  const tensors = new Map<string, StoredTensor>();
  for (const parameter of values.length === words ? layout.parameters : layout.matrices) {
    for (const part of parameter.tensors) {
      const data = new Float32Array(count(part.shape));
      forEachValue(parameter, part, (word, at) => data[at] = values[word]!);
      tensors.set(part.name, { shape: part.shape, data });
    }
  }
  return tensors;
}

/**
 * Joins a checkpoint's tensors into flat values; `name` stands in errors. Every tensor of the model must be
 * there and finite. Others may not be, except constants of the model with the same value, and PyTorch's
 * count of a batch norm's steps, which is ignored.
 */
export function valuesOf(
  layout: ParameterLayout,
  tensors: ReadonlyMap<string, StoredTensor>,
  name: string,
): Float32Array {
  const values = new Float32Array(layout.valueWords);
  const known = new Set(layout.statistics.map(({ name }) => `${name}.num_batches_tracked`));
  for (const parameter of layout.matrices) {
    for (const part of parameter.tensors) {
      const data = find(tensors, part, name);
      forEachValue(parameter, part, (word, at) => values[word] = data[at]!);
      known.add(part.name);
    }
  }
  for (const constant of layout.constants) {
    checkConstant(tensors, constant, name);
    known.add(constant.name);
  }
  for (const tensor of tensors.keys()) {
    if (!known.has(tensor)) {
      throw new RangeError(`Cannot load ${name}: the model has no tensor ${quoted(tensor)}`);
    }
  }
  return values;
}

/** Reads a model's flat values from the device. */
export async function readWeights(parameters: Parameters): Promise<Float32Array> {
  const { weights, statistics, layout } = parameters;
  const [values] = await readRowVectors([weights.window(0, 1, layout.words)]);
  if (statistics === undefined) return values!;
  const [running] = await readRowVectors([statistics]);
  const all = new Float32Array(layout.valueWords);
  all.set(values!);
  all.set(running!, layout.words);
  return all;
}

/** Bytes read at once from a long tensor, unless the run reads something larger anyway. */
const PIECE = 2 ** 16;

/**
 * Reads row vectors [1, words] piece by piece, so that a run's peak is the same whether its weights are
 * kept or not.
 */
export async function readRowVectors(vectors: readonly Tensor[]): Promise<Float32Array[]> {
  const all: Float32Array[] = [];
  for (const vector of vectors) {
    const values = new Float32Array(vector.cols);
    const most = Math.max(PIECE, vector.gpu.readableBytes) / 4;
    for (let first = 0; first < vector.cols; first += most) {
      const piece = vector.window(4 * first, 1, Math.min(most, vector.cols - first));
      values.set((await vector.gpu.read(piece))[0]!, first);
    }
    all.push(values);
  }
  return all;
}

/** Reserves the memory that reading such a vector takes. */
export function reserveRowVector(vector: Tensor): void {
  vector.gpu.reserve(vector.window(0, 1, Math.min(vector.cols, PIECE / 4)));
}

/** Reads the flat gradients that the last backward pass left on the device. */
export async function readGradients({ gradients }: Parameters): Promise<Float32Array> {
  const [values] = await gradients.gpu.read(gradients);
  return values!;
}

/** Visits a tensor's values by their words in the flat buffer and their places in the tensor. */
function forEachValue(
  parameter: Parameter,
  part: StoredPart,
  visit: (word: number, at: number) => void,
): void {
  const rows = part.end - part.first;
  forEachWord(parameter, (word, row, col) => {
    const from = row - part.first;
    visit(word, part.transposed ? col * rows + from : from * parameter.cols + col);
  }, part);
}

type Floats = Float32Array | Float64Array | Float16Array;

/**
 * Finds a tensor and checks its shape (a single value may have any), its type, and that float32 can hold
 * it.
 */
function find(
  tensors: ReadonlyMap<string, StoredTensor>,
  { name: tensor, shape }: Pick<StoredPart, "name" | "shape">,
  name: string,
): Floats {
  const found = tensors.get(tensor);
  const at = `Cannot load ${name}: tensor "${tensor}"`;
  const wish = `the model needs [${shape.join(", ")}]`;
  if (found === undefined) throw new RangeError(`${at} is missing, ${wish}`);
  const single = count(shape) === 1 && count(found.shape) === 1;
  if (found.shape.join() !== shape.join() && !single) {
    throw new RangeError(`${at} is [${listed(found.shape)}], ${wish}`);
  }
  const { data, dtype } = found;
  if (dtype !== undefined) {
    throw new RangeError(`${at} is of type ${shown(dtype)}, the model needs floats`);
  }
  if (!isFloats(data)) throw new RangeError(`${at} holds whole numbers, the model needs floats`);
  const odd = data.findIndex((value) => !Number.isFinite(Math.fround(value)));
  if (odd < 0) return data;
  throw new RangeError(
    `${at} has ${data[odd]} at ${
      place("", found.shape, odd)
    }, expected finite numbers of float32: ` +
      "its training went astray, or it is damaged; save it anew from an earlier epoch",
  );
}

function isFloats(data: TensorData): data is Floats {
  return data instanceof Float32Array || data instanceof Float64Array ||
    data instanceof Float16Array;
}

/** A checkpoint may lack a constant of the model, but must not differ from it. */
function checkConstant(
  tensors: ReadonlyMap<string, StoredTensor>,
  { name: tensor, value, flags }: Constant,
  name: string,
): void {
  if (!tensors.has(tensor)) return;
  const found = find(tensors, { name: tensor, shape: [1] }, name)[0]!;
  if (Math.fround(found) === Math.fround(value)) return;
  const wishes = flags.map((flag) =>
    `--${flag}${/^learn-/.test(flag) ? "" : ` ${shortest(found)}`}`
  );
  throw new RangeError(
    `Cannot load ${name}: tensor "${tensor}" is ${shortest(found)}, the model holds it fixed at ` +
      `${value}: use ${wishes.join(" or ")}`,
  );
}

/** Writes a float32 in as few digits as identify it: 0.1, not 0.10000000149. */
function shortest(value: number): number {
  for (let digits = 1; digits < 9; digits++) {
    const rounded = Number(value.toPrecision(digits));
    if (Math.fround(rounded) === Math.fround(value)) return rounded;
  }
  return value;
}

function count(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
