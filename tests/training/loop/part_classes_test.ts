import type { Graph, Split } from "../../../graphs/graph.ts";
import { planted } from "../../../graphs/planted/planted.ts";
import { ResGnn } from "../../../models/res_gnn.ts";
import { type Model, shapeOf } from "../../../models/model.ts";
import { checkScores, singleClasses } from "../../../training/loop/part_classes.ts";
import { trainingSettings } from "../../../training/settings.ts";
import { checkTrainOptions } from "../../../training/loop/train_options.ts";
import { assertEquals, assertThrows } from "../../assert.ts";

/** Nine nodes, three in each part. */
function graphOf(labels: number[], cols = 1, more: Partial<Graph> = {}): Graph {
  const [train, valid, test] = [0, 3, 6].map((first) =>
    Uint32Array.of(first, first + 1, first + 2)
  );
  return {
    ...planted({ nodes: 9, degree: 2 }),
    name: "small",
    labels: { data: Float32Array.from(labels), rows: 9, cols },
    split: { train: train!, valid: valid!, test: test! },
    ...more,
  };
}

const ROC_AUC = "Cannot score small by ROC-AUC as its split's ";

Deno.test("checkScores() names the part that has a single class, and how many nodes of which label", () => {
  checkScores(graphOf([0, 0, 1, 0, 0, 1, 0, 1, 1]));
  const valid = graphOf([0, 0, 1, 0, 0, 0, 0, 1, 1], 1, { labelValues: [3, 8] });
  const words =
    `${ROC_AUC}valid has a single class: 3 nodes of label 3, 0 of label 8, use another ` +
    "split (--split)";
  assertThrows(() => checkScores(valid), RangeError, words);
  const train = graphOf([1, 1, 1, 0, 0, 1, 0, 1, 1]);
  assertThrows(
    () => checkScores(train),
    RangeError,
    `${ROC_AUC}train has a single class: 0 nodes of label 0, 3 of label 1`,
  );
});

Deno.test("checkScores() needs one task of both classes, missing labels aside", () => {
  const both = [0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0];
  checkScores(graphOf(both, 2));
  const missing = [0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, NaN, 0, 0];
  const words = `${ROC_AUC}test has no task of both classes: 2 tasks, 3 nodes`;
  assertThrows(() => checkScores(graphOf(missing, 2)), RangeError, words);
});

Deno.test("checkScores() names an empty part, of classes too", () => {
  const split: Split = { ...graphOf([]).split, test: new Uint32Array(0) };
  for (const classes of [true, false]) {
    const graph = graphOf([0, 0, 1, 0, 0, 1, 0, 1, 1], 1, { split, classes });
    assertThrows(
      () => checkScores(graph),
      RangeError,
      "Cannot score small as its split's test has no nodes: expected some in each part",
    );
  }
});

Deno.test("singleClasses() are those of classes, by their labels", () => {
  const one = [1, 0, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 1, 0, 1, 0, 1];
  const graph = graphOf(one, 2, { classes: true, labelValues: [4, 6] });
  assertEquals(singleClasses(graph), [
    "train has a single class, 3 nodes of 4",
    "test has a single class, 3 nodes of 6",
  ]);
  assertEquals(singleClasses(graphOf([0, 0, 0, 0, 0, 0, 0, 0, 0])), []);
});

const check = (model: Model, graph: Graph, epochs: number) =>
  checkTrainOptions(model, graph, trainingSettings({ epochs }), {});

Deno.test("checkTrainOptions() refuses what cannot be scored, unless nothing is", () => {
  const graph = graphOf([0, 0, 1, 0, 0, 0, 0, 1, 1]);
  const model = new ResGnn({ layers: 2, channels: 4 }, shapeOf(graph));
  assertThrows(() => check(model, graph, 1), RangeError, ROC_AUC);
  check(model, graph, 0);
});

Deno.test("checkTrainOptions() refuses weights below 0 for gcn alone", () => {
  const graph: Graph = {
    ...graphOf([0, 0, 1, 0, 1, 0, 0, 1, 1]),
    rowPtr: Uint32Array.of(0, 0, 1, 1, 2, 2, 2, 2, 2, 2),
    colIdx: Uint32Array.of(4, 8),
    edgeFeatures: { data: Float32Array.of(2, -0.5), rows: 2, cols: 1 },
    weighted: true,
  };
  const checkOf = (convolution: "gcn" | "sage") => {
    const model = new ResGnn({ layers: 2, channels: 4, convolution }, shapeOf(graph));
    check(model, graph, 1);
  };
  checkOf("sage");
  const words =
    "Cannot normalise small for gcn as edge 8 → 3 has weight -0.5: expected none below 0";
  assertThrows(() => checkOf("gcn"), RangeError, words);
});
