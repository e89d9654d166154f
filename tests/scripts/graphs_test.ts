/** Tasks on graphs of people's own files, called as a user calls them. */
import type { Row } from "../../training/row.ts";
import { assert, assertEquals } from "../assert.ts";
import { type Arrays, without } from "../graphs/npz_fixtures.ts";
import { array, npz } from "../graphs/npz_writer.ts";
import { withFolder } from "../folder.ts";
import { wrongField } from "../reports/rows/wrong_field.ts";
import { assertSentence, changed, SMALL, task } from "./task.ts";

const NODES = 40;
const ids = Array.from({ length: NODES }, (_, i) => i);

/** A ring of nodes, labels 3 and 8 in turn; of five attributes two are frequent. */
const RING: Arrays = {
  adj_data: array("<f4", [NODES], ids.map((i) => 1 + i % 3)),
  adj_indices: array("<i4", [NODES], ids.map((i) => (i + 1) % NODES)),
  adj_indptr: array("<i4", [NODES + 1], [...ids, NODES]),
  adj_shape: array("<i8", [2], [NODES, NODES]),
  attr_matrix: array("<f4", [NODES, 5], ids.flatMap((i) => [0, 1 + i % 2, 0, 1, +(i === 0)])),
  labels: array("<i8", [NODES], ids.map((i) => i % 2 ? 8 : 3)),
};

