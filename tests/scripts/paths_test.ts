/** Files that calls name: where tasks look for them and write them, and which calls are refused first. */
import { memoryVsDepth } from "../../experiments/memory_vs_depth.ts";
import { appendRow, rowsPath } from "../../reports/rows/rows.ts";
import { npzGraph } from "../../graphs/npz/npz_graph.ts";
import type { Row } from "../../training/row.ts";
import { run } from "../../training/runs/run.ts";
import { runSettings } from "../../training/settings.ts";
import { assert, assertEquals } from "../assert.ts";
import { HETEROPHILOUS } from "../graphs/npz_fixtures.ts";
import { npz } from "../graphs/npz_writer.ts";
import { namesIn } from "../graphs/ogb_archives.ts";
import { withFolder } from "../folder.ts";
import { fixtureRow } from "../reports/fixture_rows.ts";
import { assertSentence, changed, ROOT, SMALL, task, taskFrom } from "./task.ts";

/** What a call of ONE sets. */
const SETTINGS = runSettings({
  experiment: "train",
  name: "RevGNN-8",
  scale: "own",
  dataset: "",
  model: { kind: "rev-gnn", layers: 2, channels: 8, dropout: 0.1 },
  epochs: 1,
});
const ONE = changed(SMALL.slice(2), "--epochs", "1");

Deno.test("tasks take paths as relative to the folder they are called from", async () => {
  await withFolder(async (folder) => {
    await Deno.mkdir(`${folder}/sub`);
    await Deno.writeFile(`${folder}/g.npz`, npz(HETEROPHILOUS));
    const files = ["--dataset", "../g.npz", "--save", "b.safetensors", "--predictions=new/p.npy"];
    const trained = await taskFrom(`${folder}/sub`, "train", [...ONE, ...files]);
    assertEquals(trained.code, 0, trained.err);
    assertEquals(namesIn(`${folder}/sub`), ["b.safetensors", "new"]);
    assertEquals(namesIn(`${folder}/sub/new`), ["p.npy"]);
    const row: Row = JSON.parse(trained.out);
    assertEquals(row.dataset, `${folder}/g.npz`);

    // The checkpoint says where its graph is, whoever calls from wherever.
    const call = ["--checkpoint", "sub/b.safetensors", "--predictions", "p.npy"];
    const scored = await taskFrom(folder, "evaluate", call);
    assertEquals(scored.code, 0, scored.err);
    assertEquals(JSON.parse(scored.out).scores, row.scores);
    assertEquals(
      await Deno.readFile(`${folder}/p.npy`),
      await Deno.readFile(`${folder}/sub/new/p.npy`),
    );
    const more = ["--dataset", "g.npz", "--init", "sub/b.safetensors", "--teacher", "p.npy"];
    const started = await taskFrom(folder, "train", [...ONE, ...more]);
    assertEquals(started.code, 0, started.err);

    await Deno.rename(`${folder}/g.npz`, `${folder}/h.npz`);
    const moved = await taskFrom(folder, "evaluate", call);
    assertSentence(
      moved,
      1,
      `Cannot read ${folder}/g.npz as there is no such file: it was trained`,
    );
    const named = await taskFrom(folder, "evaluate", [...call, "--dataset", "h.npz"]);
    assertEquals(named.code, 0, named.err);
  });
});

Deno.test("data, report and reproduce keep what they write in the caller's folder", async () => {
  await withFolder(async (folder) => {
    await Deno.writeFile(`${folder}/own.npz`, npz(HETEROPHILOUS));
    const refused = await taskFrom(folder, "data", ["cora", "--from", "own.npz", "--cache", "c"]);
    assertSentence(refused, 1, `Cannot take ${folder}/own.npz as cora: `);
    assertEquals(namesIn(`${folder}/c`), ["cora.lock"]);
    for (const run of memoryVsDepth.scales.quick) {
      await appendRow(rowsPath(`${folder}/own`, "quick", run.experiment), fixtureRow(run));
    }
    const drawn = await taskFrom(folder, "report", ["--rows", "own", "--out", "pages"]);
    assertEquals(drawn.code, 0, drawn.err);
    assert(drawn.out.startsWith(`${folder}/pages/quick/index.html\n`), drawn.out);
    const only = ["--only", "memory_vs_depth", "--out", "own"];
    const again = await taskFrom(folder, "reproduce", only);
    assertEquals(again.code, 0, again.err);
    assert(again.out.includes(`${folder}/own/quick/memory_vs_depth.html`), again.out);
  });
});

Deno.test("data takes an archive that is unpacked in the cache itself", async () => {
  await withFolder(async (cache) => {
    const call = ["ogbn-proteins", "--from", cache, "--cache", cache];
    assertSentence(await task("data", call), 1, "num-node-list.csv.gz is missing");
  });
});

Deno.test("train --resume goes on though its graph has moved, by the path of another folder", async () => {
  await withFolder(async (folder) => {
    await Deno.mkdir(`${folder}/sub`);
    await Deno.writeFile(`${folder}/g.npz`, npz(HETEROPHILOUS));
    const [path, dataset] = [`${folder}/state`, `${folder}/g.npz`];
    await run({ ...SETTINGS, dataset }, await npzGraph(dataset), {}, { resume: { path } });
    await Deno.rename(`${folder}/g.npz`, `${folder}/sub/h.npz`);
    const call = [...ONE, "--dataset", "h.npz", "--resume", "../state"];
    const resumed = await taskFrom(`${folder}/sub`, "train", call);
    assertEquals(resumed.code, 0, resumed.err);
    assert(resumed.err.includes(`Goes on from ${path}: 1 of 1 epochs done`), resumed.err);
  });
});

