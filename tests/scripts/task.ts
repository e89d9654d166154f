/** Calls tasks as a user does. */
import { assert, assertEquals } from "../assert.ts";

export const ROOT = new URL("../../", import.meta.url);
/** A run of seconds. */
export const SMALL = ["--dataset", "planted", "--layers", "2", "--channels", "8", "--epochs", "3"];

export interface Result {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Calls a task, with more in its environment. */
export async function task(name: string, args: string[], env: Record<string, string> = {}) {
  const command = new Deno.Command("deno", {
    args: ["task", "--quiet", name, ...args],
    cwd: ROOT,
    env: { NO_COLOR: "1", ...env },
  });
  const { code, stdout, stderr } = await command.output();
  const decoder = new TextDecoder();
  return { code, out: decoder.decode(stdout), err: decoder.decode(stderr) } satisfies Result;
}

/** One sentence on standard error, nothing on standard output. */
export function assertSentence({ code, out, err }: Result, expected: number, words: string): void {
  assertEquals(code, expected, err);
  assertEquals(out, "");
  assert(err.includes(words), `${err} does not say: ${words}`);
  assertEquals(err.trim().split("\n").length, 1, err);
  assert(!/\n\s+at /.test(err), err);
}
