/** `deno task data` as a user calls it, and training on what it has prepared. */
import { planted } from "../../graphs/planted/planted.ts";
import type { Row } from "../../training/row.ts";
import { assert, assertEquals } from "../assert.ts";
import config from "../../deno.json" with { type: "json" };
import { serve } from "../graphs/http_server.ts";
import { BENCHMARK, HETEROPHILOUS } from "../graphs/npz_fixtures.ts";
import { array, npz } from "../graphs/npz_writer.ts";
import { members, namesIn, ogbZip, proteinsTables } from "../graphs/ogb_archives.ts";
import { withFolder } from "../folder.ts";
import { wrongField } from "../reports/rows/wrong_field.ts";
import { assertSentence, changed, ROOT, SMALL, task, throughProxy } from "./task.ts";

/** An archive of ogbn-proteins' layout, and a folder to keep it in. */
async function withProteins(use: (archive: string, cache: string) => Promise<void>): Promise<void> {
  const graph = planted({ nodes: 300, degree: 10, categories: 3, tasks: 4 });
  await withFolder(async (folder) => {
    await Deno.writeFile(`${folder}/a.zip`, ogbZip("proteins", proteinsTables(graph)));
    await use(`${folder}/a.zip`, `${folder}/cache`);
  });
}

Deno.test("data prepares an archive and lists it, then train learns from it", async () => {
  await withProteins(async (archive, cache) => {
    const dataset = ["--dataset", "ogbn-proteins", "--cache", cache];
    const early = await task("train", changed(SMALL, ...dataset));
    assertSentence(early, 1, "is not there: run deno task data ogbn-proteins");
    const prepare = ["ogbn-proteins", "--from", archive];
    const { code, out, err } = await task("data", [...prepare, "--cache", cache]);
    assertEquals(code, 0, err);
    const path = `${cache}/ogbn-proteins.safetensors`;
    assert(out.startsWith(`ogbn-proteins is prepared: ${path}, `), out);
    assert(err.startsWith("warning: ") && err.includes("others have measured 1cd3113d"), err);
    const again = await task("data", prepare, { REVGNN_CACHE: cache });
    assert(again.out.startsWith("ogbn-proteins is there already"), again.out);
    const list = await task("data", ["--cache", cache]);
    assertEquals(list.out.trim().split("\n").length, 9);
    assert(list.out.includes(path) && list.out.includes("not here: deno task data ogbn-arxiv"));
    const trained = await task("train", changed(SMALL, ...dataset));
    assertEquals(trained.code, 0, trained.err);
    const row: Row = JSON.parse(trained.out);
    assertEquals([row.dataset, row.status, wrongField(row)], ["ogbn-proteins", "trained", null]);
    assert(!JSON.stringify(row).includes(cache));
  });
});

Deno.test("train --from another file than what is prepared prepares anew, and rows tell data apart", async () => {
  await withFolder(async (folder) => {
    const cache = `${folder}/cache`;
    const [a, b, copy] = ["a.zip", "b.zip", "copy.zip"].map((name) => `${folder}/${name}`);
    const tables = (seed: number) =>
      proteinsTables(planted({ nodes: 300, degree: 10, categories: 3, tasks: 4, seed }));
    await Deno.writeFile(a!, ogbZip("proteins", tables(1)));
    await Deno.writeFile(b!, ogbZip("proteins", tables(2)));
    await Deno.copyFile(a!, copy!);
    // As they were unpacked: the folder of the archive, and the one around it.
    for (const [name, table] of Object.entries(members("proteins", tables(2)))) {
      const path = `${folder}/unpacked/${name}`;
      await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
      await Deno.writeFile(path, table);
    }
    const dataset = ["--dataset", "ogbn-proteins", "--cache", cache, "--epochs", "1"];
    const train = async (...from: string[]) => {
      const { code, out, err } = await task("train", changed(SMALL, ...dataset, ...from));
      assertEquals(code, 0, err);
      const row: Row = JSON.parse(out);
      assertEquals(wrongField(row), null);
      const anew = err.includes("is not known to come from");
      return { data: row.data!, anew, there: err.includes("is there already, prepared from") };
    };
    const [ofA, ofB] = [await train("--from", a!), await train("--from", b!)];
    assertEquals([ofA.anew, ofB.anew, ofA.data === ofB.data], [false, true, false]);
    assertEquals(await train(), { data: ofB.data, anew: false, there: false });
    assertEquals(await train("--from", b!), { data: ofB.data, anew: false, there: true });
    assertEquals(await train("--from", copy!), { data: ofA.data, anew: true, there: false });
    assertEquals(await train("--from", a!), { data: ofA.data, anew: false, there: true });
    const unpacked = `${folder}/unpacked`;
    assertEquals(await train("--from", unpacked), { data: ofB.data, anew: true, there: false });
    const inner = await train("--from", `${unpacked}/proteins`);
    assertEquals(inner, { data: ofB.data, anew: false, there: true });
  });
});

