import { download, type DownloadOptions } from "../../../graphs/published/download.ts";
import { ogbGraph } from "../../../graphs/ogb/ogb_graph.ts";
import { fetchDataset } from "../../../graphs/catalogue/fetch_dataset.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { type Manners, serve } from "../http_server.ts";
import { namesIn, ogbZip, PROTEINS } from "../ogb_archives.ts";
import { withFolder } from "../../folder.ts";

const BYTES = Uint8Array.from({ length: 300_000 }, (_, k) => (k * k) >> 8);
const FAST: DownloadOptions = { pause: 1, retries: 2 };

/** Downloads from a server of these manners; nothing but the file may be left. */
async function fetched(
  manners: Manners,
  options: DownloadOptions = {},
): Promise<{ ranges: string[]; conditions: string[]; bytes: Uint8Array }> {
  let result: Awaited<ReturnType<typeof fetched>> | undefined;
  await withFolder(async (folder) => {
    await using server = serve(BYTES, manners);
    await download(server.url, `${folder}/a.zip`, { ...FAST, ...options });
    assertEquals(namesIn(folder), ["a.zip"]);
    const { ranges, conditions } = server;
    result = { ranges, conditions, bytes: await Deno.readFile(`${folder}/a.zip`) };
  });
  return result!;
}

function assertBytes(actual: Uint8Array, expected = BYTES): void {
  assertEquals(actual.length, expected.length);
  assert(actual.every((byte, at) => byte === expected[at]));
}

Deno.test("download() fetches a file, and tells how far it is", async () => {
  const told: (number | undefined)[][] = [];
  const onBytes = (done: number, of: number | undefined) => told.push([done, of]);
  const { ranges, bytes } = await fetched({}, { onBytes, bytes: BYTES.length });
  assertBytes(bytes);
  assertEquals(ranges, [""]);
  assertEquals(told.at(-1), [300_000, 300_000]);
  assert(told.every(([done], k) => k === 0 || done! > told[k - 1]![0]!));
});

Deno.test("download() goes on where a connection broke, however often", async () => {
  const { ranges, bytes } = await fetched({ breakAfter: (k) => k < 5 ? 50_000 : undefined });
  assertBytes(bytes);
  assertEquals(ranges, ["", "50000-", "100000-", "150000-", "200000-", "250000-"]);
});

Deno.test("download() goes on after a server's bad moment, and one that falls silent", async () => {
  const busy = await fetched({ status: (k) => k < 2 ? 503 : undefined });
  assertBytes(busy.bytes);
  assertEquals(busy.ranges, ["", "", ""]);
  const silent = { breakAfter: (k: number) => k === 0 ? 70_000 : undefined, silent: true };
  const { ranges, bytes } = await fetched(silent, { patience: 300 });
  assertBytes(bytes);
  assertEquals(ranges, ["", "70000-"]);
});

Deno.test("download() begins anew where the server knows no ranges, or has another file", async () => {
  const breakAfter = (k: number) => k === 0 ? 70_000 : undefined;
  assertBytes((await fetched({ breakAfter, whole: true })).bytes);
  const newer = BYTES.map((byte) => byte ^ 255).subarray(0, 200_000);
  const file = (k: number) =>
    k === 0 ? { bytes: BYTES, tag: '"one"' } : { bytes: newer, tag: '"two"' };
  assertBytes((await fetched({ breakAfter, file })).bytes, newer);
});

/** Lines of a server whose file was changed so many seconds before its clock's time. */
function changed(seconds: number): () => string[] {
  const [date, before] = [0, seconds].map((s) => new Date(1e12 - 1000 * s).toUTCString());
  return () => [`date: ${date}`, `last-modified: ${before}`];
}

Deno.test("download() begins anew where nothing tells the version of what it holds", async () => {
  const breakAfter = (k: number) => k === 0 ? 70_000 : undefined;
  const nameless = [() => [], () => ['etag: W/"one"'], changed(59), () => changed(99)().slice(1)];
  for (const version of nameless) {
    const { ranges, bytes } = await fetched({ breakAfter, version });
    assertBytes(bytes);
    assertEquals(ranges, ["", ""]);
  }
  const old = changed(60);
  for (const version of [old, () => ['etag: W/"one"', ...old()]]) {
    const { ranges, conditions, bytes } = await fetched({ breakAfter, version });
    assertBytes(bytes);
    assertEquals([ranges, conditions], [["", "70000-"], ["", old()[1]!.split(": ")[1]!]]);
  }
});

Deno.test("download() begins anew where a server sends the rest of another version, or another part", async () => {
  const breakAfter = (k: number) => k === 0 ? 70_000 : undefined;
  const newer = BYTES.map((byte) => byte ^ 255); // of equal length
  const file = (k: number) => ({ bytes: k === 0 ? BYTES : newer, tag: `"${Math.min(k, 1)}"` });
  const later = (k: number) => changed(k === 0 ? 600 : 300)();
  const tagless = (k: number) => k === 0 ? ['etag: "0"'] : [];
  for (const more of [{}, { version: later }, { version: tagless }]) {
    const { ranges, bytes } = await fetched({ breakAfter, file, heedless: true, ...more });
    assertBytes(bytes, newer);
    assertEquals(ranges, ["", "70000-", ""]);
  }
  const slip = (k: number) => k === 1 ? 1 : 0;
  const { ranges, bytes } = await fetched({ breakAfter, slip });
  assertBytes(bytes);
  assertEquals(ranges, ["", "70000-", ""]);
});

