import { fetchDataset } from "../../../graphs/catalogue/fetch_dataset.ts";
import { ogbGraph } from "../../../graphs/ogb/ogb_graph.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { namesIn, ogbZip, PROTEINS, without } from "../ogb_archives.ts";
import { withFolder } from "../../folder.ts";

Deno.test("fetchDataset() leaves what was prepared when a newer archive is broken", async () => {
  await withFolder(async (cache) => {
    const [good, bad] = [`${cache}/good.zip`, `${cache}/bad.zip`];
    await Deno.writeFile(good, ogbZip("proteins", PROTEINS));
    await Deno.writeFile(bad, ogbZip("proteins", without(PROTEINS, "raw/edge")));
    const warnings: string[] = [];
    const warn = (warning: string) => warnings.push(warning);
    const { path, prepared } = await fetchDataset("ogbn-proteins", { cache, from: good, warn });
    assert(prepared);
    assert(/SHA-256 [0-9a-f]{64}, others have measured 1cd3/.test(warnings[0]!), warnings[0]);
    assertEquals(warnings.slice(1), [
      "ogbn-proteins has 3 nodes, as published it has 132534",
      "ogbn-proteins has 4 edges, as published it has 39561252",
    ]);
    const before = await Deno.readFile(path);
    assertEquals(await fetchDataset("ogbn-proteins", { cache, from: bad }), {
      path,
      prepared: false,
    });
    const again = { cache, from: bad, fresh: true };
    await assertRejects(
      () => fetchDataset("ogbn-proteins", again),
      SyntaxError,
      "edge.csv.gz is missing",
    );
    assertEquals(await Deno.readFile(path), before);
    const names = ["bad.zip", "good.zip", "ogbn-proteins.lock", "ogbn-proteins.safetensors"];
    assertEquals(namesIn(cache), names);
  });
});

Deno.test("fetchDataset() starts clean after one that was killed, and not beside one at work", async () => {
  await withFolder(async (cache) => {
    const from = `${cache}/a.zip`;
    await Deno.writeFile(from, ogbZip("proteins", PROTEINS));
    await Deno.writeTextFile(`${cache}/ogbn-proteins.safetensors.part`, "half of one".repeat(9999));
    using lock = await Deno.open(`${cache}/ogbn-proteins.lock`, { write: true, create: true });
    await lock.lock(true);
    const prepare = () => fetchDataset("ogbn-proteins", { cache, from });
    await assertRejects(prepare, Error, "Cannot prepare ogbn-proteins as another process is at it");
    await lock.unlock();
    await prepare();
    assertEquals((await ogbGraph("ogbn-proteins", { cache })).nodes, 3);
    assertEquals(namesIn(cache).filter((name) => name.endsWith(".part")), []);
  });
});

Deno.test("fetchDataset() notes that a folder's files have no locks, and goes on", async () => {
  await withFolder(async (cache) => {
    const from = `${cache}/a.zip`;
    await Deno.writeFile(from, ogbZip("proteins", PROTEINS));
    const prepare = async (lock: () => Promise<boolean>) => {
      const said: string[] = [];
      const warn = (warning: string) => void said.push(warning);
      const { prepared } = await fetchDataset("ogbn-proteins", { cache, from, lock, warn });
      assert(prepared);
      await Deno.remove(`${cache}/ogbn-proteins.safetensors`);
      return said[0]!;
    };
    const failing = (message: string) => () => Promise.reject(new Error(message));
    // As Linux has them, each of an error number of its own.
    for (
      const message of [
        "Function not implemented (os error 38)",
        "Operation not supported (os error 95)",
        "No locks available (os error 37)",
      ]
    ) {
      const note =
        `${cache} has no locks (${message}): see that nobody else prepares ogbn-proteins meanwhile`;
      assertEquals(await prepare(failing(message)), note);
    }
    const other = `Cannot lock ${cache}/ogbn-proteins.lock: Input/output error`;
    await assertRejects(() => prepare(failing("Input/output error (os error 5)")), Error, other);
    const taken = () => prepare(() => Promise.resolve(false));
    await assertRejects(taken, Error, "another process is at it");
  });
});

Deno.test("fetchDataset() writes to the file that a link in the cache leads to", async () => {
  await withFolder(async (cache) => {
    await Deno.writeFile(`${cache}/a.zip`, ogbZip("proteins", PROTEINS));
    await Deno.mkdir(`${cache}/disk`);
    const path = `${cache}/ogbn-proteins.safetensors`;
    await Deno.symlink("disk/proteins", path);
    await fetchDataset("ogbn-proteins", { cache, from: `${cache}/a.zip` });
    assert((await Deno.lstat(path)).isSymlink);
    assertEquals(namesIn(`${cache}/disk`), ["proteins"]);
    assertEquals((await ogbGraph("ogbn-proteins", { cache })).nodes, 3);
  });
});

Deno.test("fetchDataset() says which file is not there, and which folder it cannot write to", async () => {
  await withFolder(async (cache) => {
    const from = `${cache}/none.zip`;
    const missing = `Cannot read ${from} as there is no such file`;
    await assertRejects(() => fetchDataset("ogbn-arxiv", { cache, from }), Error, missing);
    await Deno.writeTextFile(from, "");
    const inside = `${from}/cache`;
    await assertRejects(
      () => fetchDataset("ogbn-arxiv", { cache: inside, from }),
      Error,
      `Cannot write to ${inside}: `,
    );
  });
});
