import { planted } from "../../../graphs/planted/planted.ts";
import { validationLoss } from "../../../training/steps/validation_loss.ts";
import { assert, assertEquals } from "../../assert.ts";
import { spread } from "../../kernels/classes.ts";
import { rounded } from "../../kernels/device.ts";
import { bce } from "../../reference/bce.ts";
import { crossEntropy } from "../../reference/cross_entropy.ts";
import { fromFloat32 } from "../../reference/matrix.ts";

const logits = rounded(spread(67, 5, 1));
const matrix = { ...logits, data: Float32Array.from(logits.data) };
const close = (actual: number, expected: number) =>
  assert(
    Math.abs(actual - expected) <= 1e-12 * Math.abs(expected),
    `${actual}, expected ${expected}`,
  );

Deno.test("validationLoss() is the training loss's definition on other nodes", () => {
  const tasks = planted({ nodes: 67, degree: 3, tasks: 5 });
  const classes = planted({ nodes: 67, degree: 3, tasks: 5, classes: true });
  const { valid } = classes.split;
  const labels = fromFloat32(classes.labels);
  close(validationLoss(matrix, classes, valid, null), crossEntropy(logits, labels, valid).loss);
  const robust = crossEntropy(logits, labels, valid, { logEpsilon: true }).loss;
  close(validationLoss(matrix, classes, valid, "log-epsilon"), robust);
  const expected = bce(logits, fromFloat32(tasks.labels), tasks.split.valid).loss;
  close(validationLoss(matrix, tasks, tasks.split.valid, null), expected);
});

Deno.test("validationLoss() leaves out missing labels, and stays finite for huge logits", () => {
  const graph = { labels: { rows: 2, cols: 2, data: Float32Array.of(1, NaN, NaN, 0) } };
  const huge = { rows: 2, cols: 2, data: Float32Array.of(-1e4, 5, 5, 2e4) };
  assertEquals(validationLoss(huge, graph, Uint32Array.of(0, 1), null), 1.5e4);
  const classes = { classes: true, labels: { rows: 1, cols: 2, data: Float32Array.of(1, 0) } };
  const wrong = { rows: 1, cols: 2, data: Float32Array.of(-1e4, 1e4) };
  assertEquals(validationLoss(wrong, classes, Uint32Array.of(0), null), 2e4);
});
