/** Node features of one's own, in tasks called as a user calls them. */
import { writeNpy } from "../../graphs/files/npy.ts";
import { commandOf } from "../../reports/pages/command.ts";
import { settingsOfCall } from "../../scripts/train.ts";
import type { Row } from "../../training/row.ts";
import { assert, assertEquals } from "../assert.ts";
import { withFolder } from "../folder.ts";
import { random } from "../reference/matrix.ts";
import { assertSentence, SMALL, task } from "./task.ts";

const NODES = 2000;

/** An `.npy` of random features. */
async function writeFeatures(path: string, cols: number, seed: number): Promise<void> {
  const data = Float32Array.from(random(NODES, cols, seed).data);
  await Deno.writeFile(path, writeNpy({ data, rows: NODES, cols }));
}

Deno.test("train and evaluate take node features of files, and a row names them", async () => {
  await withFolder(async (folder) => {
    const [a, b, save] = ["a.npy", "b.npy", "best.safetensors"].map((name) => `${folder}/${name}`);
    await writeFeatures(a!, 7, 1);
    await writeFeatures(b!, 4, 2);
    const files = ["--node-features", `${a},${b}`];
    const trained = await task("train", [...SMALL, ...files, "--save", save!]);
    assertEquals(trained.code, 0, trained.err);
    const row: Row = JSON.parse(trained.out);
    assertEquals(row.nodeFeatures, [a!, b!]);
    const plain: Row = JSON.parse((await task("train", SMALL)).out);
    assert(plain.data !== row.data && plain.parameters !== row.parameters);

    const score = async (expected: string, ...args: string[]) => {
      const { code, out, err } = await task("evaluate", ["--checkpoint", save!, ...args]);
      assertEquals([code, err], [0, expected], err);
      return JSON.parse(out).scores;
    };
    const warning = (files: string, data: string) =>
      `warning: planted with node features of ${files} is not what ${save} was trained on: its data ` +
      `have the digest ${data}, expected ${row.data}; scores are of what is there now, evaluate what ` +
      "it was trained on or train it again\n";
    assertEquals(await score(""), row.scores);
    // Its own order of files, then another one, whose columns are others.
    assertEquals(await score("", ...files), row.scores);
    const other: Row = JSON.parse(
      (await task("train", [...SMALL, "--node-features", `${b},${a}`])).out,
    );
    const swapped = await score(warning(`${b}, ${a}`, other.data!), "--node-features", `${b},${a}`);
    assert(JSON.stringify(swapped) !== JSON.stringify(row.scores));
    // A file that has changed under its name.
    await writeFeatures(b!, 4, 3);
    const { data }: Row = JSON.parse((await task("train", [...SMALL, ...files])).out);
    const changed = await score(warning(`${a}, ${b}`, data!));
    assert(JSON.stringify(changed) !== JSON.stringify(row.scores));
    const short = await task("evaluate", ["--checkpoint", save!, "--node-features", a!]);
    assertSentence(short, 1, "the model needs [8, 7]");
    await Deno.rename(b!, `${b}.away`);
    const moved = await task("evaluate", ["--checkpoint", save!]);
    assertSentence(
      moved,
      1,
      `${b} as there is no such file: it was trained on, --node-features names`,
    );
    const astray = await task("evaluate", ["--checkpoint", save!, "--node-features", b!]);
    assertSentence(astray, 1, `Cannot read ${b} as there is no such file`);
    assert(!astray.err.includes("trained on"), astray.err);
  });
});

Deno.test("train refuses node features beside others, and says what a file lacks", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/a.npy`;
    await writeFeatures(path, 3, 1);
    assertSentence(
      await task("train", ["--dataset", "cora", "--features", "5", "--node-features", path]),
      2,
      "Cannot use --node-features with --features: features are either the data set's or those files'",
    );
    const few = [...SMALL, "--planted-nodes", "100", "--node-features", path];
    assertSentence(await task("train", few), 1, "it has 2000 rows, planted has 100 nodes");
    const absent = await task("train", [...SMALL, "--node-features", `${folder}/b.npy`]);
    assertSentence(absent, 1, `Cannot read ${folder}/b.npy as there is no such file`);
  });
});

Deno.test("commandOf() names node features with commas between them", () => {
  const settings = settingsOfCall(["--node-features", "/x/a.npy,/x/b.emb"]);
  const command = commandOf(settings)!;
  assert(command.includes("--node-features /x/a.npy,/x/b.emb"), command);
  assertEquals(settingsOfCall(command.split(" ").slice(3)).nodeFeatures, settings.nodeFeatures);
});
