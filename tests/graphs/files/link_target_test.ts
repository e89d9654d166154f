import { callersFolder, callersPath } from "../../../graphs/files/callers_path.ts";
import { linkTarget } from "../../../graphs/files/link_target.ts";
import { calledFrom } from "../../called_from.ts";
import { assertEquals, assertThrows } from "../../assert.ts";
import { withFolder } from "../../folder.ts";

Deno.test("linkTarget() follows links of links, also where they lead to nothing yet", async () => {
  await withFolder(async (folder) => {
    await Deno.mkdir(`${folder}/far/deep`, { recursive: true });
    await Deno.writeTextFile(`${folder}/far/file`, "");
    await Deno.symlink("far/deep", `${folder}/near`);
    await Deno.symlink("../file", `${folder}/far/deep/up`);
    await Deno.symlink("near/up", `${folder}/twice`);
    await Deno.symlink(`${folder}/far/none`, `${folder}/dangling`);
    const real = await Deno.realPath(folder);
    assertEquals(linkTarget(`${folder}/twice`), `${real}/far/file`);
    // ".." is that of far/deep, where near leads to.
    assertEquals(linkTarget(`${folder}/near/up`), `${real}/far/file`);
    assertEquals(linkTarget(`${folder}/dangling`), `${real}/far/none`);
    for (const path of ["far/file", "far", "none", "none/at/all"]) {
      assertEquals(linkTarget(`${folder}/${path}`), `${folder}/${path}`);
    }
    await Deno.symlink("b", `${folder}/a`);
    await Deno.symlink("a", `${folder}/b`);
    const sentence = `Cannot follow ${folder}/a as its symbolic links lead round in a circle`;
    assertThrows(() => linkTarget(`${folder}/a`), Error, sentence);
  });
});

Deno.test("callersPath() is of the folder that a task was called from, else of the current one", () => {
  {
    using _ = calledFrom("/else/where");
    assertEquals(["a", "../a", "/a"].map(callersPath), ["/else/where/a", "/else/a", "/a"]);
    const home = Deno.env.get("HOME")!;
    const tildes = ["~/a/../b", "~", "~me/a", "a/~/b"].map(callersPath);
    assertEquals(tildes, [`${home}/a/../b`, home, "/else/where/~me/a", "/else/where/a/~/b"]);
  }
  for (const folder of [Deno.cwd(), "", undefined]) {
    using _ = calledFrom(folder);
    assertEquals([callersFolder(), callersPath("../a")], [Deno.cwd(), "../a"]);
  }
});
