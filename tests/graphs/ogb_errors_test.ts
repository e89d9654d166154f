import { zipSync } from "fflate";
import { createGzip, gzipSync } from "node:zlib";
import { cachePath } from "../../graphs/published/fetched.ts";
import type { OgbName } from "../../graphs/published/ogb.ts";
import { convertOgb } from "../../graphs/ogb/ogb_convert.ts";
import { ogbGraph } from "../../graphs/ogb/ogb_graph.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";
import { ARXIV, members, namesIn, ogbZip, PROTEINS, type Tables, without } from "./ogb_archives.ts";
import { withFolder } from "../folder.ts";

const packed = new Uint8Array(gzipSync(PROTEINS["raw/edge-feat"]!));
const damaged = packed.slice();
damaged[packed.length - 6]! ^= 1; // in the checksum

/** What is wrong, and the words that must say so, the member and its line. */
const PROTEINS_WRONG: Record<string, [Tables, words: string]> = {
  "a missing member": [
    without(PROTEINS, "raw/edge-feat"),
    "as proteins/raw/edge-feat.csv.gz is missing",
  ],
  "no species": [without(PROTEINS, "raw/node_species"), "raw/node_species.csv.gz is missing"],
  "a part missing": [without(PROTEINS, "split/species/valid"), "species/valid.csv.gz is missing"],
  "a member cut off": [
    { ...PROTEINS, "raw/edge-feat": packed.slice(0, -9) },
    "proteins/raw/edge-feat.csv.gz of %s as it breaks off after line",
  ],
  "a damaged member": [{ ...PROTEINS, "raw/edge-feat": damaged }, "it breaks off after line"],
  "a member that is not gzipped": [
    { ...PROTEINS, "raw/edge": new TextEncoder().encode("0,1\n") },
    "proteins/raw/edge.csv.gz of %s as it breaks off after line 0: incorrect header check",
  ],
  "a column too many": [
    { ...PROTEINS, "raw/edge": "0,1\n2,1,1\n2,1\n2,2\n" },
    "proteins/raw/edge.csv.gz of %s as line 2 has 3 columns: expected 2",
  ],
  "a row of features too short": [
    { ...PROTEINS, "raw/edge-feat": "0.5,0.001\n0.25\n1,0\n1,1\n" },
    "proteins/raw/edge-feat.csv.gz of %s as line 2 has 1 column: expected 2",
  ],
  "an edge that leaves the graph": [
    { ...PROTEINS, "raw/edge": "0,1\n2,1\n2,3\n2,2\n" },
    "raw/edge.csv.gz of %s as line 3 has node 3 in column 2: expected a whole number from 0 to 2",
  ],
  "half a node": [{ ...PROTEINS, "raw/edge": "0,1\n2,1\n1.5,1\n2,2\n" }, "line 3 has node 1.5"],
  "a negative node": [{ ...PROTEINS, "raw/edge": "-1,1\n2,1\n1,1\n2,2\n" }, "line 1 has node -1"],
  "an edge too few": [
    { ...PROTEINS, "raw/edge": "0,1\n2,1\n2,2\n" },
    "raw/edge.csv.gz of %s as it ends after line 3: expected 4 lines, one per edge",
  ],
  "labels of the wrong length": [
    { ...PROTEINS, "raw/node-label": "0,1\n1,0\n" },
    "raw/node-label.csv.gz of %s as it ends after line 2: expected 3 lines, one per node",
  ],
  "labels of too many nodes": [
    { ...PROTEINS, "raw/node-label": "0\n1\n0\n1\n" },
    "raw/node-label.csv.gz of %s as line 4 is one too many: expected 3 lines, one per node",
  ],
  "a label of two": [
    { ...PROTEINS, "raw/node-label": "0,1\n0,2\n1,1\n" },
    "raw/node-label.csv.gz of %s as line 2 has label 2 in column 2: expected 0, 1 or nan",
  ],
  "a missing feature": [
    { ...PROTEINS, "raw/edge-feat": "0.5,1\n0.25,nan\n1,0\n1,1\n" },
    'raw/edge-feat.csv.gz of %s as line 2 has "nan" in column 2: expected a number',
  ],
  "a split that overlaps": [
    { ...PROTEINS, "split/species/test": "1\n2\n" },
    "split/species/test.csv.gz of %s as line 2 is node 2, which is in " +
    "split/species/train.csv.gz already: expected it in one part",
  ],
  "a split beyond the graph": [
    { ...PROTEINS, "split/species/valid": "0\n3\n" },
    "split/species/valid.csv.gz of %s as line 2 has node 3 in column 1",
  ],
  "nothing to learn from": [
    { ...PROTEINS, "split/species/train": "" },
    "split/species/train.csv.gz has no nodes: expected some to learn from",
  ],
  "nothing to choose by": [
    { ...PROTEINS, "split/species/valid": "" },
    "split/species/valid.csv.gz has no nodes: expected some to choose the best epoch by",
  ],
  "nothing to judge on": [
    { ...PROTEINS, "split/species/test": "" },
    "split/species/test.csv.gz has no nodes: expected some to judge on",
  ],
  "two graphs": [
    { ...PROTEINS, "raw/num-node-list": "2\n1\n" },
    "raw/num-node-list.csv.gz of %s as line 2 is one too many: expected 1 lines",
  ],
  "a count that is no number": [
    { ...PROTEINS, "raw/num-node-list": "three\n" },
    'raw/num-node-list.csv.gz of %s as line 1 has "three" in column 1',
  ],
  "more edges than their table can have": [
    { ...PROTEINS, "raw/num-edge-list": "2000000000\n" },
    "%s as raw/edge.csv.gz is too small for the 2000000000 lines of raw/num-edge-list.csv.gz",
  ],
  "more nodes than their table can have": [
    { ...PROTEINS, "raw/num-node-list": "2000000000\n" },
    "%s as raw/node-label.csv.gz is too small for the 2000000000 lines of raw/num-node-list.csv.gz",
  ],
  "more columns than their table can have": [
    {
      ...PROTEINS,
      "raw/num-edge-list": "4000\n",
      "raw/edge": "0,1\n".repeat(4000),
      "raw/edge-feat": `${"1,".repeat(9000)}1\n`,
    },
    "raw/edge-feat.csv.gz of %s as line 1 has 9001 columns: it is too small for 4000 such lines",
  ],
  "more nodes than a machine holds": [
    { ...PROTEINS, "raw/num-edge-list": "1e18\n" },
    "raw/num-edge-list.csv.gz of %s as line 1 is 1000000000000000000",
  ],
};
const ARXIV_WRONG: Record<string, [Tables, words: string]> = {
  "a class too many": [
    { ...ARXIV, "raw/node-label": "0\n39\n40\n7\n" },
    "raw/node-label.csv.gz of %s as line 3 has class 40 in column 1: expected a whole number from 0",
  ],
  "a class that is missing": [
    { ...ARXIV, "raw/node-label": "0\n39\nnan\n7\n" },
    "%s as raw/node-label.csv.gz has no class for 1 of 2 nodes of the split's train, line 3 the first",
  ],
  "features of too few nodes": [
    { ...ARXIV, "raw/node-feat": "1,2\n" },
    "arxiv/raw/node-feat.csv.gz of %s as it ends after line 1: expected 4 lines, one per node",
  ],
};

