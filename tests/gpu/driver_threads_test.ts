/** What a row says of a software driver's cores. */
import { openDryRun } from "../../gpu/dry_run.ts";
import { driverCores, heedsThreads, threadsFor } from "../../gpu/driver_threads.ts";
import { assertEquals } from "../assert.ts";

const mesa = { ...openDryRun().adapter, name: "llvmpipe (LLVM 19.1.7, 256 bits)" };
const other = { ...mesa, name: "SwiftShader Device (LLVM 10.0.0)" };
const ALL = navigator.hardwareConcurrency;

/** The cores of an adapter in a process where the variable is set. */
async function coresWith(threads: string, adapter = mesa): Promise<number> {
  const module = new URL("../../gpu/driver_threads.ts", import.meta.url);
  const code = `import { driverCores } from "${module}";
    console.log(driverCores(${JSON.stringify(adapter)}));`;
  const env = { LP_NUM_THREADS: threads };
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["eval", code], env })
    .output();
  return Number(new TextDecoder().decode(stdout));
}

Deno.test("driverCores() is what the environment says, at most all, and no thread is a core's", async () => {
  assertEquals(await coresWith("0"), 1);
  assertEquals(await coresWith("1"), 1);
  assertEquals(await coresWith("100000"), ALL);
  assertEquals(await coresWith(""), ALL);
  assertEquals(await coresWith("1", other), ALL);
});

Deno.test({
  name: "driverCores() is all where the environment is not to be read",
  permissions: { env: false },
  fn: () => assertEquals(driverCores(mesa), ALL),
});

Deno.test("threadsFor() so many cores is as many, but on one the driver starts none", () => {
  assertEquals([1, 2, 7].map(threadsFor), ["0", "2", "7"]);
  assertEquals([mesa, other].map(heedsThreads), [true, false]);
});
