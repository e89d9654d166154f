/**
 * Learned values, or their gradients, between a model's flat buffer and the tensors of a checkpoint,
 * named and shaped as in the public code: `name.weight` [outputs, inputs] of a linear map or
 * [channels] of a norm, and `name.bias`.
 */
import type { Tensor } from "../gpu/tensor.ts";
import { forEachWord, type Parameter, type ParameterLayout } from "../layers/parameter_layout.ts";
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
    const { name, shape } = parameterTensors(parameter);
    const weight = new Float32Array(count(shape.weight));
    const bias = new Float32Array(count(shape.bias));
    forEachValue(parameter, (word, part, at) => {
      (part === "weight" ? weight : bias)[at] = values[word]!;
    });
    tensors.set(name.weight, { shape: shape.weight, data: weight });
    tensors.set(name.bias, { shape: shape.bias, data: bias });
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
    const { name: names, shape } = parameterTensors(parameter);
    const weight = find(tensors, names.weight, shape.weight, name);
    const bias = find(tensors, names.bias, shape.bias, name);
    forEachValue(parameter, (word, part, at) => {
      values[word] = (part === "weight" ? weight : bias)[at]!;
    });
    known.add(names.weight).add(names.bias);
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

function parameterTensors({ kind, name, rows, cols }: Parameter) {
  return {
    name: { weight: `${name}.weight`, bias: `${name}.bias` },
    shape: { weight: kind === "linear" ? [cols, rows - 1] : [cols], bias: [cols] },
  };
}

/** Visits a matrix's values by their words in the flat buffer and their places in the two tensors. */
function forEachValue(
  parameter: Parameter,
  visit: (word: number, part: "weight" | "bias", at: number) => void,
): void {
  const inputs = parameter.rows - 1;
  forEachWord(parameter, (word, row, col) => {
    if (row === inputs) visit(word, "bias", col);
    // The public code has a row for each output; a norm's scale is as good as one input.
    else visit(word, "weight", col * inputs + row);
  });
}

function find(
  tensors: ReadonlyMap<string, StoredTensor>,
  tensor: string,
  shape: readonly number[],
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
