import { PLANTED } from "../../../graphs/settings.ts";
import { type ModelOptions as Model, modelOptions } from "../../../models/options.ts";
import { sameRun, settingsKey } from "../../../reports/rows/keys.ts";
import { appendRow, readRows, rowsPath } from "../../../reports/rows/rows.ts";
import { resolve } from "../../../settings/resolve.ts";
import type { Row } from "../../../training/row.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { warningsOf } from "../../said.ts";
import { equilibriumRows, fixtureRows } from "../fixture_rows.ts";
import { wrongField } from "./wrong_field.ts";

const [first, second, third] = fixtureRows("quick") as [Row, Row, Row];

/** Runs a test on a path of its own whose folders do not exist yet. */
async function withPath(test: (path: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(rowsPath(folder, "quick", "memory_vs_depth"));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("readRows() gives what appendRow() wrote, in order", () =>
  withPath(async (path) => {
    assertEquals(await readRows(path), []);
    for (const row of [first, second]) await appendRow(path, row);
    assertEquals(await readRows(path), [first, second]);
  }));

Deno.test("readRows() refuses a row that was changed since it was written, with a sentence", () =>
  withPath(async (path) => {
    for (const row of [first, second]) await appendRow(path, row);
    const text = await Deno.readTextFile(path);
    const bytes = `"peakBytes":${second.peakBytes}`;
    assert(text.includes(bytes));
    await Deno.writeTextFile(path, text.replace(bytes, `"peakBytes":${second.peakBytes - 1}`));
    await assertRejects(() => readRows(path), TypeError, `${path}:2 as a row: its checksum is `);
  }));

Deno.test("readRows() ignores a torn last line, and appendRow() mends it", () =>
  withPath(async (path) => {
    await appendRow(path, { ...first, adapter: "µ" });
    const whole = await Deno.readFile(path);
    const torn = new TextEncoder().encode('{"experiment": "µ').slice(0, -1); // inside the letter
    await Deno.writeFile(path, torn, { append: true });
    const warnings = await warningsOf(async () => {
      assertEquals(await readRows(path), [{ ...first, adapter: "µ" }]);
    });
    assertEquals(warnings.length, 1);
    assert(warnings[0]!.includes(`${path}:2`), warnings[0]);
    await appendRow(path, second);
    assertEquals((await Deno.readFile(path)).slice(0, whole.length), whole);
    assertEquals(await readRows(path), [{ ...first, adapter: "µ" }, second]);
  }));

Deno.test("readRows() keeps a last line that lacks only its newline", () =>
  withPath(async (path) => {
    await appendRow(path, first);
    await Deno.truncate(path, (await Deno.stat(path)).size - 1);
    assertEquals(await readRows(path), [first]);
    await appendRow(path, second);
    await appendRow(path, third);
    assertEquals(await readRows(path), [first, second, third]);
  }));

Deno.test("readRows() names file and line of what is no row", () =>
  withPath(async (path) => {
    await appendRow(path, first);
    await Deno.writeTextFile(path, '{"torn\n', { append: true });
    await assertRejects(() => readRows(path), SyntaxError, `Cannot read ${path}:2`);
    await Deno.writeTextFile(path, JSON.stringify({ ...first, peakBytes: "4" }));
    await assertRejects(
      () => readRows(path),
      TypeError,
      `${path}:1 as a row: its peakBytes is 4: expected a whole number from 0`,
    );
    const { scores: _, ...rest } = first;
    await Deno.writeTextFile(path, `\n${JSON.stringify(rest)}\n`);
    await assertRejects(
      () => readRows(path),
      TypeError,
      `${path}:2 as a row: its scores: it must be given`,
    );
    await Deno.writeTextFile(path, "null\n");
    await assertRejects(() => readRows(path), TypeError, `${path}:1 as a row`);
  }));

Deno.test("readRows() takes rows of either metric, and no other", () =>
  withPath(async (path) => {
    const row: Row = { ...first, metric: "accuracy", optimiser: "rmsprop", teacher: "a.npy" };
    await appendRow(path, row);
    assertEquals(await readRows(path), [row]);
    await Deno.writeTextFile(path, JSON.stringify({ ...first, metric: "F1" }));
    await assertRejects(
      () => readRows(path),
      TypeError,
      "as a row: its metric is F1: expected accuracy",
    );
  }));

Deno.test("readRows() takes rows that say which data were read, and those of before", () => {
  const { data: _, ...before } = first;
  const wrong = [before, { ...before, data: "0123456789abcdef" }, { ...before, data: 7 }];
  assertEquals(wrong.map(wrongField), [null, null, "data"]);
});

Deno.test("readRows() takes rows of an equilibrium model, and infinite residuals as null", () =>
  withPath(async (path) => {
    const rows = equilibriumRows("quick");
    for (const row of rows) await appendRow(path, row);
    assertEquals(await readRows(path), rows);
    assert(rows.some(({ solves }) => solves?.training?.worstResidual === null));
    assert(rows.some(({ residuals }) => residuals?.["fixed-point"].includes(null)));
    const { adjoint: _, ...solves } = rows[1]!.solves!;
    assert(wrongField({ ...rows[1], solves }) === null);
    const wrong = { ...solves, training: { ...solves.training, missed: "all" } };
    assertEquals(wrongField({ ...rows[1], solves: wrong }), "solves.training.missed");
    assertEquals(wrongField({ ...rows[1], residuals: { anderson: [1] } }), "residuals.broyden");
  }));

Deno.test("appendRow() refuses a row that could not be read again", () =>
  withPath(async (path) => {
    await assertRejects(
      () => appendRow(path, { ...first, peakBytes: NaN }),
      TypeError,
      "its peakBytes is NaN",
    );
    assertEquals(await readRows(path), []);
  }));

Deno.test("sameRun() compares settings, whatever was measured and in whatever order", () => {
  const model = Object.fromEntries(
    Object.entries(first.model).reverse(),
  ) as unknown as Row["model"];
  const again: Row = { ...first, model, peakBytes: 1, adapter: "another", date: "another" };
  assert(sameRun(first, again));
});

const DEQ = { kind: "deq-gnn", channels: 8 } as const;

Deno.test("sameRun() tells apart runs that differ in any setting", () => {
  const changes: Partial<Row>[] = [
    { experiment: "train" },
    { name: "RevGNN-65" },
    { scale: "full" },
    { dataset: "planted" },
    { model: { ...first.model, layers: 4 } as Model },
    { model: { ...first.model, dropout: 0.2 } },
    { model: { ...first.model, convolution: { kind: "gcn" } } as Model },
    { epochs: 61 },
    { learningRate: 0.1 },
    { schedule: { kind: "constant" } },
    { schedule: { kind: "warm-up", epochs: 20 } },
    { schedule: { kind: "warm-up", epochs: 21 } },
    { optimiser: "rmsprop" },
    { clip: 0 },
    { loss: "log-epsilon" },
    { teacher: "teacher.npy" },
    { parts: 2 },
    { split: 1 },
    { symmetric: true },
    { selfLoops: true },
    { features: 500 },
    { seed: 1 },
    { model: modelOptions({ ...DEQ, equilibrium: { maxSteps: 7 } }) },
    { model: modelOptions({ ...DEQ, equilibrium: { maxSteps: 8 } }) },
    { pretrainEpochs: 3 },
    { residualSteps: 30 },
    { planted: resolve(PLANTED, { nodes: 40 }) },
    { planted: resolve(PLANTED, { nodes: 41 }) },
    { inference: [{ parts: 3, views: 10 }] },
    { drift: true },
    { timedSteps: 3 },
  ];
  const all = [first, ...changes.map((change) => ({ ...first, ...change }))];
  assertEquals(new Set(all.map(settingsKey)).size, all.length);
  for (const run of all.slice(1)) assert(!sameRun(first, run), settingsKey(run));
});

Deno.test("appendRow() waits for another writer, whose half-written row it leaves alone", async () => {
  const folder = await Deno.makeTempDir();
  const { write } = Deno.FsFile.prototype;
  // In pieces, between which other writers look at the file.
  Deno.FsFile.prototype.write = async function (this: Deno.FsFile, bytes: Uint8Array<ArrayBuffer>) {
    await new Promise((over) => setTimeout(over, 0));
    return await write.call(this, bytes.subarray(0, 500));
  };
  try {
    const path = `${folder}/rows.jsonl`;
    const rows = fixtureRows("quick");
    await Promise.all(rows.map((row) => appendRow(path, row)));
    assertEquals(new Set(await readRows(path)), new Set(rows));
  } finally {
    Deno.FsFile.prototype.write = write;
    await Deno.remove(folder, { recursive: true });
  }
});
