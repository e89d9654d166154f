/** `deno task reproduce` as a user calls it: rows, pages, what stands on standard error, the exit code. */
import { arxiv } from "../../experiments/arxiv.ts";
import { complexity } from "../../experiments/complexity.ts";
import { equilibrium } from "../../experiments/equilibrium.ts";
import { groups } from "../../experiments/groups.ts";
import { memoryVsDepth } from "../../experiments/memory_vs_depth.ts";
import { weightTying } from "../../experiments/weight_tying.ts";
import { settingsKey } from "../../reports/rows/keys.ts";
import { appendRow, readRows, rowsPath } from "../../reports/rows/rows.ts";
import { digest } from "../../training/files/digest.ts";
import type { Row } from "../../training/row.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";
import { fixtureRow } from "../reports/fixture_rows.ts";
import { assertSentence, ROOT, task } from "./task.ts";

const MEMORY = ["--only", "memory_vs_depth"];

Deno.test("reproduce goes on from the rows there are, then draws the pages", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const path = rowsPath(folder, "quick", "memory_vs_depth");
    const runs = memoryVsDepth.scales.quick;
    const missing = runs.find(({ model }) => model.kind === "res-gnn" && model.layers === 1001)!;
    for (const run of runs.filter((run) => run !== missing)) await appendRow(path, fixtureRow(run));
    const { code, out, err } = await task("reproduce", [...MEMORY, "--out", folder]);
    assertEquals(code, 0, err);
    const rows = await readRows(path);
    assertEquals(rows.length, runs.length);
    const { status, peakBytes, memoryBudget } = rows.at(-1)!;
    assertEquals(status, "does not fit");
    assert(peakBytes > memoryBudget!);
    assert(out.includes(`${folder}/quick/index.html`), out);
    const said = err.split("\n").filter((line) => line.startsWith("The pages "));
    const index = `${folder}/quick/index.html`;
    assertEquals(said, [
      `The pages stand at ${index}, and are redrawn while runs go on: load them again`,
      `The pages are drawn: ${index}`,
    ]);
    assert(err.indexOf(said[0]!) < err.indexOf("[1/"), err);
    for (const page of out.trim().split("\n")) assert((await Deno.stat(page)).size > 1000);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("reproduce runs again only what another memory budget changes", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const path = rowsPath(folder, "quick", "memory_vs_depth");
    const before = memoryVsDepth.scales.quick.map(fixtureRow);
    for (const row of before) await appendRow(path, row);
    const budget = ["--out", folder, "--memory-budget", "1MiB"];
    const { code, err } = await task("reproduce", [...MEMORY, ...budget]);
    assertEquals(code, 0, err);
    const after = (await readRows(path)).slice(before.length);
    assertEquals(after.length, before.filter(({ status }) => status !== "does not fit").length);
    assert(after.every(({ status }) => status === "does not fit"));
    // Afresh, all of it is.
    assertEquals((await task("reproduce", [...MEMORY, ...budget, "--fresh"])).code, 0);
    const all = await readRows(path);
    assertEquals(all.length, before.length + after.length + before.length);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("reproduce draws equilibria from their rows, and names runs by layers or steps", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const path = rowsPath(folder, "quick", "equilibrium");
    const before = equilibrium.scales.quick.map(fixtureRow);
    for (const row of before) await appendRow(path, row);
    const only = ["--only", "equilibrium", "--out", folder];
    const known = await task("reproduce", only);
    assertEquals(known.code, 0, known.err);
    assert(known.err.includes("[1/9] equilibrium: WT-ResGNN-16, 28 layers: "), known.err);
    assert(known.err.includes("[2/9] equilibrium: WT-ResGNN-16, 3 layers: 97.69 MiB"), known.err);
    assert(
      known.err.includes("[9/9] equilibrium: DEQ-GNN-16, 28 solver steps: 31.75 MiB"),
      known.err,
    );
    assertEquals(await readRows(path), before);
    assert(known.out.includes(`${folder}/quick/equilibrium.html`), known.out);
    // What its runs need is asked of the models themselves.
    const refused = await task("reproduce", [...only, "--memory-budget", "1MiB"]);
    assertEquals(refused.code, 0, refused.err);
    const after = (await readRows(path)).slice(before.length);
    assertEquals(after.map(({ status }) => status), before.map(() => "does not fit"));
    const solved = after.filter(({ model }) => model.equilibrium?.gradient.kind === "implicit");
    assertEquals(new Set(solved.map(({ peakBytes }) => peakBytes)).size, 1);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("reproduce does a run once that two experiments share, even with --only", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const [path, other] = [groups, weightTying].map(({ name }) => rowsPath(folder, "quick", name));
    const runs = groups.scales.quick;
    const shared = runs.find(({ name }) => name === "RevGNN-16")!;
    for (const run of runs.filter((run) => run !== shared)) {
      await appendRow(path!, fixtureRow(run));
    }
    const done = { ...fixtureRow(shared), experiment: weightTying.name, date: "2026-01-02" };
    await appendRow(other!, done);
    const only = ["--only", "groups", "--out", folder];
    const plan = await task("reproduce", [...only, "--dry-run"]);
    assertEquals(plan.code, 0, plan.err);
    assert(/RevGNN-16, 2 groups .* as another$/m.test(plan.out), plan.out);
    assertEquals(plan.out.match(/has its row$/gm)?.length, runs.length - 1, plan.out);
    assert(plan.out.includes(", 2 of them with a row already, 1 the same as another;"), plan.out);
    // What a run that was stopped left.
    const state = `${folder}/quick/state/${digest(settingsKey(shared))}.safetensors`;
    await Deno.mkdir(`${folder}/quick/state`);
    await Deno.writeTextFile(state, "");
    const { code, err } = await task("reproduce", only);
    assertEquals(code, 0, err);
    assert(err.includes("(the same run as RevGNN-16 of weight_tying)"), err);
    assertEquals((await readRows(path!)).at(-1), { ...done, experiment: "groups" });
    assertEquals(await readRows(other!), [done]);
    await assertRejects(() => Deno.stat(state), Deno.errors.NotFound);
    const again = await task("reproduce", only);
    assert(!again.err.includes("the same run"), again.err);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("reproduce copies another scale's rows of the same runs, in both directions, and students'", async () => {
  const folder = await Deno.makeTempDir();
  try {
    for (const { name, scales } of [complexity, arxiv]) {
      for (const [from, to] of [["quick", "small"], ["small", "quick"]] as const) {
        const before = scales[from].filter(({ seed }) => seed === 0).map(fixtureRow);
        for (const row of before) await appendRow(rowsPath(folder, from, name), row);
        const scale = ["--scale", to, "--seeds", "1", "--out", folder];
        const { code, err } = await task("reproduce", ["--only", name, ...scale]);
        assertEquals(code, 0, err);
        const copies = err.split("\n").filter((line) =>
          line.endsWith(` of ${name} at ${from} scale)`)
        );
        assertEquals(copies.length, before.length, err);
        const rows = await readRows(rowsPath(folder, to, name));
        const bySettings = (rows: readonly Row[]) => new Map(rows.map((r) => [settingsKey(r), r]));
        assertEquals(bySettings(rows), bySettings(before.map((row) => ({ ...row, scale: to }))));
        await Deno.remove(`${folder}/quick/rows`, { recursive: true });
        await Deno.remove(`${folder}/small/rows`, { recursive: true });
      }
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("reproduce reports runs that fail, goes on, draws the pages and ends with 1", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const runs = memoryVsDepth.scales.paper;
    const path = rowsPath(folder, "paper", "memory_vs_depth");
    for (const run of runs.slice(2)) await appendRow(path, fixtureRow(run));
    const paper = ["--scale", "paper", "--out", folder];
    const { code, out, err } = await task("reproduce", [...MEMORY, ...paper], {
      REVGNN_CACHE: `${folder}/no-data-sets`,
    });
    assertEquals(code, 1, err);
    const failures = err.split("\n").filter((line) => line.includes(": failed: "));
    assertEquals(failures.length, 2, err);
    const first = "warning: ogbn-proteins is not there, 2 runs of it will fail: run deno task data";
    assert(err.startsWith(first), err);
    for (const line of failures) assert(line.includes("deno task data ogbn-proteins"), line);
    assert(err.includes("error: 2 runs of 24 failed: memory_vs_depth, ResGNN-64, 3 layers;"), err);
    assert(!/\n\s+at /.test(err), err);
    assert(out.includes(`${folder}/paper/memory_vs_depth.html`), out);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("reproduce has drawn the pages that it names before the first run begins", async () => {
  const folder = await Deno.makeTempDir();
  try {
    // Nothing but a run that lasts: it is stopped in the midst of it.
    const script = ["run", "--quiet", "--allow-all", "scripts/reproduce.ts"];
    const args = [...script, "--only", "groups", "--out", folder];
    const reproduce = new Deno.Command("deno", {
      args,
      cwd: ROOT,
      stderr: "piped",
      stdout: "null",
    });
    const child = reproduce.spawn();
    const lines = child.stderr.pipeThrough(new TextDecoderStream());
    let err = "";
    for await (const text of lines) {
      err += text;
      if (err.includes("The pages stand at ")) break;
    }
    const [, index] = err.match(/The pages stand at (\/.*), and are redrawn/)!;
    assertEquals(index, `${folder}/quick/index.html`);
    assert((await Deno.stat(index!)).size > 1000);
    child.kill("SIGKILL");
    await child.status;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("reproduce refuses a folder it cannot write to", async () => {
  const file = await Deno.makeTempFile();
  try {
    assertSentence(await task("reproduce", ["--out", `${file}/out`]), 1, "Cannot write to");
  } finally {
    await Deno.remove(file);
  }
});
