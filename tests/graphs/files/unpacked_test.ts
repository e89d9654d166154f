/** What few bytes claim to unpack to, in each kind of archive. */
import { zipSync } from "fflate";
import { checkUnpacked, mostUnpacked } from "../../../graphs/files/unpacked.ts";
import { Npz } from "../../../graphs/npz/npz.ts";
import { convertOgb } from "../../../graphs/ogb/ogb_convert.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../../assert.ts";
import { members, PROTEINS } from "../ogb_archives.ts";
import { withFolder } from "../../folder.ts";
import { zipOf } from "../zip_writer.ts";

const MIB = 2 ** 20;

Deno.test("mostUnpacked() is deflate's ratio up to 256 MiB, then 200 times the bytes", () => {
  assertEquals(mostUnpacked(1000), 1_032_000);
  assertEquals(mostUnpacked(MIB), 256 * MIB);
  assertEquals(mostUnpacked(2 * MIB), 400 * MIB);
  checkUnpacked(256 * MIB, MIB);
  assertThrows(
    () => checkUnpacked(256 * MIB + 1, MIB),
    Error,
    "its 1048576 bytes unpack to more than 256 MiB, and",
  );
  assertThrows(() => checkUnpacked(1033, 1), Error, "1033 bytes are announced, 1 packed ones");
});

/** Where an entry of the directory begins, by its name. */
function entryOf(bytes: Uint8Array, name: string): number {
  const at = new TextDecoder("latin1").decode(bytes).lastIndexOf(name) - 46;
  assert(new DataView(bytes.buffer).getUint32(at, true) === 0x02014b50);
  return at;
}

Deno.test("Npz refuses a bomb before it unpacks it", () => {
  const bytes = zipSync({ "x.npy": new Uint8Array(MIB) }, { level: 0 });
  const view = new DataView(bytes.buffer);
  const at = entryOf(bytes, "x.npy");
  view.setUint16(at + 10, 8, true); // deflated, says the directory
  view.setUint32(at + 24, 300 * MIB, true);
  const words = "entry x does not unpack: its 1048576 bytes unpack to more than 256 MiB";
  assertThrows(() => new Npz("a.npz", bytes).read("x"), SyntaxError, words);
});

Deno.test("Npz refuses entries that share their bytes, or a name but for its ending", () => {
  const bytes = zipOf({ "x.npy": new Uint8Array(50), "y.npy": new Uint8Array(50) });
  const text = new TextDecoder("latin1").decode(bytes);
  const both = Uint8Array.from(text.replace("y.npy", "x.npy"), (letter) => letter.charCodeAt(0));
  const [x, y] = [entryOf(bytes, "x.npy"), entryOf(bytes, "y.npy")];
  both.set(bytes.subarray(x + 42, x + 46), y + 42); // y's data are x's
  both.set(new TextEncoder().encode("x"), y + 46);
  assertThrows(() => new Npz("a.npz", both), SyntaxError, "x.npy is in it twice");
  const into = bytes.slice();
  new DataView(into.buffer).setUint32(x + 20, 60, true);
  assertThrows(() => new Npz("a.npz", into), SyntaxError, "is cut off: it runs into y.npy");
  const named = zipOf({ "x.npy": new Uint8Array(50), x: new Uint8Array(50) });
  assertThrows(() => new Npz("a.npz", named), SyntaxError, "two of its entries have one name");
});

Deno.test("convertOgb() does not believe the size that a directory tells of a table", async () => {
  const tables = { ...PROTEINS, "raw/num-node-list": "2000000000\n" };
  const bytes = zipSync(members("proteins", tables), { level: 6 });
  const at = entryOf(bytes, "proteins/raw/node-label.csv.gz");
  new DataView(bytes.buffer).setUint32(at + 24, 2 ** 32 - 2, true);
  await withFolder(async (folder) => {
    await Deno.writeFile(`${folder}/a.zip`, bytes);
    const words = "as raw/node-label.csv.gz is too small for the 2000000000 lines of";
    const convert = () => convertOgb("ogbn-proteins", `${folder}/a.zip`, `${folder}/a`);
    await assertRejects(convert, SyntaxError, words);
  });
});

Deno.test("convertOgb() refuses sums of features that are larger than both tables", async () => {
  const nodes = 70_000;
  const tables = {
    ...PROTEINS,
    "raw/num-node-list": `${nodes}\n`,
    "raw/num-edge-list": "1\n",
    "raw/edge": "0,1\n",
    "raw/edge-feat": `${"1,".repeat(2000)}1\n`,
    "raw/node_species": "1\n".repeat(nodes),
    "raw/node-label": "0\n".repeat(nodes),
  };
  await withFolder(async (folder) => {
    await Deno.writeFile(`${folder}/a.zip`, zipSync(members("proteins", tables)));
    const words =
      "raw/edge-feat.csv.gz has 2001 columns: expected at most 1917, as its 70000 nodes";
    const convert = () => convertOgb("ogbn-proteins", `${folder}/a.zip`, `${folder}/a`);
    await assertRejects(convert, SyntaxError, words);
  });
});
