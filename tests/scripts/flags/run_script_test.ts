/** `runScript()`, in a process of its own: what it prints, and how it exits. */
import { assertEquals } from "../../assert.ts";

/** A script of one statement, as the tasks' scripts are written. */
function script(main: string, env: Record<string, string> = {}): Deno.ChildProcess {
  const code = `
    import { defineFlags, runScript } from "./scripts/flags/flags.ts";
    const flags = defineFlags("try", "Tries.", { layers: { type: "integer", help: "depth" } });
    await runScript(async (args) => { ${main} });`;
  return new Deno.Command("deno", {
    args: ["eval", code, "--layers", "3"],
    env: { NO_COLOR: "1", DEBUG: "", ...env },
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

async function outcome(child: Deno.ChildProcess) {
  const { code, stdout, stderr } = await child.output();
  const text = new TextDecoder();
  return { code, stdout: text.decode(stdout), stderr: text.decode(stderr) };
}

Deno.test("runScript() hands the arguments over and exits 0", async () => {
  const result = await outcome(script(`console.log(flags.parse(args).layers)`));
  assertEquals(result, { code: 0, stdout: "3\n", stderr: "" });
});

Deno.test("runScript() prints the usage on standard output and exits 0", async () => {
  const result = await outcome(script(`flags.parse(["--help"])`));
  assertEquals([result.code, result.stderr], [0, ""]);
  assertEquals(result.stdout.split("\n")[0], "Usage: deno task try [FLAGS]");
});

Deno.test("runScript() exits 2 after a wrong call", async () => {
  const result = await outcome(script(`flags.parse(["--layers", "x"])`));
  const stderr = "error: Cannot use --layers x: it must be an integer\n";
  assertEquals(result, { code: 2, stdout: "", stderr });
});

Deno.test("runScript() makes an error a sentence and exits 1", async () => {
  const failing = `throw new RangeError("Cannot split 80 channels into 3 groups")`;
  const stderr = "error: Cannot split 80 channels into 3 groups\n";
  assertEquals(await outcome(script(failing)), { code: 1, stdout: "", stderr });
  const traced = await outcome(script(failing, { DEBUG: "1" }));
  assertEquals([traced.code, traced.stderr.includes("    at ")], [1, true]);
});

Deno.test("runScript() says on one line what a path or a file holds, whatever that is", async () => {
  const failing = String.raw`throw new Error("Cannot read a\nb\x1b[31m.npz as it is none")`;
  const stderr = "error: Cannot read a\\u000ab\\u001b[31m.npz as it is none\n";
  assertEquals(await outcome(script(failing)), { code: 1, stdout: "", stderr });
});

Deno.test("runScript() lets Ctrl-C stop a script at once, even one that never waits", async () => {
  const child = script(`console.log("ready"); while (true);`);
  const reader = child.stdout.getReader();
  await reader.read();
  reader.releaseLock();
  child.kill("SIGINT");
  const { code } = await outcome(child);
  assertEquals(code, 130);
});