Deno.test("data --from another file than what is prepared keeps that where the other is broken", async () => {
  await withProteins(async (archive, cache) => {
    const data = (from: string) =>
      task("data", ["ogbn-proteins", "--from", from, "--cache", cache]);
    assertEquals((await data(archive)).code, 0);
    const path = `${cache}/ogbn-proteins.safetensors`;
    const before = await Deno.readFile(path);
    await Deno.writeTextFile(`${cache}/b.zip`, "no archive");
    const { code, err } = await data(`${cache}/b.zip`);
    assertEquals(code, 1, err);
    assert(err.includes(`note: ${path} is not known to come from ${cache}/b.zip`), err);
    assert(err.includes("it is no whole zip archive"), err);
    assertEquals(await Deno.readFile(path), before);
    // What is prepared is damaged: of no known origin.
    await Deno.writeFile(path, before.subarray(0, -4));
    assertEquals((await data(archive)).code, 0);
    assertEquals(await Deno.readFile(path), before);
    const missing = await data(`${cache}/none.zip`);
    assertSentence(missing, 1, `Cannot read ${cache}/none.zip as there is no such file`);
  });
});

Deno.test("data leaves nothing half-written where the disk is full", async () => {
  await withProteins(async (archive, cache) => {
    // A limit on the size of files, 8 blocks of 512 bytes, with its signal ignored: the write fails.
    const limited = `trap '' XFSZ; ulimit -f 8; exec deno run --quiet --no-prompt --allow-read ` +
      `--allow-write --allow-env scripts/data.ts ogbn-proteins --from ${archive} --cache ${cache}`;
    const command = new Deno.Command("sh", { args: ["-c", limited], cwd: ROOT });
    const { code, stderr } = await command.output();
    const said = new TextDecoder().decode(stderr).trim().split("\n").at(-1)!;
    assertEquals(code, 1, said);
    const words = `Cannot write ${cache}/ogbn-proteins.safetensors, which takes 1 MiB: `;
    assert(said.includes(words), said);
    assertEquals(namesIn(cache), ["ogbn-proteins.lock"]);
    const { out } = await task("data", ["ogbn-proteins", "--from", archive, "--cache", cache]);
    assert(out.startsWith("ogbn-proteins is prepared"), out);
  });
});

Deno.test("data speaks to the publisher's host alone, unless a person allows another", async () => {
  await withProteins(async (archive, cache) => {
    await using server = serve(await Deno.readFile(archive));
    const args = ["ogbn-proteins", "--cache", cache, "--url", server.url];
    const { host } = new URL(server.url);
    const refused = await task("data", args);
    const run = config.tasks.data.command.replace(/--allow-net=\S+/, `--allow-net=${host}`);
    assertSentence(refused, 1, `Cannot download from ${host} as the task may speak to`);
    assert(refused.err.includes(`${run} ${args.join(" ")}`), refused.err);
    assertEquals(server.ranges, []);
    const allowed = new Deno.Command("deno", {
      args: [...run.split(" ").slice(1), ...args],
      cwd: ROOT,
    });
    const { code, stderr } = await allowed.output();
    assertEquals(code, 0, new TextDecoder().decode(stderr));
    assertEquals(server.ranges, [""]);
    assertEquals(namesIn(cache), ["ogbn-proteins.lock", "ogbn-proteins.safetensors"]);
  });
});

Deno.test("data does not follow the publisher's server to another host", async () => {
  await withFolder(async (cache) => {
    // A proxy is asked for every host, and answers as the publisher's server.
    await using server = serve(new Uint8Array(9), { redirect: () => "http://elsewhere.org/a.zip" });
    const { origin } = new URL(server.url);
    const url = "http://snap.stanford.edu/a.zip";
    const args = ["ogbn-arxiv", "--cache", cache, "--url", url];
    const refused = await task("data", args, throughProxy(origin));
    const words =
      `Cannot download ${url}: the server redirects it to http://elsewhere.org, which was`;
    assertSentence(refused, 1, words);
    assertEquals([server.ranges.length, namesIn(cache)], [1, ["ogbn-arxiv.lock"]]);
  });
});

Deno.test("data takes the published file alone for a named graph of arrays", async () => {
  await withFolder(async (cache) => {
    const from = `${cache}/own.npz`;
    await Deno.writeFile(from, npz(HETEROPHILOUS));
    const refused = await task("data", ["minesweeper", "--from", from, "--cache", cache]);
    assertSentence(refused, 1, `Cannot take ${from} as minesweeper: expected SHA-256 e664c8da`);
    assertEquals(namesIn(cache), ["minesweeper.lock", "own.npz"]);
    const list = await task("data", ["--cache", cache]);
    assert(
      list.out.includes("10,000 nodes        39,402 edges  not here: deno task data minesweeper"),
    );
    await Deno.rename(from, `${cache}/minesweeper.npz`);
    const again = await task("data", ["minesweeper", "--cache", cache]);
    assert(again.out.startsWith("minesweeper is there already"), again.out + again.err);
  });
});