async function withGraphs(
  graphs: Record<string, Arrays>,
  use: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    for (const [name, arrays] of Object.entries(graphs)) {
      await Deno.writeFile(`${folder}/${name}.npz`, npz(arrays));
    }
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("train says what labels and weights it takes otherwise, and scores two by ROC-AUC", async () => {
  await withGraphs({ ring: RING }, async (folder) => {
    const path = `${folder}/ring.npz`;
    const call = changed(SMALL, "--dataset", path, "--convolution");
    const [sage, gcn] = [
      await task("train", [...call, "sage"]),
      await task("train", [...call, "gcn"]),
    ];
    assertEquals([sage.code, gcn.code], [0, 0], sage.err + gcn.err);
    for (const { err } of [sage, gcn]) {
      assert(err.includes(`note: labels 3, 8 of ${path} are classes 0, 1`), err);
    }
    assert(sage.err.includes(`note: sage leaves out the edge weights of ${path}`), sage.err);
    assert(!gcn.err.includes("weights"), gcn.err);
    assertEquals((JSON.parse(gcn.out) as Row).metric, undefined);
  });
});

Deno.test("train makes features on request, says so otherwise, and evaluate makes the same", async () => {
  await withGraphs({ bare: without(RING, "attr_matrix"), ring: RING }, async (folder) => {
    const [bare, save] = [`${folder}/bare.npz`, `${folder}/a.safetensors`];
    const call = changed(SMALL, "--dataset", bare);
    const refused = await task("train", call);
    assertSentence(
      refused,
      1,
      "its nodes have no features: expected attr_* or attr_matrix, or --make",
    );
    const made = await task("train", [...call, "--make-features", "degree", "--save", save]);
    assertEquals(made.code, 0, made.err);
    const row: Row = JSON.parse(made.out);
    assertEquals([row.makeFeatures, wrongField(row)], ["degree", null]);
    const scored = await task("evaluate", ["--checkpoint", save]);
    assertEquals(JSON.parse(scored.out).scores, row.scores);
    const planted = await task("evaluate", ["--checkpoint", save, "--dataset", "planted"]);
    const words = "Cannot evaluate on planted what was trained with --make-features degree";
    assertSentence(planted, 2, words);
    const both = await task("train", [...call, "--make-features", "degree", "--features", "2"]);
    assertSentence(both, 2, "Cannot use --features with --make-features degree");
  });
});

Deno.test("evaluate takes the columns and the classes that the checkpoint was trained for", async () => {
  // The same features, and more of what nobody was trained on; labels of another class besides.
  const attr_matrix = array(
    "<f4",
    [NODES, 5],
    ids.flatMap((i) => [1, 1 + i % 2, 2, i % 4 && 1, 3]),
  );
  const same = ids.flatMap((i) => [0, 1 + i % 2, 0, 1, 0]);
  const more = ids.flatMap((i) => [4, 1 + i % 2, 4, 1, 4]);
  const graphs = {
    ring: { ...RING, attr_matrix: array("<f4", [NODES, 5], same) },
    more: { ...RING, attr_matrix: array("<f4", [NODES, 5], more) },
    wide: { ...RING, attr_matrix: array("<f4", [NODES, 6], [...same, ...ids]) },
    third: { ...RING, attr_matrix, labels: array("<i8", [NODES], ids.map((i) => i % 3)) },
  };
  await withGraphs(graphs, async (folder) => {
    const save = `${folder}/a.safetensors`;
    const call = ["--dataset", `${folder}/ring.npz`, "--features", "2", "--save", save];
    const trained = await task("train", changed(SMALL, ...call));
    assertEquals(trained.code, 0, trained.err);
    const evaluate = (name: string) =>
      task("evaluate", ["--checkpoint", save, "--dataset", `${folder}/${name}.npz`]);
    const other = await evaluate("more");
    assertEquals(JSON.parse(other.out).scores, JSON.parse(trained.out).scores, other.err);
    assertSentence(
      await evaluate("wide"),
      1,
      "has 6 columns: expected 5, as the model was trained",
    );
    assertSentence(
      await evaluate("third"),
      1,
      "expected one of 3, 8, which the model was trained for",
    );
  });
});

Deno.test("train names a part of a single class before it begins", async () => {
  const masks = (from: number, to: number) =>
    array("|b1", [1, NODES], ids.map((i) => +(i >= from && i < to)));
  const one = { ...RING, labels: array("<i8", [NODES], ids.map((i) => +(i % 2 > 0 && i < 30))) };
  const split = { train_mask: masks(0, 20), val_mask: masks(20, 30), test_mask: masks(30, NODES) };
  await withGraphs({ one: { ...one, ...split } }, async (folder) => {
    const result = await task("train", changed(SMALL, "--dataset", `${folder}/one.npz`));
    const words =
      "by ROC-AUC as its split's test has a single class: 10 nodes of label 0, 0 of label 1";
    assertSentence(result, 1, words);
  });
});

Deno.test("train and evaluate read a folder of tables, whose classes have names", async () => {
  await withFolder(async (folder) => {
    const names = ["low", "high", "middle"];
    const nodes = ids.map((i) => `n${i},${names[i % 3]},${i % 3},${i % 5}`);
    const edges = ids.map((i) => `n${i},n${(i + 3) % NODES}`);
    await Deno.writeTextFile(`${folder}/nodes.csv`, ["id,label,a,b", ...nodes].join("\n"));
    await Deno.writeTextFile(`${folder}/edges.csv`, ["source,target", ...edges].join("\n"));
    const [dataset, save] = [`${folder}/`, `${folder}/a.safetensors`];
    const call = changed(SMALL, "--dataset", dataset, "--symmetric");
    const refused = await task("train", [...call, "--predictions", `${folder}/nodes.csv`]);
    assertSentence(refused, 2, "Cannot use --dataset and --predictions for one place");
    const trained = await task("train", [...call, "--save", save]);
    assertEquals(trained.code, 0, trained.err);
    assert(trained.err.includes("note: labels high, low, middle of"), trained.err);
    const row: Row = JSON.parse(trained.out);
    assertEquals([row.dataset, row.symmetric, wrongField(row)], [dataset, true, null]);
    const scored = await task("evaluate", ["--checkpoint", save]);
    assertEquals(JSON.parse(scored.out).scores, row.scores);
    await Deno.writeTextFile(
      `${folder}/nodes.csv`,
      ["id,label,a,b", ...nodes].join("\n").replace("high", "huge"),
    );
    const other = await task("evaluate", ["--checkpoint", save]);
    assertSentence(other, 1, 'row 2, column "label" is huge: expected one of high, low, middle');
  });
});
