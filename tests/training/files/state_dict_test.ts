import { planted } from "../../../graphs/planted/planted.ts";
import { openGpu } from "../../../gpu/gpu.ts";
import { DeviceGraph } from "../../../batch/device_graph.ts";
import type { AggregationOptions } from "../../../layers/aggregation_options.ts";
import { initialWeights, ParameterLayout } from "../../../layers/parameter_layout.ts";
import { Parameters } from "../../../layers/parameters.ts";
import { buildModel } from "../../../models/build.ts";
import { shapeOf } from "../../../models/model.ts";
import type { ModelGiven } from "../../../models/options.ts";
import { RevGat } from "../../../models/rev_gat.ts";
import { RevGnn } from "../../../models/rev_gnn.ts";
import { readWeights, stateDict, valuesOf } from "../../../training/files/state_dict.ts";
import { initialValues } from "../../../training/steps/initial_values.ts";
import {
  decodeSafetensors,
  encodeSafetensors,
  type StoredTensor,
} from "../../../training/files/safetensors.ts";
import { Trainer } from "../../../training/steps/trainer.ts";
import { assert, assertEquals, assertThrows } from "../../assert.ts";

/** A linear map with a bias, a norm, a map without bias and an array, 64 words from one to the next. */
function smallLayout() {
  const layout = new ParameterLayout();
  layout.linear("encoder", 2, 3);
  layout.norm("norm", 5);
  layout.linear("fc", 2, 3, { bias: false });
  layout.array("attn_l", [1, 2, 3], { constant: 0 });
  return layout;
}

/** Its flat buffer, every value the number of its word. */
const WORDS = Float32Array.from({ length: 256 }, (_, word) => word);

const SMALL = {
  "encoder.weight": { shape: [3, 2], data: Float32Array.of(0, 4, 1, 5, 2, 6) },
  "encoder.bias": { shape: [3], data: Float32Array.of(8, 9, 10) },
  "norm.weight": { shape: [5], data: Float32Array.of(64, 65, 66, 67, 68) },
  "norm.bias": { shape: [5], data: Float32Array.of(72, 73, 74, 75, 76) },
  "fc.weight": { shape: [3, 2], data: Float32Array.of(128, 132, 129, 133, 130, 134) },
  "attn_l": { shape: [1, 2, 3], data: Float32Array.of(192, 193, 194, 195, 196, 197) },
};

Deno.test("stateDict() names and transposes as the public code does", () => {
  assertEquals(Object.fromEntries(stateDict(smallLayout(), WORDS)), SMALL);
});

Deno.test("valuesOf() puts tensors into their words and zeros between them", () => {
  const values = valuesOf(smallLayout(), new Map(Object.entries(SMALL)), "small");
  const held = new Set(Object.values(SMALL).flatMap(({ data }) => [...data]));
  assertEquals(values, WORDS.map((word) => held.has(word) ? word : 0));
});

Deno.test("valuesOf() takes a checkpoint's file back bit for bit", () => {
  const shape = { features: 3, categories: 4, edgeFeatures: 2, tasks: 5 };
  const { layout } = new RevGnn({ layers: 2, channels: 6 }, shape);
  const values = initialWeights(layout, 1);
  const file = encodeSafetensors(stateDict(layout, values));
  assertEquals(valuesOf(layout, decodeSafetensors(file, "a file").tensors, "a file"), values);
});

/** A batch norm of 5 channels behind a map: 64 words of each, and 64 of running statistics. */
function batchLayout() {
  const layout = new ParameterLayout();
  layout.linear("fc", 1, 2);
  layout.norm("norm", 5);
  layout.runningStatistics("norm", 5);
  return layout;
}

const RUNNING = {
  "norm.running_mean": { shape: [5], data: Float32Array.of(128, 129, 130, 131, 132) },
  "norm.running_var": { shape: [5], data: Float32Array.of(136, 137, 138, 139, 140) },
};

Deno.test("stateDict() names running statistics as PyTorch does, and gradients have none", () => {
  const layout = batchLayout();
  const tensors = stateDict(layout, WORDS.subarray(0, 192));
  for (const [name, tensor] of Object.entries(RUNNING)) assertEquals(tensors.get(name), tensor);
  const gradients = stateDict(layout, WORDS.subarray(0, 128));
  const learned = ["fc.weight", "fc.bias", "norm.weight", "norm.bias"];
  assertEquals([...gradients.keys()], learned);
  assertEquals([...tensors.keys()], [...learned, ...Object.keys(RUNNING)]);
});

Deno.test("valuesOf() needs running statistics, and ignores PyTorch's count of steps", () => {
  const layout = batchLayout();
  const values = WORDS.slice(0, 192);
  const tensors = stateDict(layout, values);
  const count = { shape: [], data: BigInt64Array.of(3n) };
  const loaded = valuesOf(layout, new Map([...tensors, ["norm.num_batches_tracked", count]]), "a");
  assertEquals(stateDict(layout, loaded), tensors);
  const another = new Map([...tensors, ["fc.num_batches_tracked", count]]);
  const unknown = `Cannot load a: the model has no tensor "fc.num_batches_tracked"`;
  assertThrows(() => valuesOf(layout, another, "a"), RangeError, unknown);
  tensors.delete("norm.running_var");
  const missing = `Cannot load a: tensor "norm.running_var" is missing, the model needs [5]`;
  assertThrows(() => valuesOf(layout, tensors, "a"), RangeError, missing);
});

