/** The tables on the Open Graph Benchmark's data: at the paper's scale, the paper's models and settings. */
import { arxiv } from "../../experiments/arxiv.ts";
import type { Experiment } from "../../experiments/experiment.ts";
import { products } from "../../experiments/products.ts";
import { proteins } from "../../experiments/proteins.ts";
import type { OgbName } from "../../graphs/published/ogb.ts";
import { buildModel } from "../../models/build.ts";
import type { RunSettings } from "../../training/row.ts";
import { assert, assertEquals } from "../assert.ts";
import { OGB_SHAPES } from "../models/ogb_shapes.ts";

/** A run of a table's model, of seed 0. */
function runOf(experiment: Experiment, name: string, scale: "quick" | "paper" = "paper") {
  const run = experiment.scales[scale].find((run) => run.name === name && run.seed === 0);
  assert(run !== undefined, name);
  return run;
}

function parametersOf({ dataset, model }: RunSettings): number {
  return buildModel(model, OGB_SHAPES[dataset as OgbName]).layout.count;
}

/** As the paper prints them, of the models that are built as there. */
const PRINTED: readonly [experiment: Experiment, name: string, printed: string][] = [
  [proteins, "DeeperGCN", "2.37M"],
  [proteins, "RevGNN-Deep", "20.03M"],
  [proteins, "RevGNN-Wide", "68.47M"],
  [arxiv, "RevGCN-Deep", "262K"],
  [arxiv, "RevGAT", "2.10M"],
  [arxiv, "RevGAT-SelfKD", "2.10M"],
  [arxiv, "RevGAT-Wide", "3.88M"],
];

for (const [experiment, name, printed] of PRINTED) {
  Deno.test(`${experiment.name} at the paper's scale has ${name} of ${printed} parameters`, () => {
    const count = parametersOf(runOf(experiment, name));
    const decimals = printed.includes(".") ? printed.length - printed.indexOf(".") - 2 : 0;
    const [unit, letter] = printed.endsWith("M") ? [1e6, "M"] : [1e3, "K"];
    assertEquals(`${(count / unit!).toFixed(decimals)}${letter}`, printed);
    const point = experiment.paper.series.find((one) => one.beside.includes(name))!.points[0]!;
    assertEquals(point.parameters, Number(printed.slice(0, -1)) * unit!);
  });
}

Deno.test("products at the paper's scale has RevGNN-112 of as many parameters as its formula", () => {
  const [d, D, layers] = [80, 160, 112];
  const block = (2 * d * d + d) + 2 * d;
  const outside = (100 * D + D) + 2 * D + (D * 47 + 47);
  assertEquals(parametersOf(runOf(products, "RevGNN-112")), 2 * layers * block + outside);
});

Deno.test("The tables at the paper's scale have its depths, widths and ten seeds", () => {
  const sizes = (experiment: Experiment, names: readonly string[]) =>
    names.map((name) => runOf(experiment, name).model).map((m) => [m.layers, m.channels]);
  assertEquals(sizes(proteins, ["RevGNN-Deep", "RevGNN-Wide"]), [[1001, 80], [448, 224]]);
  assertEquals(sizes(arxiv, ["RevGCN-Deep", "RevGAT"]), [[28, 128], [5, 768]]);
  assertEquals(sizes(products, ["RevGNN-7", "RevGNN-112"]), [[7, 160], [112, 160]]);
  for (const { scales } of [proteins, arxiv, products]) {
    assertEquals([...new Set(scales.paper.map(({ seed }) => seed))], [
      0,
      1,
      2,
      3,
      4,
      5,
      6,
      7,
      8,
      9,
    ]);
  }
});

Deno.test("proteins at the paper's scale is trained and scored as in the paper", () => {
  const { epochs, learningRate, schedule, parts, evaluateParts, inference } = runOf(
    proteins,
    "RevGNN-Deep",
  );
  assertEquals([epochs, learningRate, schedule, parts], [2000, 1e-3, { kind: "constant" }, 10]);
  assertEquals([evaluateParts, inference], [5, [{ parts: 5, views: 1 }, { parts: 3, views: 10 }]]);
  assertEquals(runOf(proteins, "RevGNN-Deep").model.dropout, 0.1);
  assertEquals(runOf(proteins, "RevGNN-Wide").model.dropout, 0.2);
});

Deno.test("arxiv at the paper's scale trains RevGAT as in the paper", () => {
  const { model, ...settings } = runOf(arxiv, "RevGAT");
  const { optimiser, learningRate, schedule, loss, clip, parts, epochs } = settings;
  assertEquals([optimiser, learningRate, schedule, loss], [
    "rmsprop",
    2e-3,
    { kind: "warm-up", epochs: 50 },
    "log-epsilon",
  ]);
  assertEquals([clip, parts, epochs], [0, 1, 2000]);
  assertEquals([model.labels, model.dropout, model.inputDropout], [true, 0.75, 0.25]);
  assertEquals(model.convolution, {
    kind: "gat",
    heads: 3,
    destination: false,
    symmetricNorm: true,
    residual: true,
    edgeDropout: 0.3,
  });
});

Deno.test("products at the paper's scale is trained as in the paper", () => {
  const { model, epochs, learningRate, parts, loss } = runOf(products, "RevGNN-112");
  assertEquals([epochs, learningRate, parts, loss], [1000, 3e-3, 10, null]);
  assertEquals([model.convolution, model.dropout, model.groups], [{ kind: "sage" }, 0.5, 2]);
});

Deno.test("A student differs from its teacher in nothing but what it learns from", () => {
  for (const [scale, runs] of Object.entries(arxiv.scales)) {
    const students = runs.filter(({ teacher }) => teacher);
    assert(students.length > 0, scale);
    for (const { teacher, name, ...settings } of students) {
      const taught = runs.findIndex((run) => run.name === teacher && run.seed === settings.seed);
      const { name: _, teacher: none, ...alike } = runs[taught]!;
      assertEquals(none, null);
      assertEquals(settings, alike, scale);
      // The teacher's predictions have to be there when the student starts.
      assert(taught < runs.findIndex((run) => run.name === name && run.seed === settings.seed));
    }
  }
});

Deno.test("The tables' models can be built at every scale", () => {
  const shape = { features: 4, categories: 0, edgeFeatures: 0, tasks: 3 };
  for (const { scales } of [proteins, arxiv, products]) {
    for (const run of Object.values(scales).flat().filter(({ seed }) => seed === 0)) {
      assert(buildModel(run.model, shape).layout.count > 0, `${run.scale}: ${run.name}`);
    }
  }
});
