/** Small archives like the Open Graph Benchmark's, taken from file to predictions as a user does. */
import { loadDataset } from "../../graphs/catalogue/datasets.ts";
import { planted } from "../../graphs/planted/planted.ts";
import { readPredictions } from "../../training/files/predictions.ts";
import type { Row } from "../../training/row.ts";
import { assert, assertEquals } from "../assert.ts";
import { arxivTables, namesIn, ogbZip, proteinsTables } from "../graphs/ogb_archives.ts";
import { withFolder } from "../folder.ts";
import { wrongField } from "../reports/rows/wrong_field.ts";
import { assertSentence, changed, task } from "./task.ts";

const PROTEINS = planted({ nodes: 300, degree: 12, categories: 3, tasks: 5 });
const ARXIV = planted({ nodes: 300, degree: 4, edgeFeatures: 0, tasks: 40, classes: true });
const TINY = ["--layers", "2", "--channels", "8", "--epochs", "2"];

/** The last line of a task that must not fail. */
async function rowOf(name: string, args: string[]) {
  const { code, out, err } = await task(name, args);
  assertEquals(code, 0, err);
  return { row: JSON.parse(out), err };
}

Deno.test("ogbn-proteins: an archive, random parts, a checkpoint, views, predictions", async () => {
  await withFolder(async (folder) => {
    const [from, cache] = [`${folder}/proteins.zip`, `${folder}/cache`];
    const [save, npy] = [`${folder}/x.safetensors`, `${folder}/p.npy`];
    await Deno.writeFile(from, ogbZip("proteins", proteinsTables(PROTEINS)));
    const source = ["--from", from, "--cache", cache];
    const data = ["--dataset", "ogbn-proteins", ...source];
    const trained = await rowOf("train", [...data, ...TINY, "--parts", "10", "--save", save]);
    assert(trained.err.includes("warning: ogbn-proteins has 300 nodes, as published"), trained.err);
    const row: Row = trained.row;
    assertEquals([row.dataset, row.status, row.parts], ["ogbn-proteins", "trained", 10]);
    assertEquals([row.evaluateParts, wrongField(row)], [1, null]);
    assert(!JSON.stringify(row).includes(folder));
    const prepared = ["ogbn-proteins.lock", "ogbn-proteins.safetensors"];
    assertEquals(namesIn(cache), prepared);

    const views = ["--parts", "3", "--views", "4", "--predictions", npy];
    const evaluated = await rowOf("evaluate", ["--checkpoint", save, ...source, ...views]);
    assert(evaluated.err.includes("is there already, "), evaluated.err);
    const { parts, views: count, dataset, scores, parameters } = evaluated.row;
    assertEquals([parts, count, dataset, parameters], [3, 4, "ogbn-proteins", row.parameters]);
    for (const score of Object.values<number>(scores)) assert(score > 0 && score < 1);
    const logits = await readPredictions(npy);
    assertEquals([logits.rows, logits.cols], [300, 5]);
  });
});

Deno.test("ogbn-arxiv: RevGCN and RevGAT of an undirected graph with loops, or without", async () => {
  await withFolder(async (folder) => {
    const [from, cache, save] = [`${folder}/a.zip`, `${folder}/cache`, `${folder}/x.safetensors`];
    await Deno.writeFile(from, ogbZip("arxiv", arxivTables(ARXIV)));
    const data = ["--dataset", "ogbn-arxiv", "--from", from, "--cache", cache, ...TINY];
    const gcn = await rowOf("train", [...data, "--model", "rev-gnn", "--convolution", "gcn"]);
    const { name, metric, symmetric, selfLoops }: Row = gcn.row;
    assertEquals([name, metric, symmetric, selfLoops], [
      "RevGNN-GCN-8",
      "accuracy",
      null,
      null,
    ]);
    const usual = await loadDataset("ogbn-arxiv", { cache });
    assertEquals(usual.colIdx.length, ARXIV.colIdx.length + ARXIV.nodes);

    const rest = ["--optimiser", "rmsprop", "--loss", "log-epsilon", "--clip", "0"];
    const attention = [
      "--model",
      "rev-gat",
      "--layers",
      "3",
      "--channels",
      "12",
      "--labels",
      ...rest,
    ];
    const bare = ["--no-self-loops", "--no-symmetric", "--save", save];
    const gat: Row = (await rowOf("train", changed(data, ...attention, ...bare))).row;
    assertEquals([gat.model.kind, gat.model.labels, gat.loss], ["rev-gat", true, "log-epsilon"]);
    assertEquals([gat.symmetric, gat.selfLoops, wrongField(gat)], [false, false, null]);
    const { row } = await rowOf("evaluate", ["--checkpoint", save, "--cache", cache]);
    assertEquals([row.symmetric, row.selfLoops, row.scores], [false, false, gat.scores]);
  });
});

Deno.test("train --from leaves nothing of an archive that is broken, and starts clean", async () => {
  await withFolder(async (folder) => {
    const [from, cache] = [`${folder}/a.zip`, `${folder}/cache`];
    const whole = ogbZip("proteins", proteinsTables(PROTEINS));
    const args = ["--dataset", "ogbn-proteins", "--from", from, "--cache", cache, ...TINY];
    await Deno.writeFile(from, whole.subarray(0, whole.length / 2));
    const { code, out, err } = await task("train", args);
    assertEquals([code, out], [1, ""]);
    const said = err.trim().split("\n").at(-1)!;
    assert(said.includes(`Cannot read ${from} as it is no whole zip archive`), said);
    assertEquals(namesIn(cache), ["ogbn-proteins.lock"]);
    await Deno.writeFile(from, whole);
    assertEquals((await rowOf("train", args)).row.status, "trained");
  });
});

for (
  const [args, words] of [
    [["--dataset", "planted", "--from", "a.zip"], "Cannot use --from with planted: only ogbn-"],
    [
      ["--dataset", "ogbn-products", "--symmetric"],
      "only .npz files, folders of tables, minesweeper, tolokers, cora, citeseer and ogbn-arxiv",
    ],
    [["--dataset", "ogbn-arxiv", "--features", "9"], "Cannot use --features with ogbn-arxiv: only"],
  ] as const
) {
  Deno.test(`train ${args.join(" ")} is a wrong call`, async () => {
    assertSentence(await task("train", [...args]), 2, words);
  });
}

Deno.test("train adds no loops to edges with features", async () => {
  const call = ["--dataset", "planted", "--self-loops"];
  assertSentence(await task("train", call), 1, "Cannot add self-loops to planted as a loop would");
});
