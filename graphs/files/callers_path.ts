/** Paths as whoever calls a task means them: `deno task` itself goes to the project's folder first. */
import { resolve } from "node:path";

/** A path that a person typed, as this process finds it; as they typed it where both are in one folder. */
export function callersPath(path: string): string {
  // Shells leave the ~ of --save=~/x as it is.
  const home = /^~(?=\/|$)/.test(path) ? variable("HOME") : undefined;
  if (home) return home + path.slice(1);
  const folder = callersFolder();
  return folder === Deno.cwd() ? path : resolve(folder, path);
}

/** The folder that a task was called from, as `deno task` and `run` tell it; else the current one. */
export function callersFolder(): string {
  return variable("INIT_CWD") || Deno.cwd();
}

/** An environment variable; undefined where it is unset, or closed to us. */
export function variable(name: string): string | undefined {
  const { state } = Deno.permissions.querySync({ name: "env", variable: name });
  return state === "granted" ? Deno.env.get(name) : undefined;
}