Deno.test("download() ends where it gets no further without a version, and says so", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/a.zip`;
    const breakAfter = (k: number) => [50_000, 70_000, 40_000, 90_000][k % 4];
    await using server = serve(BYTES, { breakAfter, version: () => [] });
    const words = "3 times; the next call begins anew";
    await assertRejects(() => download(server.url, path, FAST), Error, words);
    assertEquals(server.ranges, ["", "", ""]);
  });
});

Deno.test("download() takes a file of unknown length, and checks it", async () => {
  assertBytes((await fetched({ lengthless: true }, { bytes: BYTES.length })).bytes);
  const wrong = [[299_999, "it has 300000 bytes, expected 299999"], [
    300_001,
    "the connection ends after 300000 of 300001 bytes, 3 times",
  ]] as const;
  for (const [bytes, words] of wrong) {
    await assertRejects(() => fetched({ lengthless: true }, { bytes }), Error, words);
  }
});

Deno.test("download() refuses a file of the wrong length before it fetches it", async () => {
  let told = 0;
  const options = { bytes: 83_058_288, onBytes: () => told++ };
  const words = "proteins.zip: it has 300000 bytes, expected 83058288";
  await assertRejects(() => fetched({}, options), Error, words);
  assertEquals(told, 0);
});

Deno.test("download() does not ask again for what is not there", async () => {
  await withFolder(async (folder) => {
    await using server = serve(BYTES, { status: () => 404 });
    const missing = () => download(server.url, `${folder}/a.zip`, FAST);
    await assertRejects(missing, Error, "Cannot download http://127.0.0.1:");
    assertEquals(server.ranges, [""]);
    assertEquals(namesIn(folder), []);
  });
});

Deno.test("download() gives up after a few attempts, and the next call goes on", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/a.zip`;
    await using server = serve(BYTES, {
      breakAfter: (k) => k === 0 ? 123_456 : k < 4 ? 0 : undefined,
    });
    const words = "4 times; the next call goes on from byte 123456";
    await assertRejects(() => download(server.url, path, { pause: 1, retries: 3 }), Error, words);
    assertEquals(namesIn(folder), ["a.zip.part", "a.zip.part.json"]);
    await download(server.url, path, FAST);
    assertEquals(server.ranges.at(-1), "123456-");
    assertBytes(await Deno.readFile(path));
    assertEquals(namesIn(folder), ["a.zip"]);
  });
});

Deno.test("download() adds to nobody else's bytes", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/a.zip`;
    await using server = serve(BYTES);
    const note = { url: server.url, validator: '"one"', bytes: 300_000 };
    const states: [part: Uint8Array, note: string][] = [
      [BYTES.subarray(0, 1000), ""], // of whom?
      [BYTES.subarray(0, 1000), JSON.stringify({ ...note, url: "http://other/" })],
      [new Uint8Array(1000), JSON.stringify({ ...note, validator: '"zero"' })],
      [new Uint8Array(400_000), JSON.stringify(note)], // longer than the file
      [new Uint8Array(1000), JSON.stringify({ ...note, validator: null })],
      [new Uint8Array(300_000), JSON.stringify({ ...note, validator: null })],
    ];
    for (const [part, text] of states) {
      await Deno.writeFile(`${path}.part`, part);
      await Deno.writeTextFile(`${path}.part.json`, text);
      await download(server.url, path, FAST);
      assertBytes(await Deno.readFile(path));
    }
    // Of a file of another length than is wanted.
    await Deno.writeFile(`${path}.part`, BYTES.subarray(0, 999));
    await Deno.writeTextFile(`${path}.part.json`, JSON.stringify({ ...note, bytes: 999 }));
    await download(server.url, path, { ...FAST, bytes: 300_000 });
    assertBytes(await Deno.readFile(path));
  });
});

Deno.test("fetchDataset() downloads, converts and keeps no archive, broken or not", async () => {
  const whole = ogbZip("proteins", PROTEINS);
  await withFolder(async (cache) => {
    const broken = { bytes: whole.subarray(0, 500), tag: '"broken"' };
    const file = (k: number) => k === 0 ? broken : { bytes: whole, tag: '"whole"' };
    await using server = serve(whole, { file, breakAfter: (k) => k === 1 ? 400 : undefined });
    const prepare = () => fetchDataset("ogbn-proteins", { cache, url: server.url, pause: 1 });
    await assertRejects(prepare, SyntaxError, "as it is no whole zip archive");
    assertEquals(namesIn(cache), ["ogbn-proteins.lock"]);
    assertEquals((await prepare()).prepared, true);
    assertEquals((await ogbGraph("ogbn-proteins", { cache })).nodes, 3);
    assertEquals(namesIn(cache), ["ogbn-proteins.lock", "ogbn-proteins.safetensors"]);
    assertEquals(server.ranges, ["", "", "400-"]);
    assertEquals((await prepare()).prepared, false);
    assertEquals(server.ranges.length, 3);
  });
});
