/**
 * Resolves paths as the caller of a task means them: `deno task` itself changes to the project's
 * folder.
 */
import { resolve } from "node:path";

/** Turns a path that a person typed into one for this process; unchanged if both are in one folder. */
export function callersPath(path: string): string {
  // Shells leave the ~ of --save=~/x unexpanded.
  const home = /^~(?=\/|$)/.test(path) ? variable("HOME") : undefined;
  if (home) return home + path.slice(1);
  const folder = callersFolder();
  return folder === Deno.cwd() ? path : resolve(folder, path);
}

/** The folder that a task was called from, as `deno task` and `run` pass it on; else the current one. */
export function callersFolder(): string {
  return variable("INIT_CWD") || Deno.cwd();
}

/** An environment variable; undefined if it is unset or may not be read. */
export function variable(name: string): string | undefined {
  const { state } = Deno.permissions.querySync({ name: "env", variable: name });
  return state === "granted" ? Deno.env.get(name) : undefined;
}