for (const kind of ["rev-gnn", "res-gnn"] as const) {
  Deno.test(`A ${kind} of batch norms is evaluated from a checkpoint to the same bits`, async () => {
    using gpu = await openGpu();
    const graph = planted({ nodes: 60, degree: 4 });
    using device = new DeviceGraph(gpu, graph);
    const groups = kind === "rev-gnn" ? 2 : 1;
    const options = { kind, groups, layers: 3, channels: 8, dropout: 0, norm: "batch" };
    const model = buildModel(options as ModelGiven, shapeOf(graph));
    using trainer = new Trainer(gpu, model, initialValues(model, graph, 0), { seed: 0 });
    for (let step = 0; step < 2; step++) await trainer.step(device, 1e-2);
    const values = await readWeights(trainer.parameters);
    const file = encodeSafetensors(stateDict(model.layout, values));
    const loaded = valuesOf(model.layout, decodeSafetensors(file, "a file").tensors, "a file");
    assertEquals(loaded, values);
    using again = new Trainer(gpu, model, loaded, { seed: 0 });
    using first = await trainer.predict(device);
    using second = await again.predict(device);
    const [logits, same] = await gpu.read(first, second);
    assertEquals(same, logits!);
  });
}

Deno.test("readWeights() reads in pieces, of 64 KiB or what there is room for", async () => {
  using gpu = await openGpu();
  const shape = { features: 3, categories: 0, edgeFeatures: 2, tasks: 5 };
  const { layout } = new RevGnn({ layers: 9, channels: 64, norm: "batch" }, shape);
  const values = initialWeights(layout, 1).map((_, word) => word);
  assert(layout.words > 3 * 2 ** 14);
  using parameters = new Parameters(gpu, layout, values);
  assertEquals(await readWeights(parameters), values);
  assertEquals(gpu.readableBytes, 2 ** 16);
  using larger = gpu.empty(1, 20_000);
  gpu.reserve(larger);
  assertEquals(await readWeights(parameters), values);
  assertEquals(gpu.readableBytes, larger.bytes);
});

Deno.test("stateDict() wants a whole buffer", () => {
  const message = "Cannot name 3 values: the model's buffer has 256 words";
  assertThrows(() => stateDict(smallLayout(), new Float32Array(3)), RangeError, message);
});

Deno.test("valuesOf() says which tensor is missing, unknown or unfit", () => {
  const load = (change: Record<string, unknown>) => {
    const entries = Object.entries({ ...SMALL, ...change }).filter(([, tensor]) => tensor);
    return () => valuesOf(smallLayout(), new Map(entries as []), "a.safetensors");
  };
  const cases: [Record<string, unknown>, string][] = [
    [{ "norm.bias": undefined }, `tensor "norm.bias" is missing, the model needs [5]`],
    [{ "head.bias": SMALL["norm.bias"] }, `the model has no tensor "head.bias"`],
    [
      { "encoder.weight": { ...SMALL["encoder.weight"], shape: [2, 3] } },
      `tensor "encoder.weight" is [2, 3], the model needs [3, 2]`,
    ],
    [
      { "norm.weight": { shape: [5], data: new Int32Array(5) } },
      `tensor "norm.weight" holds whole numbers, the model needs floats`,
    ],
  ];
  for (const [change, message] of cases) {
    assertThrows(load(change), RangeError, `Cannot load a.safetensors: ${message}`);
  }
});

Deno.test("stateDict() of RevGat has the public code's names and shapes", () => {
  const convolution = { kind: "gat", heads: 2, symmetricNorm: true, residual: true } as const;
  const shape = { features: 5, categories: 0, edgeFeatures: 0, tasks: 3 };
  const model = new RevGat({ layers: 3, channels: 8, convolution, labels: true }, shape);
  const shapes = [...stateDict(model.layout, initialWeights(model.layout, 1))]
    .map(([name, { shape }]) => `${name} [${shape.join(", ")}]`);
  const group = (g: number) => {
    const name = `convs.1._fn.Fms.${g}`;
    return [
      ...["weight", "bias", "running_mean", "running_var"].map((of) => `${name}.norm.${of} [4]`),
      `${name}.conv.fc.weight [4, 4]`,
      `${name}.conv.attn_l [1, 2, 2]`,
      `${name}.conv.res_fc.weight [4, 4]`,
    ];
  };
  assertEquals(
    shapes.toSorted(),
    [
      "convs.0.fc.weight [8, 8]",
      "convs.0.attn_l [1, 2, 4]",
      "convs.0.res_fc.weight [8, 8]",
      ...group(0),
      ...group(1),
      ...["weight", "bias", "running_mean", "running_var"].map((of) => `norm.${of} [8]`),
      "convs.2.fc.weight [3, 8]",
      "convs.2.attn_l [1, 1, 3]",
      "convs.2.res_fc.weight [3, 8]",
      "bias_last.bias [3]",
    ].toSorted(),
  );
});

