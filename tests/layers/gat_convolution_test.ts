/** GAT as a layer against the reference, with every option on and off. */
import { openGpu } from "../../gpu/gpu.ts";
import { paddedCols } from "../../gpu/tensor.ts";
import { DeviceGraph } from "../../batch/device_graph.ts";
import type { Graph } from "../../graphs/graph.ts";
import { STREAMS } from "../../kernels/dropout.ts";
import type { Pass } from "../../layers/pass.ts";
import { GatConvolution, type GatConvolutionOptions } from "../../layers/gat_convolution.ts";
import { initialWeights, ParameterLayout } from "../../layers/parameter_layout.ts";
import { Parameters } from "../../layers/parameters.ts";
import { dropoutKeys, KEYS } from "../../training/steps/dropout_keys.ts";
import { assert, assertEquals } from "../assert.ts";
import { assertClose, gpu, read, rounded, upload } from "../kernels/device.ts";
import { graphOf, randomEdges } from "../kernels/graphs.ts";
import { dropoutKey } from "../reference/dropout.ts";
import { edgeDropout } from "../reference/edge_dropout.ts";
import {
  gatConvolution,
  gatConvolutionBackward,
  type GatParams,
} from "../reference/gat_convolution.ts";
import { dense, largestError, matricesOf, random } from "../reference/matrix.ts";
import { KERNEL } from "../tolerances.ts";
import { matrixOf } from "./blocks.ts";
import { compareConvolution, inputsOf } from "./compare_convolution.ts";

const [SEED, STEP, LAYER, RATE] = [4, 2, 3, 0.3];
const SWITCHES = ["attn_r", "symmetric", "residual", "dropped"];
const NAMES = { fc: "fc", attnL: "attn_l", attnR: "attn_r", resFc: "res_fc" };
/** Whole vec4, heads that straddle them, and inputs other than outputs. */
const SHAPES = [
  { inputs: 4, heads: 1, outputs: 4 },
  { inputs: 12, heads: 3, outputs: 4 },
  { inputs: 6, heads: 2, outputs: 3 },
  { inputs: 5, heads: 3, outputs: 13 },
];
const EDGES = randomEdges(67, 300, 1);
const GRAPHS: [what: string, nodes: number, edges: [number, number][]][] = [
  ["loops, repeats and isolated nodes", 67, EDGES],
  ["no edges", 5, []],
  ["one node", 1, [[0, 0]]],
];

for (const [what, nodes, edges] of GRAPHS) {
  const graph = graphOf(nodes, edges, dense(edges.length, 0));
  for (let choice = 0; choice < 16; choice++) {
    const [destination, symmetric, residual, drops] = [1, 2, 4, 8].map((bit) => (choice & bit) > 0);
    const title = SWITCHES.filter((_, i) => choice & 1 << i).join(", ") || "plain";
    Deno.test(`GatConvolution and its gradients equal the reference, ${what}, ${title}`, async () => {
      for (const shape of SHAPES) {
        const switches = {
          destination: destination!,
          symmetricNorm: symmetric!,
          residual: residual!,
        };
        await compare(graph, {
          ...shape,
          ...switches,
          edgeDropout: drops ? RATE : 0,
          layer: LAYER,
        });
      }
    });
  }
}

Deno.test("GatConvolution drops no edges outside training", async () => {
  const graph = graphOf(67, EDGES, dense(EDGES.length, 0));
  const options = { inputs: 4, heads: 2, outputs: 2, layer: 0, edgeDropout: 0.5 };
  const { convolution, pass, params } = make(graph, options);
  const x = rounded(random(67, 4, 1));
  const y = upload(dense(67, 4));
  const outside = { ...pass, mode: "evaluation", masks: undefined } as const;
  using _saved = convolution.forward(outside, upload(x), y, 1);
  await assertClose(y, gatConvolution(graph, x, params, { heads: 2 }), KERNEL, "y");
  const dropped = upload(dense(67, 4));
  using _other = convolution.forward(pass, upload(x), dropped, 1);
  assert(largestError(await read(dropped), await read(y)) > 0.1);
});

Deno.test("GatConvolution drops other edges in every layer, the same ones in every evaluation", async () => {
  const graph = graphOf(67, EDGES, dense(EDGES.length, 0));
  const sums = new Set<string>();
  for (const layer of [0, 1, 1, 2]) {
    const options = { inputs: 4, heads: 2, outputs: 2, layer, edgeDropout: 0.5 };
    const { convolution, pass } = make(graph, options);
    const y = upload(dense(67, 4));
    using _saved = convolution.forward(pass, upload(random(67, 4, 1)), y, 1);
    sums.add((await read(y)).join());
  }
  assertEquals(sums.size, 3);
});

