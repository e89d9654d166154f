/** `deno task ensemble`, called as a user calls it. */
import { planted } from "../../graphs/planted/planted.ts";
import { readPredictions, writePredictions } from "../../training/files/predictions.ts";
import { scoresOf } from "../../training/steps/metrics.ts";
import { assert, assertEquals } from "../assert.ts";
import { withFolder } from "../folder.ts";
import { random } from "../reference/matrix.ts";
import { assertSentence, changed, task } from "./task.ts";

const GRAPH = { nodes: 90, tasks: 3, classes: true } as const;
const CALL = [
  "--planted-classes",
  ...["--dataset", "planted", "--planted-nodes", "90", "--planted-tasks", "3"],
];
const graph = planted(GRAPH);

/** Logits that know something of the labels. */
function logitsOf(seed: number, share: number) {
  const noise = random(graph.nodes, 3, seed).data;
  const data = Float32Array.from(graph.labels.data, (label, at) => share * label + noise[at]!);
  return { data, rows: graph.nodes, cols: 3 };
}

async function withLogits(
  use: (folder: string, a: string, b: string) => Promise<void>,
): Promise<void> {
  await withFolder(async (folder) => {
    const [a, b] = [`${folder}/a.npy`, `${folder}/b.npy`];
    await writePredictions(a, logitsOf(1, 1));
    await writePredictions(b, logitsOf(2, 0.5));
    await use(folder, a, b);
  });
}

Deno.test("ensemble scores the weighted mean of logits, and writes it", async () => {
  await withLogits(async (folder, a, b) => {
    const out = `${folder}/mean.npy`;
    const result = await task("ensemble", [a, b, "--weights", "2", "1", ...CALL, "--out", out]);
    assertEquals(result.code, 0, result.err);
    const row = JSON.parse(result.out);
    const [one, other] = [logitsOf(1, 1), logitsOf(2, 0.5)];
    const data = one.data.map((value, at) => (2 * value + other.data[at]!) / 3);
    assertEquals(row.scores, scoresOf({ ...one, data }, graph));
    assertEquals([row.predictions, row.weights, row.metric], [[a, b], [2, 1], "accuracy"]);
    assertEquals((await readPredictions(out)).data, data);
    for (const [path, logits] of [[a, one], [b, other]] as const) {
      const said = `${path}: test accuracy ${scoresOf(logits, graph).test.toFixed(4)}`;
      assert(result.err.includes(said), result.err);
    }
    const even = await task("ensemble", [a, b, ...CALL]);
    assertEquals(JSON.parse(even.out).weights, [1, 1]);
  });
});

Deno.test("ensemble answers wrong calls with a sentence", async () => {
  await withLogits(async (folder, a, b) => {
    const refuses = async (args: string[], code: number, words: string) =>
      assertSentence(await task("ensemble", changed(CALL, ...args)), code, words);
    await refuses([], 2, "Cannot score an ensemble of nothing: name files of logits");
    await refuses(
      [a, b, "--weights", "1"],
      2,
      "Cannot weigh 2 files by 1 weights: expected one each",
    );
    await refuses([a, b, "--weights", "0", "0"], 2, "Cannot weigh files by 0, 0");
    // Of sum -1, and of sum 1.
    await refuses([a, b, "--weights", "1,-2"], 2, "Cannot weigh files by 1, -2");
    await refuses([a, b, "--weights", "2,-1"], 2, "Cannot weigh files by 2, -1");
    const infinite = "expected none below 0, one above, and a finite sum";
    await refuses([a, b, "--weights", "1,1e999"], 2, infinite);
    await refuses([a, b, "--weights", "1e308,1e308"], 2, infinite);
    const astray = logitsOf(3, 1);
    astray.data[4] = Infinity;
    await writePredictions(`${folder}/c.npy`, astray);
    const words =
      `Cannot average ${folder}/c.npy as it has Infinity at [1, 1]: expected finite logits`;
    await refuses([`${folder}/c.npy`, a], 1, words);
    await refuses(
      [a, b, "--weights", "x"],
      2,
      "--weights x: it must be numbers, with commas or blanks",
    );
    await refuses([`${folder}/no.npy`], 1, "no.npy as there is no such file");
    await refuses([a, "--planted-nodes", "80"], 1, "it has the shape (90, 3), expected (80, 3)");
  });
});
