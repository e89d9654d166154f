/** Calls tasks as a user does. */
import { assert, assertEquals } from "../assert.ts";

export const ROOT = new URL("../../", import.meta.url);
/** A run of seconds. */
export const SMALL = ["--dataset", "planted", "--layers", "2", "--channels", "8", "--epochs", "3"];

/** A call of flags with values, with other flags behind it, or in the place of those that it has already. */
export function changed(call: readonly string[], ...flags: string[]): string[] {
  const kept = call.filter((word, at) => {
    const flag = word.startsWith("--") ? word : call[at - 1]!;
    return !flags.includes(flag);
  });
  return [...kept, ...flags];
}

export interface Result {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Calls a task in the project's folder, with more in its environment. */
export async function task(name: string, args: string[], env: Record<string, string> = {}) {
  return await resultOf("deno", ["task", "--quiet", name, ...args], ROOT, env);
}

/** Calls a task in another folder, as somebody does whom no task has told of a folder. */
export async function taskFrom(folder: string, name: string, args: string[]) {
  const call = `unset INIT_CWD; exec deno task --quiet --config "$0/deno.json" "$@"`;
  return await resultOf("sh", ["-c", call, ROOT.pathname, name, ...args], folder);
}

/** What a command that ended has said; it is told no folder but its own. */
async function resultOf(
  command: string,
  args: string[],
  cwd: string | URL,
  env: Record<string, string> = {},
) {
  const INIT_CWD = cwd instanceof URL ? cwd.pathname.replace(/\/$/, "") : cwd;
  const options = { args, cwd, env: { NO_COLOR: "1", INIT_CWD, ...env } };
  const { code, stdout, stderr } = await new Deno.Command(command, options).output();
  const decoder = new TextDecoder();
  return { code, out: decoder.decode(stdout), err: decoder.decode(stderr) } satisfies Result;
}

/** An environment in which this address is asked for whatever is of any host, unencrypted. */
export function throughProxy(address: string): Record<string, string> {
  return { HTTP_PROXY: address, http_proxy: address, NO_PROXY: "", no_proxy: "" };
}

/** One sentence on standard error, nothing on standard output. */
export function assertSentence({ code, out, err }: Result, expected: number, words: string): void {
  assertEquals(code, expected, err);
  assertEquals(out, "");
  assert(err.includes(words), `${err} does not say: ${words}`);
  assertEquals(err.trim().split("\n").length, 1, err);
  assert(!/\n\s+at /.test(err), err);
}