for (const [destination, residual] of [[false, false], [true, true]] as const) {
  const title = `${destination ? "" : "no "}attn_r, ${residual ? "" : "no "}residual`;
  Deno.test(`GatConvolution saves what it says, and frees all else, ${title}`, async () => {
    using gpu = await openGpu();
    const [nodes, edges, inputs, heads, outputs] = [52, 41, 4, 3, 8];
    const layout = new ParameterLayout();
    const options = {
      inputs,
      heads,
      outputs,
      destination,
      residual,
      symmetricNorm: true,
      layer: 0,
    };
    const convolution = new GatConvolution(layout, "gcn", { ...options, edgeDropout: RATE });
    using parameters = new Parameters(gpu, layout, initialWeights(layout, 1));
    const ring = Array.from({ length: edges }, (_, i): [number, number] => [i, i + 1]);
    using graph = new DeviceGraph(gpu, graphOf(nodes, ring, dense(edges, 0)));
    using keys = gpu.upload({ data: dropoutKeys(SEED, STEP), rows: 1, cols: KEYS });
    const masks = { keys, rate: 0 };
    const pass: Pass = { mode: "training", graph, parameters, masks };
    using y = gpu.empty(nodes, heads * outputs);
    using dy = gpu.empty(nodes, heads * outputs);
    const forward = () => convolution.forward(pass, gpu.empty(nodes, inputs), y, 1);
    // The graph's scales and places are held from now on.
    using warm = forward();
    convolution.backward(pass, dy, warm)[Symbol.dispose]();
    warm[Symbol.dispose]();
    const live = () => (gpu.trim(), gpu.ledger.live);
    const before = live();
    const saved = forward();
    // x, F, a padded vec4 of scores a node or two, attention of each head an edge.
    const words = nodes * (inputs + heads * outputs + (destination ? 8 : 4)) +
      heads * paddedCols(edges);
    assertEquals(live() - before, 4 * words);
    convolution.backward(pass, dy, saved)[Symbol.dispose]();
    saved[Symbol.dispose]();
    assertEquals(live(), before);
  });
}

Deno.test("GatConvolution starts from Xavier's normal values with gain √2", () => {
  const layout = new ParameterLayout();
  const options = {
    inputs: 60,
    heads: 3,
    outputs: 40,
    destination: true,
    residual: true,
    layer: 0,
  };
  new GatConvolution(layout, "gcn", options);
  const values = initialWeights(layout, 1);
  for (const [end, fanIn, fanOut, slack] of XAVIER) {
    const { data } = matrixOf(layout, values, `gcn.${end}`);
    const deviation = Math.sqrt(data.reduce((sum, value) => sum + value * value, 0) / data.length);
    const expected = Math.SQRT2 * Math.sqrt(2 / (fanIn + fanOut));
    assert(Math.abs(deviation / expected - 1) < slack, `${end}: ${deviation}, not ${expected}`);
  }
  const shapes = layout.parameters.map(({ tensors }) => [tensors[0]!.name, tensors[0]!.shape]);
  assertEquals(shapes, [
    ["gcn.fc.weight", [120, 60]],
    ["gcn.attn_l", [1, 3, 40]],
    ["gcn.attn_r", [1, 3, 40]],
    ["gcn.res_fc.weight", [120, 60]],
  ]);
  assert(layout.parameters.every(({ tensors }) => tensors.length === 1));
});

/** Three deviations of the estimate from 7200 and from 120 values. */
const XAVIER = [
  ["fc", 60, 120, 0.025],
  ["res_fc", 60, 120, 0.025],
  ["attn_l", 120, 40, 0.2],
  ["attn_r", 120, 40, 0.2],
] as const;

/** A convolution on the device with a training step's pass, and its parameters for the reference. */
function make(graph: Graph, options: GatConvolutionOptions) {
  const layout = new ParameterLayout();
  const convolution = new GatConvolution(layout, "gcn", options);
  const values = initialWeights(layout, 1);
  const parameters = new Parameters(gpu, layout, values);
  gpu.clear(parameters.gradients);
  const keys = gpu.upload({ data: dropoutKeys(SEED, STEP), rows: 1, cols: KEYS });
  const pass: Pass = {
    mode: "training",
    graph: new DeviceGraph(gpu, graph),
    parameters,
    masks: { keys, rate: 0 },
  };
  return { convolution, pass, parameters, layout, params: gatParams(layout, values) };
}

function gatParams(layout: ParameterLayout, values: Float32Array): GatParams {
  const names = new Set(layout.parameters.map(({ name }) => name));
  const entries = Object.entries(NAMES).filter(([, end]) => names.has(`gcn.${end}`));
  return Object.fromEntries(
    entries.map(([key, end]) => [key, matrixOf(layout, values, `gcn.${end}`)]),
  ) as unknown as GatParams;
}

async function compare(graph: Graph, options: GatConvolutionOptions): Promise<void> {
  const { inputs: cols, heads = 1, outputs, symmetricNorm: symmetric, edgeDropout: rate = 0 } =
    options;
  const { convolution, pass, parameters, layout, params } = make(graph, options);
  const inputs = inputsOf(graph.nodes, cols, heads * outputs);
  const key = dropoutKey(SEED, STEP, STREAMS.edges);
  const keep = edgeDropout(graph.colIdx.length, { key, rate, layer: LAYER });
  const like = { heads, symmetric: symmetric!, keep };
  const { dx, dParams } = gatConvolutionBackward(graph, inputs.x, params, inputs.dy, like);
  assertEquals(matricesOf(dParams).length, layout.parameters.length);
  await compareConvolution(convolution, { ...pass, parameters }, layout, inputs, {
    branch: gatConvolution(graph, inputs.x, params, like),
    ...{ dx, gradients: dParams, named: (values) => gatParams(layout, values) },
  });
  pass.graph[Symbol.dispose]();
  parameters[Symbol.dispose]();
}
