/** Label inputs leak nothing: what is to be predicted is no input, and what is an input is not learned from. */
import { planted } from "../../../graphs/planted/planted.ts";
import type { Graph } from "../../../graphs/graph.ts";
import { DeviceGraph } from "../../../batch/device_graph.ts";
import { initialWeights } from "../../../layers/parameter_layout.ts";
import { buildModel } from "../../../models/build.ts";
import { shapeOf } from "../../../models/model.ts";
import type { ModelGiven } from "../../../models/options.ts";
import { readGradients } from "../../../training/files/state_dict.ts";
import { labelSplit } from "../../../training/steps/label_split.ts";
import { Trainer } from "../../../training/steps/trainer.ts";
import { assert, assertEquals } from "../../assert.ts";
import { gpu, read } from "../../kernels/device.ts";

const SHAPE = { layers: 3, channels: 8, dropout: 0.1, labels: true } as const;
const MODELS: Record<string, ModelGiven> = {
  "RevGNN": { kind: "rev-gnn", ...SHAPE },
  "RevGNN without guesses": { kind: "rev-gnn", ...SHAPE, labelIterations: 0 },
  "RevGNN over two hops": { kind: "rev-gnn", ...SHAPE, labelHops: 2 },
  "tied ResGNN": { kind: "res-gnn", ...SHAPE, tied: true },
  "RevGAT": {
    kind: "rev-gat",
    ...SHAPE,
    norm: "layer",
    convolution: { kind: "gat", residual: true },
  },
  // By steps that mix no nodes: Anderson's coefficients are of all of them.
  "DEQ-GNN": {
    kind: "deq-gnn",
    ...SHAPE,
    layers: 1,
    equilibrium: { gradient: "unrolled", maxSteps: 4 },
  },
};
const SEED = 3;
const RATE = 0.5;

/** The same graph with other labels of some nodes: each task's other value, or the next class. */
function changed(graph: Graph, nodes: Iterable<number>): Graph {
  const { cols } = graph.labels;
  const data = graph.labels.data.slice();
  for (const node of nodes) {
    const row = data.subarray(node * cols, (node + 1) * cols);
    row.set(graph.classes ? [row.at(-1)!, ...row.slice(0, -1)] : row.map((label) => 1 - label));
  }
  return { ...graph, labels: { ...graph.labels, data } };
}

/** The same graph, in which each of some nodes has the labels of the next of them. */
function exchanged(graph: Graph, nodes: Uint32Array): Graph {
  const { data: before, cols } = graph.labels;
  const data = before.slice();
  nodes.forEach((node, k) => {
    const next = nodes[(k + 1) % nodes.length]!;
    data.set(before.subarray(next * cols, (next + 1) * cols), node * cols);
  });
  assert(data.some((label, at) => label !== before[at]));
  return { ...graph, labels: { ...graph.labels, data } };
}

/** All that a step and an evaluation make of a graph: inputs, loss, gradients, logits. */
async function madeOf(options: ModelGiven, graph: Graph) {
  const model = buildModel(options, shapeOf(graph));
  using device = new DeviceGraph(gpu, graph);
  const values = initialWeights(model.layout, 1);
  using trainer = new Trainer(gpu, model, values, { seed: SEED, maskRate: RATE });
  const inputs = async () => {
    using own = await trainer.trainingPass(device, 1);
    return await read(own.pass.labels!);
  };
  const given = await inputs();
  await trainer.gradients(device);
  const loss = (await read(trainer.losses))[0]!;
  const gradients = await readGradients(trainer.parameters);
  using predicted = await trainer.predict(device);
  return { given, loss, gradients, logits: await read(predicted) };
}

/** The training nodes whose labels the step is given, and the others. */
function splitOf({ nodes, split: { train } }: Graph) {
  const { given } = labelSplit(nodes, train, { seed: SEED, step: 1, rate: RATE });
  return { given: train.filter((node) => given[node]), predicted: train.filter((n) => !given[n]) };
}

for (const [name, options] of Object.entries(MODELS)) {
  const kinds = options.kind === "rev-gat" ? [true] : [false, true];
  for (const classes of kinds) {
    const of = classes ? "classes" : "tasks";
    const graph = planted({ nodes: 90, degree: 5, tasks: 4, classes });
    const { given, predicted } = splitOf(graph);

    Deno.test(`Trainer.step() and predict() see no label of other nodes than training's, ${name} of ${of}`, async () => {
      const { valid, test } = graph.split;
      const expected = await madeOf(options, graph);
      assertEquals(await madeOf(options, changed(graph, [...valid, ...test])), expected);
      // Those of training are seen.
      const other = await madeOf(options, changed(graph, given));
      assert(other.logits.some((logit, at) => logit !== expected.logits[at]));
    });

    Deno.test(`Trainer.step() is given no label that it is to predict, ${name} of ${of}`, async () => {
      const [before, after] = [
        await madeOf(options, graph),
        await madeOf(options, changed(graph, predicted)),
      ];
      assertEquals(after.given, before.given);
      assert(after.loss !== before.loss);
      const other = await madeOf(options, changed(graph, given));
      assert(other.given.some((value, at) => value !== before.given[at]));
    });

    Deno.test(`Trainer.step() learns nothing from a label that it is given, ${name} of ${of}`, async () => {
      // Without edges a node's label could reach the loss through its own logits alone.
      const alone = planted({ nodes: 90, degree: 0, tasks: 4, classes });
      const nodes = splitOf(alone);
      const expected = await madeOf(options, alone);
      // Among themselves, as what most of them have is known of all.
      const after = await madeOf(options, exchanged(alone, nodes.given));
      assertEquals([after.loss, after.gradients], [expected.loss, expected.gradients]);
      assert((await madeOf(options, changed(alone, nodes.predicted))).loss !== expected.loss);
    });
  }
}
