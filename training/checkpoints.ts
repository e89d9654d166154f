/**
 * Learned values, or their gradients, between a model's flat buffer and the tensors of a checkpoint,
 * named and shaped as in the public code.
 */
import type { Tensor } from "../gpu/tensor.ts";
import {
  forEachWord,
  type Parameter,
  type ParameterLayout,
  type StoredPart,
} from "../layers/parameter_layout.ts";
import type { Parameters } from "../layers/parameters.ts";
import type { StoredTensor } from "./safetensors.ts";

/** The tensors of flat values, in the layout's order. */
export function stateDict(
  layout: ParameterLayout,
  values: Float32Array,
): Map<string, StoredTensor> {
  if (values.length !== layout.words) {
    throw new RangeError(
      `Cannot name ${values.length} values: the model's buffer has ${layout.words} words`,
    );
  }
  const tensors = new Map<string, StoredTensor>();
  for (const parameter of layout.parameters) {
    for (const part of parameter.tensors) {
      const data = new Float32Array(count(part.shape));
      forEachValue(parameter, part, (word, at) => data[at] = values[word]!);
      tensors.set(part.name, { shape: part.shape, data });
    }
  }
  return tensors;
}

/** The flat values of a checkpoint, `name` in errors: every tensor of the model and no other. */
export function valuesOf(
  layout: ParameterLayout,
  tensors: ReadonlyMap<string, StoredTensor>,
  name: string,
): Float32Array {
  const values = new Float32Array(layout.words);
  const known = new Set<string>();
  for (const parameter of layout.parameters) {
    for (const part of parameter.tensors) {
      const data = find(tensors, part, name);
      forEachValue(parameter, part, (word, at) => values[word] = data[at]!);
      known.add(part.name);
    }
  }
  for (const tensor of tensors.keys()) {
    if (!known.has(tensor)) {
      throw new RangeError(`Cannot load ${name}: the model has no tensor "${tensor}"`);
    }
  }
  return values;
}

/** A model's flat weights as they stand on the device. */
export function readWeights({ weights, layout }: Parameters): Promise<Float32Array> {
  return readWords(weights, layout);
}

/** The flat gradients that the last backward pass left on the device. */
export function readGradients({ gradients, layout }: Parameters): Promise<Float32Array> {
  return readWords(gradients, layout);
}

async function readWords(tensor: Tensor, { words }: ParameterLayout): Promise<Float32Array> {
  const [values] = await tensor.gpu.read(tensor.window(0, 1, words));
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

function find(
  tensors: ReadonlyMap<string, StoredTensor>,
  { name: tensor, shape }: StoredPart,
  name: string,
): Float32Array | Float64Array {
  const found = tensors.get(tensor);
  const at = `Cannot load ${name}: tensor "${tensor}"`;
  const wish = `the model needs [${shape.join(", ")}]`;
  if (found === undefined) throw new RangeError(`${at} is missing, ${wish}`);
  if (found.shape.join() !== shape.join()) {
    throw new RangeError(`${at} is [${found.shape.join(", ")}], ${wish}`);
  }
  const { data } = found;
  if (data instanceof Float32Array || data instanceof Float64Array) return data;
  throw new RangeError(`${at} holds whole numbers, the model needs floats`);
}

function count(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
