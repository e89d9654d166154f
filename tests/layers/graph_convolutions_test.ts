/** GCN and SAGE as layers against the reference, which writes their matrices out. */
import type { Graph } from "../../graphs/graph.ts";
import { weightsOf } from "../../graphs/degree_scales.ts";
import { openGpu } from "../../gpu/gpu.ts";
import { DeviceGraph } from "../../batch/device_graph.ts";
import type { Convolution } from "../../layers/convolution.ts";
import type { Pass } from "../../layers/pass.ts";
import { GcnConvolution } from "../../layers/gcn_convolution.ts";
import { initialWeights, ParameterLayout } from "../../layers/parameter_layout.ts";
import { Parameters } from "../../layers/parameters.ts";
import { SageConvolution } from "../../layers/sage_convolution.ts";
import { assertEquals } from "../assert.ts";
import { gpu } from "../kernels/device.ts";
import { graphOf, randomEdges } from "../kernels/graphs.ts";
import {
  graphConvolution,
  graphConvolutionBackward,
  type Operator,
} from "../reference/graph_convolution.ts";
import { dense, random } from "../reference/matrix.ts";
import { matrixOf } from "./blocks.ts";
import { compareConvolution, inputsOf } from "./compare_convolution.ts";

type NewConvolution = new (layout: ParameterLayout, name: string, channels: number) => Convolution;
const CONVOLUTIONS: Record<Operator, NewConvolution> = {
  gcn: GcnConvolution,
  sage: SageConvolution,
};
const SAVED = { gcn: 1, sage: 2 };
/** Whole vec4, less than one, and more. */
const CHANNELS = [4, 3, 10];
const GRAPHS: [what: string, nodes: number, edges: [number, number][]][] = [
  ["loops, repeats and isolated nodes", 67, randomEdges(67, 300, 1)],
  ["no edges", 5, []],
  ["one node", 1, [[0, 0]]],
];

for (const operator of ["gcn", "sage"] as const) {
  const Layer = CONVOLUTIONS[operator];
  for (const [what, nodes, edges] of GRAPHS) {
    const graph = graphOf(nodes, edges, dense(edges.length, 0));

    Deno.test(`${Layer.name} and its gradients equal the reference, ${what}`, async () => {
      for (const channels of CHANNELS) await compare(operator, graph, channels);
    });
  }

  Deno.test(`${Layer.name} and its gradients equal the reference, edges with weights`, async () => {
    const edges = randomEdges(67, 300, 1);
    const weights = random(edges.length, 1, 2);
    const ofEdges = { ...weights, data: weights.data.map((weight) => 1.5 + weight) };
    const graph = { ...graphOf(67, edges, ofEdges), weighted: true };
    for (const channels of CHANNELS) await compare(operator, graph, channels);
  });

  Deno.test(`${Layer.name} saves ${SAVED[operator]} ND words, and frees all else`, async () => {
    using gpu = await openGpu();
    const [nodes, channels] = [50, 8];
    const layout = new ParameterLayout();
    const convolution = new Layer(layout, "gcn", channels);
    using parameters = new Parameters(gpu, layout, initialWeights(layout, 1));
    using graph = new DeviceGraph(gpu, graphOf(nodes, [[0, 1]], dense(1, 0)));
    const pass: Pass = { mode: "evaluation", graph, parameters };
    const [x, y, dy] = [1, 2, 3].map(() => gpu.empty(nodes, channels));
    // The graph's scales are held from now on, and gradients from their first use.
    void parameters.gradients;
    convolution.forward(pass, x!, y!, 1)[Symbol.dispose]();
    const live = () => (gpu.trim(), gpu.ledger.live);
    const before = live();
    const saved = convolution.forward(pass, gpu.empty(nodes, channels), y!, 1);
    assertEquals(live() - before, 4 * SAVED[operator] * nodes * channels);
    convolution.backward(pass, dy!, saved)[Symbol.dispose]();
    saved[Symbol.dispose]();
    assertEquals(live(), before);
  });
}

async function compare(operator: Operator, graph: Graph, channels: number): Promise<void> {
  const layout = new ParameterLayout();
  const convolution = new CONVOLUTIONS[operator](layout, "gcn", channels);
  const values = initialWeights(layout, 1);
  const named = (values: Float32Array) => ({ weight: matrixOf(layout, values, "gcn.lin") });
  const { weight } = named(values);
  using parameters = new Parameters(gpu, layout, values);
  gpu.clear(parameters.gradients);
  using device = new DeviceGraph(gpu, graph);
  const inputs = inputsOf(graph.nodes, channels);
  const edges = { ...graph, weights: weightsOf(graph) };
  const { dx, dWeight } = graphConvolutionBackward(operator, edges, inputs.x, weight, inputs.dy);
  await compareConvolution(
    convolution,
    { mode: "evaluation", graph: device, parameters },
    layout,
    inputs,
    {
      branch: graphConvolution(operator, edges, inputs.x, weight),
      ...{ dx, gradients: { weight: dWeight }, named },
    },
  );
}
