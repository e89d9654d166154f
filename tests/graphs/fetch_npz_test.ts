import { createHash } from "node:crypto";
import { loadDataset } from "../../graphs/catalogue/datasets.ts";
import { fetchAs, fetchDataset } from "../../graphs/catalogue/fetch_dataset.ts";
import { FETCHED_NAMES, publishedAs } from "../../graphs/published/fetched.ts";
import type { PublishedDataset } from "../../graphs/published/published.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";
import config from "../../deno.json" with { type: "json" };
import { serve } from "./http_server.ts";
import { BENCHMARK, HETEROPHILOUS } from "./npz_fixtures.ts";
import { npz } from "./npz_writer.ts";
import { namesIn } from "./ogb_archives.ts";
import { withFolder } from "../folder.ts";

const FILE = npz(HETEROPHILOUS);
/** A byte of the zip's directory is changed: of equal length. */
const OTHER = FILE.with(FILE.length - 30, FILE.at(-30)! ^ 1);

function publishedAt(url: string): PublishedDataset {
  const sha256 = createHash("sha256").update(FILE).digest("hex");
  return { url, bytes: FILE.length, sha256, nodes: 6, edges: 4 };
}

Deno.test("fetchDataset() downloads a graph of arrays, goes on where that broke, and does it once", async () => {
  await withFolder(async (cache) => {
    await using server = serve(FILE, { breakAfter: (k) => k === 0 ? 400 : undefined });
    const told: (number | undefined)[] = [];
    const options = { cache, pause: 1, onBytes: (done: number) => told.push(done) };
    const fetched = () => fetchAs("minesweeper", publishedAt(server.url), options);
    const path = `${cache}/minesweeper.npz`;
    assertEquals(await fetched(), { path, prepared: true });
    assertEquals([server.ranges, told.at(-1)], [["", "400-"], FILE.length]);
    assertEquals(namesIn(cache), ["minesweeper.lock", "minesweeper.npz"]);
    assertEquals(await Deno.readFile(path), FILE);
    assertEquals(await fetched(), { path, prepared: false });
    assertEquals(server.ranges.length, 2);
  });
});

Deno.test("fetchDataset() refuses what is not the published file, and leaves nothing of it", async () => {
  await withFolder(async (cache) => {
    const file = (k: number) => ({ bytes: k === 0 ? OTHER : FILE, tag: `"${k}"` });
    await using server = serve(FILE, { file });
    const fetched = () => fetchAs("tolokers", publishedAt(server.url), { cache, pause: 1 });
    const sentence = `Cannot take ${server.url} as tolokers: expected SHA-256 `;
    await assertRejects(fetched, SyntaxError, sentence);
    assertEquals(namesIn(cache), ["tolokers.lock"]);
    assertEquals((await fetched()).prepared, true);
    const longer = { ...publishedAt(server.url), bytes: FILE.length + 1 };
    const again = () => fetchAs("tolokers", longer, { cache, fresh: true });
    await assertRejects(again, Error, `it has ${FILE.length} bytes, expected ${FILE.length + 1}`);
    assertEquals(namesIn(cache), ["tolokers.lock", "tolokers.npz"]);
  });
});

Deno.test("fetchDataset() takes the published file from this machine, and no other", async () => {
  await withFolder(async (folder) => {
    const [cache, good, bad] = [`${folder}/cache`, `${folder}/good.npz`, `${folder}/bad.npz`];
    await Deno.writeFile(good, FILE);
    await Deno.writeFile(bad, OTHER);
    const from = (from: string) =>
      fetchAs("cora", publishedAt("https://nowhere/"), { cache, from, fresh: true });
    const { path } = await from(good);
    await assertRejects(() => from(bad), SyntaxError, `Cannot take ${bad} as cora: expected SHA-`);
    const missing = `Cannot read ${folder}/x as there is no such file`;
    await assertRejects(() => from(`${folder}/x`), Error, missing);
    await assertRejects(() => from(cache), Error, `Cannot read ${cache} as it is a folder`);
    assertEquals(await Deno.readFile(path), FILE);
    assertEquals(namesIn(folder), ["bad.npz", "cache", "good.npz"]);
    assertEquals(namesIn(cache), ["cora.lock", "cora.npz"]);
    // The real data set is another than this one.
    const real = () => fetchDataset("cora", { cache, from: good, fresh: true });
    await assertRejects(real, SyntaxError, "expected SHA-256 068e22d9");
  });
});

Deno.test("fetchDataset() says so where there is no room, and leaves nothing half-written", async () => {
  await withFolder(async (cache) => {
    await Deno.writeFile(`${cache}/a.npz`, FILE);
    await Deno.mkdir(`${cache}/cora.npz`); // which no file can replace
    const options = { cache, from: `${cache}/a.npz` };
    const fetched = () => fetchAs("cora", publishedAt("https://nowhere/"), options);
    await assertRejects(fetched, Error, `Cannot write ${cache}/cora.npz: `);
    assertEquals(namesIn(cache), ["a.npz", "cora.lock", "cora.npz"]);
  });
});

Deno.test("loadDataset() reads a fetched graph by name, both ways unless told otherwise", async () => {
  await withFolder(async (cache) => {
    const missing = `Cannot open citeseer as ${cache}/citeseer.npz is not there: ` +
      "run deno task data citeseer";
    await assertRejects(() => loadDataset("citeseer", { cache }), Error, missing);
    await Deno.writeFile(`${cache}/citeseer.npz`, npz(BENCHMARK));
    // Edges 0 → 1, 0 → 2, 2 → 2, 3 → 0.
    const usual = await loadDataset("citeseer", { cache });
    assertEquals([usual.name, [...usual.colIdx]], ["citeseer", [1, 2, 3, 0, 0, 2, 0]]);
    const directed = await loadDataset("citeseer", { cache, symmetric: false });
    assertEquals([...directed.colIdx], [3, 0, 0, 2]);
    const few = await loadDataset("citeseer", { cache, features: 1, selfLoops: true });
    assertEquals([few.x.cols, few.colIdx.length], [1, 7 - 1 + few.nodes]);

    const path = `${cache}/minesweeper.npz`;
    await Deno.writeFile(path, FILE);
    const second = await loadDataset("minesweeper", { cache, split: 1 });
    assertEquals([second.name, [...second.split.train]], ["minesweeper", [4, 5]]);
    const third = () => loadDataset("minesweeper", { cache, split: 2 });
    await assertRejects(third, RangeError, `Cannot take split 2 of ${path} as train_masks has 2`);
    await Deno.writeFile(path, FILE.subarray(0, 900));
    const error = await assertRejects(() => loadDataset("minesweeper", { cache }), SyntaxError);
    const end = "; run deno task data minesweeper --fresh";
    assert(error.message.startsWith(`Cannot read ${path} as`), error.message);
    assert(error.message.endsWith(end), error.message);
  });
});

Deno.test("deno task data may speak to the hosts of all data sets, and to no others", () => {
  const [, allowed] = config.tasks.data.command.match(/--allow-net=(\S+)/)!;
  const hosts = FETCHED_NAMES.map((name) => new URL(publishedAs(name).url).host);
  assertEquals(new Set(allowed!.split(",")), new Set(hosts));
});
