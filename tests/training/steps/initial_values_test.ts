import { planted } from "../../../graphs/planted/planted.ts";
import { initialWeights } from "../../../layers/parameter_layout.ts";
import { ResGnn } from "../../../models/res_gnn.ts";
import { shapeOf } from "../../../models/model.ts";
import { stateDict } from "../../../training/files/state_dict.ts";
import { initialValues } from "../../../training/steps/initial_values.ts";
import { assert, assertEquals } from "../../assert.ts";

const graph = planted({ nodes: 50, degree: 3, tasks: 3 });

Deno.test("initialValues() starts the classifier's bias at the training labels' log-odds", () => {
  const labels = graph.labels.data.slice();
  // A task without positives, and one without negatives.
  for (let node = 0; node < graph.nodes; node++) labels.set([0, 1], 3 * node);
  const rare = { ...graph, labels: { ...graph.labels, data: labels } };
  const model = new ResGnn({ layers: 1, channels: 4 }, shapeOf(rare));
  const values = stateDict(model.layout, initialValues(model, rare, 1));
  const { train } = graph.split;
  const positive = train.reduce((sum, node) => sum + labels[3 * node + 2]!, 0);
  const odds = [1 / 31, 31 / 1, (positive + 1) / (train.length - positive + 1)];
  assertEquals(train.length, 30);
  assertEquals(values.get("node_pred_linear.bias")!.data, Float32Array.from(odds, Math.log));
});

Deno.test("initialValues() counts no missing label", () => {
  const labels = graph.labels.data.slice();
  const { train } = graph.split;
  for (const node of train) labels.set([NaN, 1], 3 * node);
  for (const node of train.slice(0, 4)) labels.set([0, NaN], 3 * node);
  const some = { ...graph, labels: { ...graph.labels, data: labels } };
  const model = new ResGnn({ layers: 1, channels: 4 }, shapeOf(some));
  const { data } = stateDict(model.layout, initialValues(model, some, 1))
    .get("node_pred_linear.bias")!;
  assertEquals([...data.slice(0, 2)], [...Float32Array.of(Math.log(1 / 5), Math.log(27 / 1))]);
});

Deno.test("initialValues() starts the bias at the log of each class's share, plus one", () => {
  const classes = planted({ nodes: 50, degree: 3, tasks: 3, classes: true });
  const labels = classes.labels.data.slice();
  // Nobody is of the last class.
  for (let node = 0; node < 50; node++) {
    if (labels[3 * node + 2]) labels.set([1, 0, 0], 3 * node);
  }
  const few = { ...classes, labels: { ...classes.labels, data: labels } };
  const model = new ResGnn({ layers: 1, channels: 4 }, shapeOf(few));
  const { data } = stateDict(model.layout, initialValues(model, few, 1)).get(
    "node_pred_linear.bias",
  )!;
  const first = few.split.train.reduce((sum, node) => sum + labels[3 * node]!, 0);
  const shares = [(first + 1) / 33, (30 - first + 1) / 33, 1 / 33];
  assert(0 < first && first < 30);
  assertEquals(data, Float32Array.from(shares, Math.log));
});

Deno.test("initialValues() are initialWeights() but for that bias", () => {
  const model = new ResGnn({ layers: 2, channels: 4 }, shapeOf(graph));
  const values = stateDict(model.layout, initialValues(model, graph, 1));
  for (const [name, tensor] of stateDict(model.layout, initialWeights(model.layout, 1))) {
    if (name !== "node_pred_linear.bias") assertEquals(values.get(name), tensor, name);
  }
});
