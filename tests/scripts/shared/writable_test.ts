/** Folders and files that cannot be written to, told before any work. */
import { checkFileWritable, checkWritable } from "../../../scripts/shared/writable.ts";
import { assertEquals, assertRejects } from "../../assert.ts";
import { namesIn } from "../../graphs/ogb_archives.ts";
import { withFolder } from "../../folder.ts";

/** Has every file that is opened or written refused, as in a folder that may only be read. */
async function readOnly(act: () => Promise<void>): Promise<void> {
  const { open, writeFile } = Deno;
  const refuse = () =>
    Promise.reject(new Deno.errors.PermissionDenied("Permission denied (os error 13)"));
  Deno.writeFile = refuse;
  Deno.open = (path, options) => options?.write ? refuse() : open(path, options);
  try {
    await act();
  } finally {
    Object.assign(Deno, { open, writeFile });
  }
}

Deno.test("checkWritable() and checkFileWritable() tell of a folder that may only be read", () =>
  withFolder((folder) =>
    readOnly(async () => {
      const sentence = `Cannot write to ${folder}: Permission denied (os error 13); name another`;
      await assertRejects(
        () => checkWritable(folder, "out"),
        Error,
        `${sentence} folder with --out`,
      );
      const file = () => checkFileWritable(`${folder}/best`, "save");
      await assertRejects(file, Error, `${sentence} folder with --save`);
    })
  ));

Deno.test("checkWritable() and checkFileWritable() leave nothing, nor what killed writers left of the file", () =>
  withFolder(async (folder) => {
    for (const name of ["best", "best.1.part", "other.1.part"]) {
      await Deno.writeTextFile(`${folder}/${name}`, name);
    }
    await checkWritable(folder, "out");
    await checkFileWritable(`${folder}/best`, "save");
    assertEquals(namesIn(folder), ["best", "other.1.part"]);
    assertEquals(await Deno.readTextFile(`${folder}/best`), "best");
  }));
