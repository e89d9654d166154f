/** GEN by each of its aggregations against the reference. */
import type { Graph } from "../../graphs/graph.ts";
import { openGpu } from "../../gpu/gpu.ts";
import { DeviceGraph } from "../../batch/device_graph.ts";
import {
  AGGREGATION,
  type AggregationKind,
  type AggregationOptions,
  AGGREGATIONS,
  type AggregationValues,
  aggregationValues,
} from "../../layers/aggregation_options.ts";
import { resolve } from "../../settings/resolve.ts";
import type { Pass } from "../../layers/pass.ts";
import { GenConvolution } from "../../layers/gen_convolution.ts";
import { ParameterLayout } from "../../layers/parameter_layout.ts";
import { Parameters } from "../../layers/parameters.ts";
import { assertEquals, assertThrows } from "../assert.ts";
import { gpu, rounded } from "../kernels/device.ts";
import { graphOf, randomEdges } from "../kernels/graphs.ts";
import type { Aggregation } from "../reference/gen_aggregation.ts";
import {
  type Edges,
  genConvolution,
  genConvolutionBackward,
} from "../reference/gen_convolution.ts";
import { dense, fromFloat32, matricesOf, random } from "../reference/matrix.ts";
import { hasParameter, matrixOf, roughWeights } from "./blocks.ts";
import { compareConvolution, inputsOf } from "./compare_convolution.ts";

/** Whole vec4, less than one, and more. */
const CHANNELS = [4, 3, 10];
const WIDTH = 6;
const GRAPHS: [what: string, nodes: number, edges: [number, number][]][] = [
  ["loops, repeats and isolated nodes", 67, randomEdges(67, 300, 1)],
  ["no edges", 5, []],
  ["one node", 1, [[0, 0]]],
];

/** What each kind may learn, and its mean as the reference names it. */
const LEARNABLE: Record<AggregationKind, Partial<AggregationValues>> = {
  max: {},
  add: {},
  mean: {},
  softmax: { learnT: true },
  softmax_sg: {},
  softmax_sum: { learnT: true, learnY: true },
  power: { learnP: true },
  power_sum: { learnP: true, learnY: true },
};
const VALUES = { t: 1.5, p: 2.5, y: 0.25 };

/** Those of the values that the kind has. */
function of(kind: AggregationKind, values: Partial<AggregationValues>): AggregationOptions {
  const known = resolve(AGGREGATION, { kind });
  const own = Object.entries(values).filter(([name]) => name in known);
  return { kind, ...Object.fromEntries(own) } as AggregationOptions;
}

for (const kind of AGGREGATIONS) {
  for (const [what, nodes, edges] of GRAPHS) {
    Deno.test(`GenConvolution and its gradients equal the reference, ${kind}, ${what}`, async () => {
      const graph = graphOf(nodes, edges, rounded(random(edges.length, 3, 4)));
      for (const channels of CHANNELS) {
        await compare(graph, channels, of(kind, VALUES), true);
        await compare(graph, channels, of(kind, LEARNABLE[kind]), true);
        await compare(graph, channels, of(kind, { ...VALUES, messageNorm: true }), false);
        const normed = { messageNorm: true, learnMessageScale: true };
        // Of y no gradient is left: a message's length counts for nothing then.
        const learned = { ...LEARNABLE[kind], learnY: false };
        await compare(graph, channels, of(kind, { ...VALUES, ...learned, ...normed }), true);
      }
    });
  }
}

/** Words a node and channel, moments and winners of one byte aside. */
const SAVED: [AggregationOptions, words: number][] = [
  [{ kind: "max" }, 5 + 1 / 4],
  [{ kind: "max", messageNorm: true }, 7 + 1 / 4],
  [{ kind: "add" }, 6],
  [{ kind: "mean", messageNorm: true, learnMessageScale: true }, 7],
  [{ kind: "softmax" }, 8],
  [{ kind: "softmax", learnT: true }, 9],
  [{ kind: "softmax_sg" }, 8],
  [{ kind: "softmax_sum", learnT: true, learnY: true, messageNorm: true }, 11],
  [{ kind: "power" }, 8],
  [{ kind: "power_sum", learnY: true }, 9],
];

for (const [aggregation, words] of SAVED) {
  Deno.test(`GenConvolution saves ${words} ND words: ${JSON.stringify(aggregation)}`, async () => {
    using gpu = await openGpu();
    const [nodes, channels] = [64, 16];
    const made = layOut(channels, aggregation, 0);
    using parameters = new Parameters(gpu, made.layout, roughWeights(made.layout, 1));
    using graph = new DeviceGraph(gpu, graphOf(nodes, [[0, 1], [1, 1]], dense(2, 0)));
    const pass: Pass = { mode: "evaluation", graph, parameters };
    const [y, dy] = [1, 2].map(() => gpu.empty(nodes, channels));
    // Gradients are held from their first use on.
    void parameters.gradients;
    const live = () => (gpu.trim(), gpu.ledger.live);
    const before = live();
    const saved = made.convolution.forward(pass, gpu.empty(nodes, channels), y!, 1);
    // Rows of moments are one vec4; of add and mean an empty tensor is held as well.
    const rest = 4 * 4 * nodes + (["add", "mean"].includes(aggregation.kind) ? 16 : 0);
    assertEquals(live() - before, 4 * words * nodes * channels + rest);
    made.convolution.backward(pass, dy!, saved)[Symbol.dispose]();
    saved[Symbol.dispose]();
    assertEquals(live(), before);
  });
}