Deno.test("train and evaluate read a fetched graph by its name, which rows bear", async () => {
  await withFolder(async (cache) => {
    const dataset = (name: string) => changed(SMALL, "--dataset", name, "--cache", cache);
    const early = await task("train", dataset("minesweeper"));
    assertSentence(early, 1, "minesweeper.npz is not there: run deno task data minesweeper");
    await Deno.writeFile(`${cache}/minesweeper.npz`, npz(HETEROPHILOUS));
    const labels = array("<i8", [5], [0, 1, 2, 0, 1]);
    await Deno.writeFile(`${cache}/cora.npz`, npz({ ...BENCHMARK, labels }));
    const save = `${cache}/x.safetensors`;
    const rowOf = async (name: string, args: string[]): Promise<Row> => {
      const { code, out, err } = await task(name, args);
      assertEquals(code, 0, err);
      return JSON.parse(out);
    };
    const row = await rowOf("train", [...dataset("minesweeper"), "--split", "1", "--symmetric"]);
    assertEquals([row.dataset, row.split, row.symmetric], ["minesweeper", 1, null]);
    assertEquals([JSON.stringify(row).includes(cache), wrongField(row)], [false, null]);
    const directed = await rowOf("train", [...dataset("cora"), "--no-symmetric", "--save", save]);
    assertEquals([directed.dataset, directed.symmetric], ["cora", false]);
    const scored = await rowOf("evaluate", ["--checkpoint", save, "--cache", cache]);
    assertEquals([scored.dataset, scored.symmetric], ["cora", false]);
    assertEquals(scored.scores, directed.scores);
  });
});

Deno.test("data --describe tells what any graph is like, as text, as a page and as numbers", async () => {
  await withFolder(async (folder) => {
    await Deno.writeFile(`${folder}/a.npz`, npz(HETEROPHILOUS));
    const { code, out, err } = await task("data", [`${folder}/a.npz`, "--describe"]);
    assertEquals(code, 0, err);
    for (const heading of ["baselines", "degrees", "nodes by edges to them", "labels"]) {
      assert(out.includes(`\n\n${heading}\n`), out);
    }
    assert(out.startsWith(`${folder}/a.npz\n  nodes          6\n`), out);
    const planted = ["planted", "--describe", "--planted-nodes", "80"];
    const page = await task("data", [...planted, "--out", `${folder}/a.html`]);
    assertEquals(page.code, 0, page.err);
    const html = await Deno.readTextFile(`${folder}/a.html`);
    assert(html.includes("deno task data planted --describe --planted-nodes 80 --out"), html);
    await task("data", [...planted, "--out", `${folder}/a.json`]);
    const { nodes, baselines } = JSON.parse(await Deno.readTextFile(`${folder}/a.json`));
    assertEquals([nodes, baselines.length], [80, 5]);
    await Deno.writeFile(`${folder}/minesweeper.npz`, npz(HETEROPHILOUS));
    const fetched = await task("data", ["minesweeper", "--describe", "--cache", folder]);
    assert(fetched.out.startsWith("minesweeper\n"), fetched.out);
    assert(fetched.err.includes("minesweeper is there already"), fetched.err);
  });
});

for (
  const [args, words] of [
    [["planted"], "Cannot prepare planted: only ogbn-proteins"],
    [["planted", "--planted-nodes", "9"], "Cannot use --planted-nodes without --describe"],
    [["ogbn-arxiv", "--out", "a.html"], "Cannot use --out without --describe"],
    [["--describe"], "Cannot use --describe without a data set: name one of wordnet-frames"],
    [
      ["ogbn-papers100M", "--describe"],
      "Cannot use --describe with ogbn-papers100M: its graph stays in its file, expected one that fits in",
    ],
    [["planted", "--describe", "--out", "a.txt"], "name a page by .html, or numbers by .json"],
    [["ogbn-protein"], "did you mean ogbn-proteins?"],
    [["ogbn-arxiv", "ogbn-products"], 'Cannot use "ogbn-products"'],
    [["--from", "a.zip"], "Cannot use --from without a data set: name one of ogbn-proteins"],
    [["ogbn-arxiv", "--from", "a.zip", "--url", "https://a.org/"], "Cannot use --from with --url"],
    [["ogbn-arxiv", "--url", "a.zip"], "Cannot use --url a.zip: it must be an address"],
    [["ogbn-arxiv", "--url", "ftp://a.org/"], "it must begin with https:// or http://"],
  ] as const
) {
  Deno.test(`data ${args.join(" ")} is a wrong call`, async () => {
    await withFolder(async (REVGNN_CACHE) => {
      assertSentence(await task("data", [...args], { REVGNN_CACHE }), 2, words);
    });
  });
}