/** One sentence, and nothing left behind but the archive. */
async function assertRefused(name: OgbName, bytes: Uint8Array, words: string): Promise<void> {
  await withFolder(async (folder) => {
    const archive = `${folder}/archive.zip`;
    await Deno.writeFile(archive, bytes);
    const error = await assertRejects(
      () => convertOgb(name, archive, cachePath(folder, name)),
      SyntaxError,
      words.replace("%s", archive),
    );
    assert(error.message.startsWith("Cannot read "), error.message);
    assert(!error.message.includes("\n"), error.message);
    assertEquals(namesIn(folder), ["archive.zip"]);
  });
}

for (const [what, [tables, words]] of Object.entries(PROTEINS_WRONG)) {
  Deno.test(`convertOgb() refuses ${what}`, async () => {
    await assertRefused("ogbn-proteins", ogbZip("proteins", tables), words);
  });
}
for (const [what, [tables, words]] of Object.entries(ARXIV_WRONG)) {
  Deno.test(`convertOgb() refuses ${what}`, async () => {
    await assertRefused("ogbn-arxiv", ogbZip("arxiv", tables), words);
  });
}

Deno.test("convertOgb() refuses what is no whole archive of this data set", async () => {
  const whole = ogbZip("proteins", PROTEINS);
  const words = "Cannot read %s as it is no whole zip archive: ";
  const escaping = zipSync({
    ...members("proteins", PROTEINS),
    "../../outside": new Uint8Array(1),
  });
  await assertRefused("ogbn-proteins", whole.subarray(0, -30), words);
  await assertRefused("ogbn-proteins", whole.subarray(0, whole.length / 2), words);
  await assertRefused("ogbn-proteins", new TextEncoder().encode("<html>"), words);
  await assertRefused("ogbn-proteins", new Uint8Array(0), words);
  await assertRefused("ogbn-proteins", escaping, words + "invalid relative path: ../../outside");
  await assertRefused("ogbn-arxiv", whole, "as arxiv/raw/num-node-list.csv.gz is missing");
});