Deno.test("GenConvolution names what it learns as the public code does, and holds nothing else", () => {
  const names = (aggregation: AggregationOptions) =>
    layOut(4, aggregation, 0).layout.parameters.slice(3)
      .flatMap(({ tensors }) => tensors.map(({ name, shape }) => [name, shape]));
  for (const kind of AGGREGATIONS) {
    assertEquals(names(of(kind, { ...VALUES, messageNorm: true })), []);
  }
  const normed = { messageNorm: true, learnMessageScale: true };
  assertEquals(
    names({ kind: "softmax_sum", learnT: true, learnY: true, ...normed }),
    [["gcn.t", [1]], ["gcn.y", [1]], ["gcn.msg_norm.msg_scale", [1]]],
  );
  assertEquals(
    names({ kind: "power_sum", learnP: true, learnY: true }),
    [["gcn.p", [1]], ["gcn.y", [1]]],
  );
});

Deno.test("GenConvolution refuses what is no aggregation, with a sentence", () => {
  const cases: [object, string][] = [
    [
      { kind: "softmax_sg", learnT: true },
      "Cannot use learnT: softmax_sg has none, only softmax or softmax_sum takes it",
    ],
    [{ kind: "max", learnT: true }, "Cannot use learnT: max has none, only softmax or"],
    [{ kind: "softmax", learnP: true }, "Cannot use learnP: softmax has none, only power or"],
    [{ kind: "power", learnY: true }, "Cannot use learnY: power has none, only softmax_sum or"],
    [
      { kind: "max", learnMessageScale: true },
      "Cannot learn a message scale without message norm: nothing is scaled",
    ],
    [{ kind: "power", p: 0 }, "Cannot take a power mean with p = 0: its root is 1/p"],
    [{ kind: "softmax", t: NaN }, "Cannot use t NaN: expected a number"],
    [
      { kind: "min" },
      "Cannot use kind min: expected max, add, mean, softmax, softmax_sg, softmax_sum, power, " +
      "power_sum",
    ],
  ];
  for (const [aggregation, message] of cases) {
    assertThrows(() => layOut(4, aggregation as AggregationOptions, 3), RangeError, message);
  }
});

function layOut(channels: number, aggregation: AggregationOptions, features: number) {
  const layout = new ParameterLayout();
  const edgeEncoder = features > 0 ? layout.linear("edge_encoder", features, WIDTH) : undefined;
  return {
    layout,
    convolution: new GenConvolution(layout, "gcn", { channels, edgeEncoder, aggregation }),
  };
}

async function compare(
  graph: Graph,
  channels: number,
  options: AggregationOptions,
  encoded: boolean,
): Promise<void> {
  const { layout, convolution } = layOut(channels, options, encoded ? graph.edgeFeatures.cols : 0);
  const values = roughWeights(layout, 1);
  const weights = weightsOf(layout, values);
  using parameters = new Parameters(gpu, layout, values);
  gpu.clear(parameters.gradients);
  using device = new DeviceGraph(gpu, graph);
  const inputs = inputsOf(graph.nodes, channels);
  const { x, dy } = inputs;
  // A lone message needs more than one open channel: normalised, one alone has no gradient.
  if (graph.nodes === 1) x.data.forEach((value, k) => x.data[k] = 1 + value);
  const edges: Edges = {
    graph,
    edgeFeatures: fromFloat32(graph.edgeFeatures),
    outer: weights.outer,
    aggregation: aggregationOf(options, weights),
  };
  const { dx, dOuter, dParams, dLearned } = genConvolutionBackward(edges, weights, x, dy);
  await compareConvolution(
    convolution,
    { mode: "evaluation", graph: device, parameters },
    layout,
    inputs,
    {
      branch: genConvolution(edges, weights, x),
      dx,
      gradients: { ...dOuter && { outer: dOuter }, ...dParams, ...dLearned },
      named: (values) => {
        const gradients = Object.entries(weightsOf(layout, values));
        return Object.fromEntries(gradients.map(([name, x]) => [GRADIENTS[name] ?? name, x]));
      },
      title: `${JSON.stringify(options)} of ${channels} channels`,
    },
  );
}

const GRADIENTS: Record<string, string> = {
  t: "dExponent",
  p: "dExponent",
  y: "dDegreePower",
  messageScale: "dMessageScale",
};

/** The weights, or their gradients, by the reference's names. */
function weightsOf(layout: ParameterLayout, values: Float32Array) {
  const matrix = (name: string) => matrixOf(layout, values, name);
  const learned = (key: string, name: string) =>
    hasParameter(layout, name) ? { [key]: matrix(name) } : {};
  return {
    ...hasParameter(layout, "edge_encoder") && {
      outer: matrix("edge_encoder"),
      edgeEncoder: matrix("gcn.edge_encoder"),
    },
    mlp0: matrix("gcn.mlp.0"),
    mlpNorm: matrix("gcn.mlp.1"),
    mlp3: matrix("gcn.mlp.3"),
    ...learned("t", "gcn.t"),
    ...learned("p", "gcn.p"),
    ...learned("y", "gcn.y"),
    ...learned("messageScale", "gcn.msg_norm.msg_scale"),
  };
}

/** The options as the reference takes them, with the values that are learned. */
function aggregationOf(
  options: AggregationOptions,
  weights: ReturnType<typeof weightsOf>,
): Aggregation {
  const { kind, t, p, y, messageNorm } = aggregationValues(options);
  const learned = new Map(matricesOf(weights));
  const value = (name: string, fixed: number) => learned.get(name)?.data[0] ?? fixed;
  const messageScale = messageNorm ? value("messageScale", 1) : undefined;
  if (kind === "max") return { messageScale };
  const scaled = kind.endsWith("_sum");
  return {
    mean: {
      kind: kind.replace("_sum", "") as "add",
      exponent: kind.startsWith("power") ? value("p", p) : value("t", t),
      degreePower: scaled ? value("y", y) : undefined,
    },
    messageScale,
  };
}
