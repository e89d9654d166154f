import { modelOptions } from "../../models/options.ts";
import { readRows } from "../../reports/rows/rows.ts";
import { settingsOfRow, upgraded } from "../../scripts/upgrade_rows.ts";
import { type Row, SCHEMA } from "../../training/row.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../assert.ts";

/** What any row of schema 1 had, all of it given. */
const OLD = {
  experiment: "train",
  name: "a model",
  scale: "own",
  dataset: "wordnet-frames",
  epochs: 20,
  learningRate: 0.02,
  schedule: "one-cycle",
  parts: 4,
  evaluateEvery: 5,
  seed: 1,
  memoryBudget: null,
};
const MEASURED = {
  adapter: "llvmpipe",
  deno: "2.9.6",
  version: "0.1.0",
  commit: "b5ef7df8df39",
  date: "2026-11-23T16:04:22.772Z",
  parameters: 15789,
  peakBytes: 57612032,
  activationBytes: 57288448,
  secondsPerEpoch: 0.29,
  bestEpoch: 20,
  scores: { train: 0.8, valid: 0.7, test: 0.75 },
  losses: [0.28, 0.25],
  status: "trained",
} as const;
const SIZE = { layers: 3, channels: 12, dropout: 0.1 };

const MODELS: [what: string, old: object, model: Row["model"]][] = [
  [
    "rev-gnn",
    { kind: "rev-gnn", groups: 3, ...SIZE, norm: "batch", tied: true },
    modelOptions({ kind: "rev-gnn", groups: 3, ...SIZE, norm: "batch", tied: true }),
  ],
  [
    "res-gnn of GEN",
    {
      kind: "res-gnn",
      groups: 1,
      ...SIZE,
      encodeEdges: false,
      aggregation: { kind: "softmax", t: 0.5, learnT: true },
    },
    modelOptions({
      kind: "res-gnn",
      ...SIZE,
      convolution: {
        kind: "gen",
        encodeEdges: false,
        aggregation: { kind: "softmax", t: 0.5, learnT: true },
      },
    }),
  ],
  [
    "res-gnn of another convolution",
    { kind: "res-gnn", groups: 1, ...SIZE, convolution: "sage" },
    modelOptions({ kind: "res-gnn", ...SIZE, convolution: "sage" }),
  ],
  [
    "rev-gat, which names no convolution",
    {
      kind: "rev-gat",
      groups: 2,
      ...SIZE,
      inputDropout: 0.1,
      labels: true,
      attention: { heads: 3, symmetric: true, residual: true, edgeDropout: 0.3 },
    },
    modelOptions({
      kind: "rev-gat",
      ...SIZE,
      inputDropout: 0.1,
      labels: true,
      convolution: {
        kind: "gat",
        heads: 3,
        symmetricNorm: true,
        residual: true,
        edgeDropout: 0.3,
      },
    }),
  ],
  [
    "deq-gnn by its defaults",
    { kind: "deq-gnn", groups: 1, ...SIZE, layers: 1 },
    modelOptions({ kind: "deq-gnn", channels: 12, dropout: 0.1 }),
  ],
  [
    "deq-gnn of an implicit gradient",
    {
      kind: "deq-gnn",
      groups: 1,
      ...SIZE,
      layers: 1,
      equilibrium: {
        method: "broyden",
        memory: 4,
        tolerance: 0.01,
        adjointSteps: 9,
        adjointTolerance: 0.1,
        jacobianWeight: 0.5,
      },
    },
    modelOptions({
      kind: "deq-gnn",
      channels: 12,
      dropout: 0.1,
      equilibrium: {
        solver: { kind: "broyden", memory: 4 },
        tolerance: 0.01,
        gradient: { kind: "implicit", steps: 9, tolerance: 0.1, jacobianWeight: 0.5 },
      },
    }),
  ],
  [
    "deq-gnn of a phantom gradient",
    {
      kind: "deq-gnn",
      groups: 1,
      ...SIZE,
      layers: 1,
      equilibrium: {
        damping: 0.5,
        maxSteps: 7,
        gradient: "phantom",
        phantomSteps: 3,
        phantomDamping: 0.7,
      },
    },
    modelOptions({
      kind: "deq-gnn",
      channels: 12,
      dropout: 0.1,
      equilibrium: {
        solver: { kind: "anderson", damping: 0.5 },
        maxSteps: 7,
        gradient: { kind: "phantom", steps: 3, damping: 0.7 },
      },
    }),
  ],
];

