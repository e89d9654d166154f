/** What is left of files when the disk is full in the midst of them: the old ones, and no half of a new one. */
import { ArrayFileWriter } from "../../../graphs/files/array_file_writer.ts";
import { writeWhole } from "../../../graphs/files/whole_file.ts";
import { appendRow, readRows } from "../../../reports/rows/rows.ts";
import { freshProgress } from "../../../training/loop/run_progress.ts";
import type { RunState } from "../../../training/loop/run_state.ts";
import { RunStateFile } from "../../../training/loop/run_state_file.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { fixtureRow } from "../../reports/fixture_rows.ts";
import { groups } from "../../../experiments/groups.ts";
import { warningsOf } from "../../said.ts";
import { namesIn } from "../ogb_archives.ts";
import { withFolder } from "../../folder.ts";
import { fillAfter } from "./full_disk.ts";

const FULL = "No space left on device";

Deno.test("writeWhole() leaves the old file where the disk is full, and nothing else", () =>
  withFolder(async (folder) => {
    const path = `${folder}/a`;
    await writeWhole(path, Uint8Array.of(1, 2));
    for (let bytes = 0; bytes < 4; bytes++) {
      using _ = fillAfter(bytes);
      const write = () => writeWhole(path, Uint8Array.of(3, 4, 5, 6));
      await assertRejects(write, Error, `Cannot write ${path}: ${FULL}`);
      assertEquals(namesIn(folder), ["a"]);
      assertEquals(await Deno.readFile(path), Uint8Array.of(1, 2));
    }
  }));

Deno.test("appendRow() leaves the rows before where the disk is full, and goes on when it is not", () =>
  withFolder(async (folder) => {
    const path = `${folder}/rows/groups.jsonl`;
    const [first, second] = groups.scales.quick.map(fixtureRow);
    await appendRow(path, first!);
    const { size } = await Deno.stat(path);
    for (const bytes of [0, 1, Math.floor(size / 2), Math.floor(0.9 * size)]) {
      {
        using _ = fillAfter(bytes);
        const append = () => appendRow(path, second!);
        await assertRejects(append, Error, `Cannot write a row to ${path}: ${FULL}`);
      }
      await warningsOf(async () => assertEquals(await readRows(path), [first!]));
    }
    await appendRow(path, second!);
    assertEquals(await readRows(path), [first!, second!]);
  }));

Deno.test("RunStateFile has both states still where the disk is full, and warns once", () =>
  withFolder(async (folder) => {
    const path = `${folder}/state`;
    const stateAt = (epoch: number): RunState => ({
      progress: { ...freshProgress(), epoch },
      values: { weights: new Float32Array(100), moments: [], best: null },
    });
    const file = new RunStateFile({ path }, { seed: "1" });
    for (const epoch of [1, 2]) await file.write(stateAt(epoch));
    const warnings = await warningsOf(async () => {
      for (const bytes of [0, 100, 500]) {
        using _ = fillAfter(bytes);
        await file.write(stateAt(3));
      }
    });
    assertEquals(warnings.length, 1);
    assert(warnings[0]!.startsWith(`Cannot write ${path}: ${FULL}`), warnings[0]);
    assertEquals(namesIn(folder), ["state", "state.before"]);
    const found = async () =>
      (await new RunStateFile({ path }, { seed: "1" }).read())!.progress.epoch;
    assertEquals(await found(), 2);
    await Deno.remove(path);
    assertEquals(await found(), 1);
  }));

Deno.test("ArrayFileWriter leaves nothing where the disk is full", () =>
  withFolder(async (folder) => {
    const path = `${folder}/a`;
    for (const bytes of [0, 10, 200]) {
      using _ = fillAfter(bytes);
      const write = async () => {
        const arrays = { x: { type: "U32", shape: [200] } } as const;
        using writer = await ArrayFileWriter.create(path, arrays, {});
        await writer.append("x", new Uint32Array(200));
        await writer.finish();
      };
      await assertRejects(write, Error, `Cannot write ${path}, which takes 1 MiB: ${FULL}`);
      assertEquals(namesIn(folder), []);
    }
  }));
