import { planted } from "../../../graphs/planted/planted.ts";
import type { Graph } from "../../../graphs/graph.ts";
import { DeviceGraph } from "../../../batch/device_graph.ts";
import {
  checkLoss,
  checkTeacher,
  type LossOptions,
  recordLoss,
} from "../../../training/steps/loss.ts";
import { assertThrows } from "../../assert.ts";
import { marks, spread } from "../../kernels/classes.ts";
import { compareOperator } from "../../kernels/compare_operator.ts";
import { gpu, rounded, upload } from "../../kernels/device.ts";
import { bce } from "../../reference/bce.ts";
import { crossEntropy } from "../../reference/cross_entropy.ts";
import { distillation } from "../../reference/distillation.ts";
import { add, type Dense, dense, fromFloat32 } from "../../reference/matrix.ts";

const tasks = planted({ nodes: 67, degree: 3, tasks: 5 });
const classes = planted({ nodes: 67, degree: 3, tasks: 5, classes: true });
const logits = rounded(spread(67, 5, 1));
const teacher = rounded(spread(67, 5, 2));
const labels = fromFloat32(classes.labels);
const { train } = classes.split;

/** Fails unless loss and gradient are these. */
async function compare(
  graph: Graph,
  options: LossOptions,
  expected: { loss: number; dLogits: Dense },
) {
  using device = new DeviceGraph(gpu, graph);
  await compareOperator({
    of: graph.name,
    inputs: { logits, loss: dense(1, 1, NaN) },
    ours: ({ logits, loss }) => ({ loss, dLogits: recordLoss(device, logits, loss, options) }),
    expected: () => ({ loss: dense(1, 1, expected.loss), dLogits: expected.dLogits }),
  });
}

Deno.test("recordLoss() is binary cross entropy of tasks, cross entropy of classes", async () => {
  await compare(tasks, {}, bce(logits, fromFloat32(tasks.labels), tasks.split.train));
  await compare(classes, {}, crossEntropy(logits, labels, train));
  const robust = crossEntropy(logits, labels, train, { logEpsilon: true });
  await compare(classes, { loss: "log-epsilon" }, robust);
});

Deno.test("recordLoss() counts the nodes it is told to", async () => {
  const nodes = Uint32Array.of(3, 10, 66);
  const counted = { counted: marks(67, nodes), count: 3 };
  await compare(classes, { counted }, crossEntropy(logits, labels, nodes));
});

Deno.test("recordLoss() of a student is 0.05 of its loss and 0.95 of its teacher's", async () => {
  for (const logEpsilon of [false, true]) {
    const own = crossEntropy(logits, labels, train, { logEpsilon, weight: 0.05 });
    const taught = distillation(logits, teacher, { temperature: 0.7, weight: 0.95 });
    const loss = logEpsilon ? "log-epsilon" as const : undefined;
    await compare(classes, { loss, teacher: upload(teacher) }, {
      loss: own.loss + taught.loss,
      dLogits: add(own.dLogits, taught.dLogits),
    });
  }
});

Deno.test("recordLoss() takes the teacher's share, temperature and smoothing that it is told", async () => {
  const options = { teacherShare: 0.3, temperature: 2, labelSmoothing: 0.2 };
  const own = crossEntropy(logits, labels, train, { weight: 0.7, smoothing: 0.2 });
  const taught = distillation(logits, teacher, { temperature: 2, weight: 0.3 });
  await compare(classes, { ...options, teacher: upload(teacher) }, {
    loss: own.loss + taught.loss,
    dLogits: add(own.dLogits, taught.dLogits),
  });
  await compare(classes, options, crossEntropy(logits, labels, train, { smoothing: 0.2 }));
});

Deno.test("checkLoss() smooths the labels of classes alone", () => {
  checkLoss(classes, null, { labelSmoothing: 0.1 });
  assertThrows(
    () => checkLoss(tasks, null, { labelSmoothing: 0.1 }),
    RangeError,
    "it has tasks, only classes are smoothed",
  );
});

Deno.test("checkLoss() and checkTeacher() let pass what fits", () => {
  for (const loss of [null, "cross-entropy", "log-epsilon"] as const) checkLoss(classes, loss);
  for (const loss of [null, "bce"] as const) checkLoss(tasks, loss);
  checkTeacher(tasks, undefined);
  checkTeacher(classes, { data: new Float32Array(67 * 5), rows: 67, cols: 5 });
});

Deno.test("checkLoss() and checkTeacher() answer what does not with a sentence", () => {
  const matrix = (rows: number, cols: number, fill = 0) => (
    { data: new Float32Array(rows * cols).fill(fill), rows, cols }
  );
  const broken = matrix(67, 5);
  broken.data[2 * 5 + 3] = NaN;
  const cases: [() => void, string][] = [
    [
      () => checkLoss(tasks, "log-epsilon"),
      "Cannot learn planted by log-epsilon: this loss is for classes, the graph has tasks",
    ],
    [() => checkLoss(tasks, "cross-entropy"), "Cannot learn planted by cross-entropy"],
    [
      () => checkLoss(classes, "bce"),
      "Cannot learn planted by bce: this loss is for tasks, the graph has classes",
    ],
    [() => checkTeacher(tasks, matrix(67, 5)), "the graph has tasks, only classes are taught"],
    [() => checkTeacher(classes, matrix(66, 5)), "nodes × classes: expected 67 × 5, found 66 × 5"],
    [() => checkTeacher(classes, matrix(67, 4)), "expected 67 × 5, found 67 × 4"],
    [() => checkTeacher(classes, broken), "must be finite: the one of node 2 for class 3 is NaN"],
  ];
  for (const [call, message] of cases) assertThrows(call, RangeError, message);
});