Deno.test("valuesOf() refuses values that are not finite, by tensor and place", () => {
  const load = (data: StoredTensor["data"]) => {
    const weight = { shape: [3, 2], data };
    return () =>
      valuesOf(smallLayout(), new Map(Object.entries({ ...SMALL, "fc.weight": weight })), "a");
  };
  const cases: [StoredTensor["data"], string][] = [
    [Float32Array.of(1, 2, 3, NaN, 5, NaN), "has NaN at [1, 1], expected finite numbers"],
    [Float32Array.of(1, 2, 3, 4, 5, -Infinity), "has -Infinity at [2, 1]"],
    [
      Float64Array.of(1, 2, 3, 4, 1e39, 6),
      "has 1e+39 at [2, 0], expected finite numbers of float32",
    ],
    [Float16Array.of(Infinity, 2, 3, 4, 5, 6), "has Infinity at [0, 0]"],
  ];
  for (const [data, words] of cases) {
    assertThrows(load(data), RangeError, `Cannot load a: tensor "fc.weight" ${words}`);
  }
});

Deno.test("valuesOf() takes floats of 16 bits and more, and one value of whatever shape", () => {
  const layout = new ParameterLayout();
  layout.array("a", [2], { constant: 0 });
  layout.array("b", [1], { constant: 0 });
  layout.array("c", [1, 1, 1], { constant: 0 });
  const tensors = new Map<string, StoredTensor>([
    ["a", { shape: [2], data: Float16Array.of(0.5, -2) }],
    ["b", { shape: [], data: Float64Array.of(0.25) }],
    ["c", { shape: [1], data: Float32Array.of(3) }],
  ]);
  const values = stateDict(layout, valuesOf(layout, tensors, "a"));
  assertEquals([...values.values()].map(({ data }) => [...data]), [[0.5, -2], [0.25], [3]]);
});

Deno.test("valuesOf() needs floats, and lets what no model needs be of any type", () => {
  const layout = batchLayout();
  const tensors = new Map<string, StoredTensor>(stateDict(layout, WORDS.slice(0, 192)));
  const count = { shape: [], data: Uint8Array.of(1), dtype: "BOOL" };
  valuesOf(layout, new Map([...tensors, ["norm.num_batches_tracked", count]]), "a");
  const bias = { shape: [2], data: new Uint8Array(2), dtype: "F8_E4M3" };
  const load = () => valuesOf(layout, new Map([...tensors, ["fc.bias", bias]]), "a");
  assertThrows(load, RangeError, 'tensor "fc.bias" is of type F8_E4M3, the model needs floats');
});

/** What the public code holds as parameters though they are fixed, and flags that give other values. */
const FIXED: [options: AggregationOptions, tensor: string, value: number, flags: string][] = [
  [{ kind: "softmax_sum" }, "y", 0, "--y 0.1 or --learn-y"],
  [{ kind: "power_sum", y: 0.5 }, "y", 0.5, "--y 0.1 or --learn-y"],
  [{ kind: "softmax", t: 0.2 }, "t", 0.2, "--t 0.1 or --learn-t"],
  [{ kind: "softmax_sg" }, "t", 1, "--t 0.1"],
  [{ kind: "power", p: 2 }, "p", 2, "--p 0.1 or --learn-p"],
  [{ kind: "max", messageNorm: true }, "msg_norm.msg_scale", 1, "--learn-message-scale"],
];

for (const [aggregation, tensor, value, flags] of FIXED) {
  Deno.test(`valuesOf() takes ${tensor} of ${aggregation.kind} where it is ${value}, or says ${flags}`, () => {
    const shape = { features: 3, categories: 0, edgeFeatures: 2, tasks: 5 };
    const options = { kind: "res-gnn", groups: 1, layers: 2, channels: 6, dropout: 0 } as const;
    const { layout } = buildModel({ ...options, convolution: { kind: "gen", aggregation } }, shape);
    const expected = initialWeights(layout, 1);
    const tensors = stateDict(layout, expected);
    const constants = layout.constants.map(({ name }) => name)
      .filter((name) => name.endsWith(`.${tensor}`));
    assertEquals(constants.length, 2);
    for (const shape of [[1], []]) {
      const same = constants.map((name) =>
        [name, { shape, data: Float32Array.of(value) }] as const
      );
      assertEquals(valuesOf(layout, new Map([...tensors, ...same]), "a"), expected);
    }
    const other = { shape: [1], data: Float32Array.of(0.1) };
    const load = () => valuesOf(layout, new Map([...tensors, [constants[1]!, other]]), "a");
    const words = `tensor "${
      constants[1]
    }" is 0.1, the model holds it fixed at ${value}: use ${flags}`;
    assertThrows(load, RangeError, words);
  });
}
