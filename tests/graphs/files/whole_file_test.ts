import { ArrayFileWriter } from "../../../graphs/files/array_file.ts";
import { removeWhole, writeWhole } from "../../../graphs/files/whole_file.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { namesIn, withFolder } from "../ogb_archives.ts";

/** What of the disk is asked for while `use` runs: files are told by the bytes they have when synced. */
async function watch(use: () => Promise<void>): Promise<string[]> {
  const said: string[] = [];
  const { rename } = Deno;
  const { sync } = Deno.FsFile.prototype;
  Deno.FsFile.prototype.sync = async function (this: Deno.FsFile) {
    const { isDirectory, size } = await this.stat();
    said.push(isDirectory ? "sync the folder" : `sync ${size} bytes`);
    return await sync.call(this);
  };
  Deno.rename = async (from, to) => {
    said.push("rename");
    return await rename(from, to);
  };
  try {
    await use();
  } finally {
    Deno.FsFile.prototype.sync = sync;
    Deno.rename = rename;
  }
  return said;
}

Deno.test("writeWhole() has its bytes on the disk before they have their name", () =>
  withFolder(async (folder) => {
    const said = await watch(() => writeWhole(`${folder}/a`, Uint8Array.of(1, 2, 3)));
    assertEquals(said, ["sync 3 bytes", "rename", "sync the folder"]);
    assertEquals(await Deno.readFile(`${folder}/a`), Uint8Array.of(1, 2, 3));
    assertEquals(namesIn(folder), ["a"]);
  }));

Deno.test("ArrayFileWriter has its arrays on the disk before they have their name", () =>
  withFolder(async (folder) => {
    const said = await watch(async () => {
      using writer = await ArrayFileWriter.create(`${folder}/a`, {
        x: { type: "U32", shape: [2] },
      }, {});
      await writer.append("x", Uint32Array.of(1, 2));
      await writer.finish();
    });
    const { size } = await Deno.stat(`${folder}/a`);
    assertEquals(said, [`sync ${size} bytes`, "rename", "sync the folder"]);
  }));

Deno.test("writeWhole() says what it cannot write, and leaves nothing", () =>
  withFolder(async (folder) => {
    await Deno.mkdir(`${folder}/a/b`, { recursive: true });
    const error = await assertRejects(() => writeWhole(`${folder}/a`, new Uint8Array(1)), Error);
    assert(error.message.startsWith(`Cannot write ${folder}/a: `), error.message);
    assertEquals(namesIn(folder), ["a"]);
  }));

Deno.test("removeWhole() removes a file and what killed writers of it left, and no other", () =>
  withFolder(async (folder) => {
    for (const name of ["a", "a.12.part", "a.part", "ab", "a.12.part.txt"]) {
      await Deno.writeTextFile(`${folder}/${name}`, "");
    }
    await removeWhole(`${folder}/a`);
    await removeWhole(`${folder}/none/a`);
    assertEquals(namesIn(folder), ["a.12.part.txt", "a.part", "ab"]);
  }));
