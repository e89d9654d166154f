import { ArrayFileWriter } from "../../../graphs/files/array_file_writer.ts";
import {
  partOf,
  removeLeftovers,
  removeWhole,
  writeWhole,
  writeWholeNow,
} from "../../../graphs/files/whole_file.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../../assert.ts";
import { namesIn } from "../ogb_archives.ts";
import { withFolder } from "../../folder.ts";

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

Deno.test("writeWholeNow() has replaced a file, through links, when it returns, and leaves nothing else", () =>
  withFolder(async (folder) => {
    await Deno.writeFile(`${folder}/a`, new Uint8Array(9));
    await Deno.symlink("a", `${folder}/link`);
    writeWholeNow(`${folder}/link`, Uint8Array.of(1, 2, 3));
    assertEquals(Deno.readFileSync(`${folder}/a`), Uint8Array.of(1, 2, 3));
    assert((await Deno.lstat(`${folder}/link`)).isSymlink);
    assertEquals(namesIn(folder), ["a", "link"]);
    await Deno.mkdir(`${folder}/b/c`, { recursive: true });
    for (const path of [`${folder}/b`, `${folder}/none/x`]) {
      const { message } = assertThrows(() => writeWholeNow(path, new Uint8Array(1)), Error);
      assert(message.startsWith(`Cannot write ${path}: `), message);
    }
    assertEquals(namesIn(folder), ["a", "b", "link"]);
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

Deno.test("removeWhole() and removeLeftovers() leave what another writer is at", () =>
  withFolder(async (folder) => {
    const write = (name: string) => Deno.writeTextFile(`${folder}/${name}`, "");
    for (const name of ["a", "a.1.part", "a.2.part", "b.3.part"]) await write(name);
    {
      using file = await Deno.open(`${folder}/a.2.part`, { write: true });
      await file.lock(true);
      await removeWhole(`${folder}/a`);
      assertEquals(namesIn(folder), ["a.2.part", "b.3.part"]);
      await removeLeftovers(folder);
      assertEquals(namesIn(folder), ["a.2.part"]);
    }
    // That one has been killed now.
    await removeLeftovers(folder, "b");
    assertEquals(namesIn(folder), ["a.2.part"]);
    await removeLeftovers(folder, "a");
    await removeLeftovers(`${folder}/none`);
    assertEquals(namesIn(folder), []);
  }));

Deno.test("writeWhole() holds its part against those who remove what was left", () =>
  withFolder(async (folder) => {
    const { write } = Deno.FsFile.prototype;
    Deno.FsFile.prototype.write = async function (
      this: Deno.FsFile,
      bytes: Uint8Array<ArrayBuffer>,
    ) {
      await removeLeftovers(folder);
      // Some bytes a time, as a full disk or a network does.
      return await write.call(this, bytes.subarray(0, 2));
    };
    try {
      await writeWhole(`${folder}/a`, Uint8Array.of(1, 2, 3, 4, 5));
    } finally {
      Deno.FsFile.prototype.write = write;
    }
    assertEquals(await Deno.readFile(`${folder}/a`), Uint8Array.of(1, 2, 3, 4, 5));
  }));

Deno.test("partOf() names no part twice, as writers on several machines may be at one file", () => {
  const parts = Array.from({ length: 100 }, () => partOf("a"));
  assertEquals(new Set(parts).size, 100);
  assertEquals(
    new Set(parts.map(({ length }) => length)).size,
    1,
    "a name too long is always too long",
  );
});
