import { clashOf, placeOf } from "../../../scripts/flags/same_place.ts";
import { assert, assertEquals } from "../../assert.ts";
import { withFolder } from "../../folder.ts";

Deno.test("placeOf() is one for all names of a file, whether or not it is there", async () => {
  await withFolder(async (folder) => {
    await Deno.mkdir(`${folder}/real`);
    await Deno.symlink("real", `${folder}/link`);
    const places = (...names: string[]) =>
      new Set(names.map((name) => placeOf(`${folder}/${name}`))).size;
    const absent = ["real/x", "link/x", "real/./x", "link/../real/x", "link//x"];
    assertEquals(places(...absent), 1);
    await Deno.symlink("real/x", `${folder}/dangling`);
    assertEquals(places(...absent, "dangling"), 1);
    await Deno.writeTextFile(`${folder}/real/x`, "");
    await Deno.link(`${folder}/real/x`, `${folder}/hard`);
    assertEquals(places(...absent, "dangling", "hard"), 1);
    assertEquals(places("real/x", "real/y", "x", "real", "."), 5);
    assertEquals(places("link", "real"), 1);
  });
});

Deno.test("placeOf() folds case where the system does, of names that are not there yet", async () => {
  await withFolder((folder) => {
    const sizeOn = (os: typeof Deno.build.os) =>
      new Set(["Best/É", "best/É", "BEST/é"].map((name) => placeOf(`${folder}/${name}`, os))).size;
    assertEquals([sizeOn("darwin"), sizeOn("windows"), sizeOn("linux")], [1, 1, 3]);
    return Promise.resolve();
  });
});

Deno.test("clashOf() names two flags of one file if either writes, and no others", () => {
  const [read, write] = [{ flag: "init", path: "/n/a" }, { flag: "save", path: "/n/b/../a" }];
  const clash = clashOf([read, { flag: "other", path: "/n/c" }, { ...write, writes: true }]);
  assert(clash?.startsWith("Cannot use --init and --save for one place, /n/b/../a: what --save"));
  assertEquals(clashOf([read, write]), undefined);
  const folders = [{ ...read, folder: true }, { ...write, folder: true, writes: true }];
  assertEquals(clashOf(folders), undefined);
  const inside = { flag: "resume", path: "/n/a/state", writes: true };
  assert(clashOf([{ ...write, writes: true }, inside])?.includes("the one would be a folder"));
  assert(clashOf([inside, { ...write, writes: true }])?.includes("the one would be a folder"));
  assertEquals(clashOf([read, inside]), undefined); // an unpacked archive's folder
  assertEquals(clashOf([]), undefined);
});