Deno.test("train takes the cache that the environment names as relative to the caller's folder", async () => {
  await withFolder(async (folder) => {
    const env = { REVGNN_CACHE: "c", INIT_CWD: folder };
    const { err } = await task("train", [...ONE, "--dataset", "cora"], env);
    assert(err.includes(`${folder}/c/cora.npz is not there`), err);
  });
});

Deno.test("two flags for one file are a wrong call, before anything is read or written", async () => {
  await withFolder(async (folder) => {
    const [x, link, hard] = ["x", "link", "hard"].map((name) => `${folder}/${name}`) as [
      ...[string, string, string],
    ];
    await Deno.writeTextFile(x, "as it was");
    await Deno.symlink("x", link);
    await Deno.link(x, hard);
    await Deno.symlink("none", `${folder}/dangling`);
    const train = (...args: string[]) => task("train", [...ONE, "--dataset", "/none.npz", ...args]);
    const calls: [Promise<{ code: number; out: string; err: string }>, string][] = [
      [train("--save", x, "--resume", `${folder}/./x`), "--save and --resume"],
      [train("--save", x, "--predictions", link), "--predictions and --save"],
      [train("--predictions", hard, "--resume", link), "--predictions and --resume"],
      [train("--init", x, "--save", hard), "--save and --init"],
      [train("--teacher", link, "--predictions", x), "--predictions and --teacher"],
      [train("--save", `${folder}/none`, "--resume", `${folder}/dangling`), "--save and --resume"],
      [train("--save", "/none.npz"), "--dataset and --save"],
      [
        task("train", ["--dataset", "cora", "--cache", folder, "--save", `${folder}/cora.npz`]),
        "--dataset and --save",
      ],
      [task("evaluate", ["--checkpoint", x, "--predictions", link]), "--checkpoint and"],
    ];
    for (const [result, flags] of calls) {
      assertSentence(await result, 2, `Cannot use ${flags}`);
    }
    assertEquals(await Deno.readTextFile(x), "as it was");
    assertEquals(namesIn(folder), ["dangling", "hard", "link", "x"]);
  });
});

Deno.test("evaluate writes no predictions over the graph that its checkpoint names", async () => {
  await withFolder(async (folder) => {
    const [graph, save] = [`${folder}/g.npz`, `${folder}/b.safetensors`];
    const before = npz(HETEROPHILOUS); // a zip bears the time
    await Deno.writeFile(graph, before);
    const trained = await task("train", [...ONE, "--dataset", graph, "--save", save]);
    assertEquals(trained.code, 0, trained.err);
    const refused = await task("evaluate", ["--checkpoint", save, "--predictions", graph]);
    assertSentence(refused, 2, "Cannot use --dataset and --predictions for one place");
    assertEquals(await Deno.readFile(graph), before);
  });
});

Deno.test("train refuses a place it cannot write to before it reads anything", async () => {
  await withFolder(async (folder) => {
    await Deno.symlink("b", `${folder}/a`);
    await Deno.symlink("a", `${folder}/b`);
    const long = `${folder}/${"x".repeat(250)}`; // its part would have a longer name yet
    const places: [string, string][] = [
      [folder, `Cannot write ${folder} as it is a folder: name a file in it with --`],
      ["/proc/best", "Cannot write to /proc: "],
      ["/dev/null", "Cannot write /dev/null as it is no regular file: name another with --"],
      [`${folder}/a`, "as its symbolic links lead round in a circle"],
      [long, `Cannot write to ${folder}: File name too long`],
    ];
    const results = await Promise.all(
      places.flatMap(([path, words]) =>
        ["save", "predictions", "resume"].map(async (flag) => {
          const call = [...ONE, "--dataset", "/none.npz", `--${flag}`, path];
          return [await task("train", call), words] as const;
        })
      ),
    );
    for (const [result, words] of results) assertSentence(result, 1, words);
    assertEquals(namesIn(folder), ["a", "b"]);
  });
});

Deno.test("train follows a symbolic link to the file that it writes, there or not", async () => {
  await withFolder(async (folder) => {
    await Deno.mkdir(`${folder}/disk`);
    await Deno.writeTextFile(`${folder}/disk/old`, "of before");
    await Deno.symlink("disk/old", `${folder}/save`);
    await Deno.symlink("disk/new/logits", `${folder}/predictions`);
    await Deno.symlink("disk/state", `${folder}/resume`);
    const names = ["save", "predictions", "resume"];
    const files = names.flatMap((name) => [`--${name}`, `${folder}/${name}`]);
    const { code, err } = await task("train", changed(SMALL, "--epochs", "1", ...files));
    assertEquals(code, 0, err);
    for (const name of names) assert((await Deno.lstat(`${folder}/${name}`)).isSymlink, name);
    assertEquals(namesIn(`${folder}/disk`), ["new", "old"]); // the state is gone
    assert((await Deno.stat(`${folder}/save`)).size > 1000);
    assertEquals(namesIn(`${folder}/disk/new`), ["logits"]);
  });
});

/** Flags of texts: an address, another program's call, and folders or revisions, which are resolved later. */
const TEXTS = ["data.ts url", "train.ts official", "bench.ts compare"];

Deno.test("every flag of a path is declared as one", async () => {
  for await (const { name } of Deno.readDir(new URL("scripts", ROOT))) {
    if (!name.endsWith(".ts")) continue;
    const text = await Deno.readTextFile(new URL(`scripts/${name}`, ROOT));
    for (const [, flag] of text.matchAll(/^ +(\w+): \{\s+type: "string"/gm)) {
      assert(TEXTS.includes(`${name} ${flag}`), `${name} ${flag}`);
    }
  }
});