Deno.test("convertOgb() refuses any archive with a byte changed, or reads the same", async () => {
  const whole = ogbZip("proteins", PROTEINS);
  await withFolder(async (folder) => {
    const [archive, path] = [`${folder}/a.zip`, cachePath(folder, "ogbn-proteins")];
    await Deno.writeFile(archive, whole);
    await convertOgb("ogbn-proteins", archive, path);
    const expected = await Deno.readFile(path);
    let refused = 0;
    for (let at = 0; at < whole.length; at += 11) {
      const changed = whole.slice();
      changed[at]! ^= 0x10;
      await Deno.writeFile(archive, changed);
      try {
        await convertOgb("ogbn-proteins", archive, path);
        assertEquals(await Deno.readFile(path), expected);
      } catch (error) {
        assert(error instanceof SyntaxError, `byte ${at}: ${(error as Error).stack}`);
        refused++;
      }
    }
    assert(refused > whole.length / 40, `only ${refused} of ${whole.length / 11} were refused`);
    assertEquals(namesIn(folder), ["a.zip", "ogbn-proteins.safetensors"]);
  });
});

Deno.test("convertOgb() refuses what was packed again in another way", async () => {
  const twice = new Uint8Array(gzipSync(gzipSync(PROTEINS["raw/edge"]!)));
  await assertRefused(
    "ogbn-proteins",
    ogbZip("proteins", { ...PROTEINS, "raw/edge": twice }),
    "proteins/raw/edge.csv.gz of %s as line 1 has ",
  );
  // Local headers begin with PK 3 4, those of the directory with PK 1 2; the method stands 4 apart.
  const bzip2 = ogbZip("proteins", PROTEINS);
  for (let at = 0; at + 12 < bzip2.length; at++) {
    const mark = String.fromCharCode(...bzip2.subarray(at, at + 4));
    if (mark === "PK\x03\x04") bzip2[at + 8] = 12;
    if (mark === "PK\x01\x02") bzip2[at + 10] = 12;
  }
  await assertRefused("ogbn-proteins", bzip2, "as it does not unpack: unsupported compression");
});

Deno.test("convertOgb() unpacks flushed streams, and several in one member", async () => {
  const text = PROTEINS["raw/edge"] as string;
  const flushed = await new Promise<Uint8Array>((resolve) => {
    const gzip = createGzip();
    const parts: Uint8Array[] = [];
    gzip.on("data", (part) => parts.push(part));
    gzip.on("end", () => resolve(new Uint8Array(parts.flatMap((part) => [...part]))));
    gzip.write(text.slice(0, 6));
    gzip.flush(() => gzip.end(text.slice(6)));
  });
  const several = [text.slice(0, 6), text.slice(6)].flatMap((part) => [...gzipSync(part)]);
  await withFolder(async (folder) => {
    for (const edge of [flushed, Uint8Array.from(several)]) {
      await Deno.writeFile(
        `${folder}/a.zip`,
        ogbZip("proteins", { ...PROTEINS, "raw/edge": edge }),
      );
      await convertOgb("ogbn-proteins", `${folder}/a.zip`, cachePath(folder, "ogbn-proteins"));
      const { colIdx } = await ogbGraph("ogbn-proteins", { cache: folder });
      assertEquals(colIdx, Uint32Array.of(1, 0, 2, 2, 1, 1, 2, 2));
    }
  });
});

Deno.test("convertOgb() refuses a member that is not the one of the archive's directory", async () => {
  const whole = ogbZip("proteins", PROTEINS);
  const text = new TextDecoder("latin1").decode(whole);
  // The CRC-32 of the last member, 16 bytes into its entry of the directory.
  const entry = text.lastIndexOf("PK\x01\x02");
  whole[entry + 16]! ^= 1;
  await assertRefused("ogbn-proteins", whole, "it is damaged: its CRC-32 is ");
});
