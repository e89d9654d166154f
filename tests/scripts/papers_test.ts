/** ogbn-papers100M's layout, small, taken from its folder to scores as a user does. */
import { readPredictions } from "../../training/files/predictions.ts";
import type { Row } from "../../training/row.ts";
import { assert, assertEquals } from "../assert.ts";
import { withFolder } from "../folder.ts";
import { LABELLED, NAME, writePapers } from "../graphs/papers_folders.ts";
import { wrongField } from "../reports/rows/wrong_field.ts";
import { task } from "./task.ts";

const TINY = ["--layers", "2", "--channels", "8", "--epochs", "2"];

async function outOf(name: string, args: string[]): Promise<string> {
  const { code, out, err } = await task(name, args);
  assertEquals(code, 0, err);
  return out;
}

/** Calls a task whose last line must say this; a note on labels may stand before it. */
async function refuses(name: string, args: string[], words: string): Promise<void> {
  const { code, out, err } = await task(name, args);
  const said = err.trim().split("\n").at(-1)!;
  assert(said.startsWith(`error: ${words}`), err);
  assertEquals([code, out], [1, ""]);
}

Deno.test(`${NAME}: a folder, random parts, a checkpoint, scores, predictions of what is labelled`, () =>
  withFolder(async (folder) => {
    const [cache, save, npy] = [`${folder}/cache`, `${folder}/x.safetensors`, `${folder}/p.npy`];
    await writePapers(folder, {});
    const prepared = await outOf("data", [NAME, "--from", folder, "--cache", cache]);
    assert(prepared.startsWith(`${NAME} is prepared: ${cache}/${NAME}.safetensors, `), prepared);
    const data = ["--dataset", NAME, "--cache", cache, ...TINY];
    const by = ["--parts", "3", "--save", save, "--predictions", npy];
    const row: Row = JSON.parse(await outOf("train", [...data, ...by]));
    const { dataset, status, parts, evaluateParts, metric } = row;
    assertEquals([dataset, status, parts, evaluateParts], [NAME, "trained", 3, 3]);
    assertEquals([metric, wrongField(row)], ["accuracy", null]);
    assertEquals((await readPredictions(npy)).rows, LABELLED.length);
    const scored = await outOf("evaluate", ["--checkpoint", save, "--cache", cache]);
    assertEquals([JSON.parse(scored).parts, JSON.parse(scored).data], [3, row.data]);
    const whole = "as a whole: only random parts of it are read from ";
    await refuses("train", data, `Cannot train on ${NAME} ${whole}`);
    const one = ["--checkpoint", save, "--cache", cache, "--parts", "1"];
    await refuses("evaluate", one, `Cannot predict ${NAME} ${whole}`);
    const loops = [...data, "--parts", "3", "--self-loops"];
    await refuses("train", loops, `Cannot read ${NAME} with selfLoops`);
    const standardised = [...data, "--parts", "3", "--standardise"];
    await refuses("train", standardised, `Cannot read ${NAME} with standardise`);
  }));
