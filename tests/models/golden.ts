/** Reads the goldens of tests/goldens: PyTorch's training steps, as graph, model, values and results. */
import type { Graph, Matrix } from "../../graphs/graph.ts";
import { buildModel } from "../../models/build.ts";
import { type Model, shapeOf } from "../../models/model.ts";
import { modelOf } from "../../scripts/upgrade_rows.ts";
import { valuesOf } from "../../training/files/state_dict.ts";
import type { Loss } from "../../training/settings.ts";
import type { OptimiserName, TrainingGiven } from "../../training/settings.ts";
import { decodeSafetensors, type StoredTensor } from "../../training/files/safetensors.ts";

/** All flat values are in the buffers' order, running statistics behind the learned ones. */
export interface Golden {
  readonly name: string;
  readonly graph: Graph;
  readonly model: Model;
  readonly seed: number;
  readonly learningRate: number;
  readonly loss: Loss;
  readonly optimiser: OptimiserName;
  readonly clip: number;
  /** What training is told besides. */
  readonly training: TrainingGiven;
  /** [nodes, classes] */
  readonly teacher: Matrix | undefined;
  /** Before the first step. */
  readonly values: Float32Array;
  /** [nodes, tasks] of these values, without masks. */
  readonly evaluated: Float32Array;
  readonly steps: readonly GoldenStep[];
}

/** What a training step gives, and the values after it. */
export interface GoldenStep {
  /** [nodes, tasks] */
  readonly logits: Float32Array;
  readonly loss: number;
  /** Before clipping. */
  readonly gradients: Float32Array;
  readonly after: Float32Array;
}

/** How a model of a file of several was trained. */
interface Case {
  /** As rows of schema 1 had it, which make_goldens.py writes. */
  readonly model: object;
  readonly loss: Loss;
  readonly student: boolean;
  readonly learning_rate: number;
  readonly optimiser: OptimiserName;
  readonly clip: number;
  readonly steps: number;
  readonly training?: TrainingGiven;
}

type Tensors = ReadonlyMap<string, StoredTensor>;

/** The golden of a file of one model, its tensors each under their name. */
export function loadGolden(name: string): Golden {
  const { tensors, metadata } = read(name);
  const number = (option: string) => Number(metadata[option]);
  const graph = graphOf(name, tensors);
  const model = buildModel(
    modelOf({
      kind: metadata.model,
      layers: number("layers"),
      channels: number("channels"),
      groups: number("groups"),
      dropout: number("dropout"),
      convolution: metadata.convolution,
      norm: metadata.norm,
    }),
    shapeOf(graph),
  );
  const prefixed = (prefix: string) => {
    // Running statistics have no gradients: their values stand in.
    const ours = partsOf(model).map(({ name }) =>
      [name, tensors.get(prefix + name) ?? tensors.get(name)!] as const
    );
    return valuesOf(model.layout, new Map(ours), name);
  };
  return {
    name,
    graph,
    model,
    seed: number("seed"),
    learningRate: number("learning_rate"),
    loss: "bce",
    optimiser: "adam",
    clip: number("clip"),
    training: {},
    teacher: undefined,
    values: prefixed(""),
    evaluated: floats(tensors, "evaluated"),
    steps: ["", "_2"].map((end) => ({
      logits: floats(tensors, `logits${end}`),
      loss: floats(tensors, `loss${end}`)[0]!,
      gradients: prefixed(`grad${end}.`),
      after: prefixed(`after${end}.`),
    })),
  };
}

/** The goldens of a file of several models of one graph, the values of each in a line. */
export function loadGoldens(file: string): Golden[] {
  const { tensors, metadata } = read(file);
  const graph = graphOf(file, tensors);
  const cases: Record<string, Case> = JSON.parse(metadata.cases!);
  return Object.entries(cases).map(([title, { model: options, student, ...training }]) => {
    const name = `${file}: ${title}`;
    const model = buildModel(modelOf(options), shapeOf(graph));
    const data = (tensor: string) => floats(tensors, `${title}/${tensor}`);
    const start = tensorsOf(model, data("start"), name);
    const flat = (line: string) =>
      valuesOf(model.layout, new Map([...start, ...tensorsOf(model, data(line), name)]), name);
    return {
      name,
      graph,
      model,
      seed: Number(metadata.seed),
      learningRate: training.learning_rate,
      loss: training.loss,
      optimiser: training.optimiser,
      clip: training.clip,
      training: training.training ?? {},
      teacher: student ? matrixOf(tensors, "teacher") : undefined,
      values: flat("start"),
      evaluated: data("evaluated"),
      steps: ["", "_2", "_3"].slice(0, training.steps).map((end, step) => ({
        logits: data(`logits${end}`),
        loss: data("loss")[step]!,
        gradients: flat(`grad${end}`),
        after: flat(`after${end}`),
      })),
    };
  });
}

function read(name: string): { tensors: Tensors; metadata: Readonly<Record<string, string>> } {
  const file = new URL(`../goldens/${name}.safetensors`, import.meta.url);
  return decodeSafetensors(Deno.readFileSync(file), name);
}

function partsOf({ layout }: Model) {
  return layout.matrices.flatMap(({ tensors }) => tensors);
}

/** Tensors from a line of them by name, of all or of the learned ones. */
function tensorsOf(model: Model, line: Float32Array, name: string): Map<string, StoredTensor> {
  const size = (shape: readonly number[]) => shape.reduce((product, n) => product * n, 1);
  const sizeOf = (parts: typeof all) => parts.reduce((sum, { shape }) => sum + size(shape), 0);
  const all = partsOf(model);
  const learned = model.layout.parameters.flatMap(({ tensors }) => tensors);
  const parts = [all, learned].find((parts) => sizeOf(parts) === line.length);
  if (parts === undefined) {
    throw new RangeError(
      `Cannot load ${name}: the model has ${sizeOf(all)} values, ${sizeOf(learned)} of them ` +
        `learned, a line has ${line.length}`,
    );
  }
  let end = 0;
  const sorted = parts.toSorted((a, b) => a.name < b.name ? -1 : 1);
  return new Map(sorted.map(({ name, shape }) => {
    const begin = end;
    end += size(shape);
    return [name, { shape, data: line.subarray(begin, end) }];
  }));
}

function floats(tensors: Tensors, name: string): Float32Array {
  return tensors.get(name)!.data as Float32Array;
}

function matrixOf(tensors: Tensors, name: string): Matrix {
  const { shape: [rows, cols] } = tensors.get(name)!;
  return { rows: rows!, cols: cols!, data: floats(tensors, name) };
}

function graphOf(name: string, tensors: Tensors): Graph {
  const indices = (name: string) => Uint32Array.from(tensors.get(name)!.data as Int32Array);
  const rowPtr = indices("row_ptr");
  const none = new Uint32Array(0);
  return {
    name,
    nodes: rowPtr.length - 1,
    rowPtr,
    colIdx: indices("col_idx"),
    edgeFeatures: matrixOf(tensors, "edge_features"),
    x: matrixOf(tensors, "x"),
    ...tensors.has("one_hot") && { oneHot: matrixOf(tensors, "one_hot") },
    labels: matrixOf(tensors, "labels"),
    // A teacher's logits are of classes.
    classes: tensors.has("teacher"),
    split: { train: indices("train_nodes"), valid: none, test: none },
  };
}
