/** Locks between processes, and between two holders in one. */
import { holderOf, lock } from "../../../graphs/files/lock.ts";
import { assert, assertEquals } from "../../assert.ts";
import { namesIn } from "../ogb_archives.ts";
import { withFolder } from "../../folder.ts";

const MODULE = new URL("../../../graphs/files/lock.ts", import.meta.url);

/** A process that takes a lock, says so, and never lets go of it. */
async function holder(path: string): Promise<Deno.ChildProcess> {
  const code = `const { lock } = await import("${MODULE}");` +
    `console.log((await lock(${JSON.stringify(path)})) !== undefined);` +
    "setInterval(() => {}, 1000);";
  const child = new Deno.Command("deno", {
    args: ["eval", code],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const said = child.stdout.getReader();
  assertEquals(new TextDecoder().decode((await said.read()).value), "true\n");
  await said.cancel();
  return child;
}

Deno.test("lock() is refused while another process has it, which it names, and free once that is killed", () =>
  withFolder(async (folder) => {
    const path = `${folder}/new/lock`;
    const child = await holder(path);
    assertEquals(await lock(path), undefined);
    const who = await holderOf(path);
    assert(who.startsWith(`process ${child.pid}`) && who.includes(", since 20"), who);
    let late = false;
    const waiting = lock(path, { wait: true }).then((found) => {
      assert(late, "it was held still");
      return found;
    });
    await lock(path);
    late = true;
    child.kill("SIGKILL");
    await child.status;
    {
      using mine = await waiting;
      assertEquals(mine?.path, path);
      const who = await holderOf(path);
      assert(who.startsWith(`process ${Deno.pid}`), who);
    }
    assertEquals(namesIn(`${folder}/new`), []);
  }));

Deno.test("lock() is held by one of those that wait for it, one after another, whoever removes its file", () =>
  withFolder(async (folder) => {
    const path = `${folder}/lock`;
    let [holders, most, done] = [0, 0, 0];
    const hold = async () => {
      using _ = await lock(path, { wait: true });
      most = Math.max(most, ++holders);
      await new Promise((over) => setTimeout(over, 1));
      holders--;
      done++;
    };
    await Promise.all(Array.from({ length: 20 }, hold));
    assertEquals([most, done], [1, 20]);
    assertEquals(namesIn(folder), []);
  }));

Deno.test("lock() is free where the file system has none", () =>
  withFolder(async (folder) => {
    const { tryLock } = Deno.FsFile.prototype;
    Deno.FsFile.prototype.tryLock = () => Promise.reject(new Error("Function not implemented"));
    try {
      using _ = await lock(`${folder}/lock`);
      assertEquals(namesIn(folder), ["lock"]);
    } finally {
      Deno.FsFile.prototype.tryLock = tryLock;
    }
  }));
