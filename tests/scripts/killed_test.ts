/** Runs that are killed again and again end with the bits of runs that are not. */
import { arxiv } from "../../experiments/arxiv.ts";
import { appendRow, readRows, rowsPath } from "../../reports/rows/rows.ts";
import { fileKey } from "../../reports/rows/stored_rows.ts";
import type { Row } from "../../training/row.ts";
import { assert, assertEquals } from "../assert.ts";
import { fixtureRow } from "../reports/fixture_rows.ts";
import { untimed } from "../training/untimed.ts";
import { ended, endedAfterKills, KILLS, spawn } from "./killed.ts";

/** Flags of the calls that are killed, beside a run that lasts for longer than the kills. */
const CALLS: Record<string, readonly string[]> = {
  "the whole graph": [],
  "by parts": ["--parts", "3"],
  "a fixed-point state": ["--state", "fixed"],
  "a fixed-point state, by parts": ["--state", "fixed", "--parts", "3"],
};

const RUN = ["--dataset", "planted", "--layers", "2", "--channels", "8", "--epochs", "100"];

for (const [seed, [name, flags]] of Object.entries(CALLS).entries()) {
  Deno.test(`train killed ${KILLS} times ends in the row, weights and predictions of an undisturbed run, ${name}`, async () => {
    const folder = await Deno.makeTempDir();
    const keeping = (at: string) => {
      Deno.mkdirSync(`${folder}/${at}`);
      const files = ["save", "predictions"].flatMap((
        file,
      ) => [`--${file}`, `${folder}/${at}/${file}`]);
      return [...RUN, ...flags, ...files];
    };
    try {
      const states = `${folder}/killed`;
      const resume = ["--resume", `${states}/state.safetensors`, "--resume-every", "0"];
      const [whole, killed] = await Promise.all([
        ended(spawn("train", keeping("whole"))),
        endedAfterKills("train", [...keeping("killed"), ...resume], { states, seed }),
      ]);
      assertEquals([whole.code, killed.code], [0, 0], killed.err);
      assertEquals(killed.alive, KILLS, "it ended before it was killed so often");
      assert(killed.err.includes("Goes on from "), killed.err);
      const [row, same]: Row[] = [whole, killed].map(({ out }) => JSON.parse(out));
      assertEquals(untimed(same!), untimed(row!));
      for (const file of ["save", "predictions"]) {
        const [bytes, others] = ["killed", "whole"].map((at) =>
          Deno.readFileSync(`${folder}/${at}/${file}`)
        );
        assertEquals(bytes, others, file);
      }
      // Nothing is left of the states, nor of files that were being written when it was killed.
      const left = [...Deno.readDirSync(states)].map(({ name }) => name).sort();
      assertEquals(left, ["predictions", "save"]);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

Deno.test(`reproduce killed ${KILLS} times has the rows of an undisturbed one, and leaves nothing else`, async () => {
  const folder = await Deno.makeTempDir();
  // Runs of seconds, two of them at a time; all others have their rows.
  const runs = arxiv.scales.quick;
  const left = runs.filter(({ name }) => ["GCN", "GraphSAGE", "GAT", "RevGCN-Deep"].includes(name));
  const call = (at: string) => ["--only", arxiv.name, "--out", `${folder}/${at}`];
  const rowsAt = (at: string) => rowsPath(`${folder}/${at}`, "quick", arxiv.name);
  try {
    for (const at of ["whole", "killed"]) {
      for (const run of runs) {
        if (!left.includes(run)) await appendRow(rowsAt(at), fixtureRow(run));
      }
    }
    const states = `${folder}/killed/quick/state`;
    const killed = endedAfterKills("reproduce", [...call("killed"), "--resume-every", "0"], {
      states,
      seed: 7,
    });
    const ends = await Promise.all([ended(spawn("reproduce", call("whole"))), killed]);
    assertEquals(ends.map(({ code }) => code), [0, 0], ends[1].err);
    assertEquals(ends[1].alive, KILLS, "it ended before it was killed so often");
    // Runs that go on side by side end in any order.
    const byRun = (rows: Row[]) =>
      new Map(rows.map((row) => [fileKey(row), untimed(row)] as const));
    const [rows, same] = await Promise.all([readRows(rowsAt("whole")), readRows(rowsAt("killed"))]);
    assertEquals(byRun(same), byRun(rows));
    assertEquals([rows.length, same.length], [runs.length, runs.length]);
    assertEquals([...Deno.readDirSync(states)], []);
    const [names, others] = ["whole", "killed"].map((at) =>
      [...Deno.readDirSync(`${folder}/${at}/quick`)].map(({ name }) => name).sort()
    );
    assertEquals(others, names);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