for (const [what, old, model] of MODELS) {
  Deno.test(`upgraded() makes a row of schema 2 of a row of schema 1, ${what}`, () => {
    const row = upgraded({ ...OLD, model: old, ...MEASURED });
    assertEquals(row.schema, SCHEMA);
    assertEquals(row.model, model);
    assertEquals({ ...row, ...MEASURED }, row);
    const { schedule: _, ...same } = OLD;
    assertEquals({ ...row, ...same }, row);
    assertEquals(row.schedule, { kind: "one-cycle" });
    assertEquals([row.clip, row.optimiser, row.evaluateParts, row.drift], [1, "adam", 1, false]);
    assertEquals([row.loss, row.teacher, row.inference, row.planted], [null, null, [], null]);
    assertEquals(upgraded(row), row);
    assertEquals(upgraded(JSON.parse(JSON.stringify(row))), row);
  });
}

const REV_GNN = { kind: "rev-gnn", groups: 2, ...SIZE };

Deno.test("upgraded() keeps every option that a row of schema 1 gave", () => {
  const given = {
    planted: { nodes: 40, tasks: 3 },
    dataset: "planted",
    split: 1,
    symmetric: false,
    optimiser: "rmsprop",
    clip: 0,
    loss: "log-epsilon",
    evaluateParts: 3,
    teacher: "RevGAT",
    init: "a.safetensors",
    timedSteps: 2,
    drift: true,
    inference: [{ parts: 2, views: 3 }],
  } as const;
  const scored = { inferred: [], metric: "accuracy", waitShare: 0.5 } as const;
  const warm = { schedule: "warm-up", warmUp: 10 };
  const old = { ...OLD, ...warm, ...given, model: REV_GNN, ...MEASURED, ...scored };
  const row = upgraded(old);
  const { planted, ...flat } = given;
  assertEquals({ ...row, ...flat, ...scored }, row);
  assertEquals(row.schedule, { kind: "warm-up", epochs: 10 });
  assertEquals([row.planted!.nodes, row.planted!.tasks, row.planted!.degree], [
    planted.nodes,
    planted.tasks,
    10,
  ]);
  assertEquals(upgraded({ ...old, warmUp: undefined }).schedule, { kind: "warm-up", epochs: 50 });
});

Deno.test("settingsOfRow() reads a checkpoint's settings of either schema", () => {
  const settings = settingsOfRow({ ...OLD, model: REV_GNN });
  assert(!("schema" in settings) && settings.model.convolution.kind === "gen");
  assertEquals(settingsOfRow(JSON.parse(JSON.stringify(settings))), settings);
  assertThrows(() => settingsOfRow({ ...OLD, model: undefined }), RangeError, "Cannot use model");
});

Deno.test("upgraded() refuses what was no row", () => {
  const old = { ...OLD, model: REV_GNN, ...MEASURED };
  assertThrows(() => upgraded({ ...old, peakBytes: "many" }), RangeError, "Cannot use peakBytes");
  assertThrows(() => upgraded({ ...old, colour: "red" }), RangeError, "Cannot use colour");
});

Deno.test("readRows() names the script where a file holds rows of schema 1", async () => {
  const path = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(path, JSON.stringify({ ...OLD, model: REV_GNN, ...MEASURED }) + "\n");
    await assertRejects(
      () => readRows(path),
      TypeError,
      `Cannot read ${path}:1 as a row: it is of schema 1, this version reads schema 2; ` +
        "scripts/upgrade_rows.ts rewrites files of schema 1",
    );
    const script = ["run", "--no-prompt", "--allow-read", "--allow-write"];
    const args = [...script, "scripts/upgrade_rows.ts", path];
    const { success, stderr } = await new Deno.Command("deno", { args }).output();
    assert(success, new TextDecoder().decode(stderr));
    assertEquals(await readRows(path), [upgraded({ ...OLD, model: REV_GNN, ...MEASURED })]);
  } finally {
    await Deno.remove(path);
  }
});
