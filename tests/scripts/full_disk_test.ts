/** Tasks whose disk gets full: a sentence, an exit code, and all that was finished before. */
import { groups } from "../../experiments/groups.ts";
import { appendRow, readRows, rowsPath } from "../../reports/rows/rows.ts";
import type { Row } from "../../training/row.ts";
import { assert, assertEquals } from "../assert.ts";
import { fixtureRow } from "../reports/fixture_rows.ts";
import { ended, spawn } from "./killed.ts";

const RUN = ["--dataset", "planted", "--layers", "2", "--channels", "8", "--epochs", "30"];

Deno.test("train whose disk gets full says so, and goes on from its state once there is room", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const [save, npy] = [`${folder}/save`, `${folder}/npy`];
    const keeping = [...RUN, "--save", save, "--predictions", npy];
    const whole = await ended(spawn("train", keeping));
    const files = () => [save, npy].map((path) => Deno.readFileSync(path));
    const expected = files();
    const state = `${folder}/state.safetensors`;
    const call = [...keeping, "--resume", state, "--resume-every", "0"];
    const full = await ended(spawn("train", call, { diskBytes: 1_000_000 }));
    assertEquals([full.code, full.out], [1, ""], full.err);
    const last = full.err.trim().split("\n").at(-1)!;
    assert(/^error: Cannot write .*: No space left on device/.test(last), full.err);
    assertEquals([...Deno.readDirSync(folder)].filter(({ name }) => name.endsWith(".part")), []);
    const resumed = await ended(spawn("train", call));
    assertEquals(resumed.code, 0, resumed.err);
    assert(resumed.err.includes(`Goes on from ${state}: `), resumed.err);
    const [row, same]: Row[] = [whole, resumed].map(({ out }) => JSON.parse(out));
    assertEquals([same!.losses, same!.scores], [row!.losses, row!.scores]);
    assertEquals(files(), expected);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("reproduce whose disk is full tells of each file, and loses no run", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const path = rowsPath(folder, "quick", groups.name);
    const left = groups.scales.quick.find(({ model }) => model.kind === "res-gnn")!;
    const others = groups.scales.quick.filter((run) => run !== left).map(fixtureRow);
    for (const row of others) await appendRow(path, row);
    const call = ["--only", groups.name, "--out", folder];
    const full = await ended(spawn("reproduce", call, { diskBytes: 100 }));
    assertEquals([full.code, full.out], [1, ""], full.err);
    for (
      const words of [
        `warning: the pages are not redrawn: Cannot write ${folder}/quick/index.html: No space`,
        `failed: Cannot write a row to ${path}: No space left on device`,
        `error: Cannot write ${folder}/quick/index.html: No space left on device`,
      ]
    ) {
      assert(full.err.includes(words), `${full.err} does not say: ${words}`);
    }
    assert(!/\n\s+at /.test(full.err), full.err);
    // Its training is at its end, which only has to be written down.
    const again = await ended(spawn("reproduce", call));
    assertEquals(again.code, 0, again.err);
    const rows = await readRows(path);
    assertEquals(rows.slice(0, -1), others);
    assertEquals([rows.at(-1)!.name, rows.at(-1)!.status], [left.name, "trained"]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
