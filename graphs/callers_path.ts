/** Paths as whoever calls a task means them: `deno task` itself goes to the project's folder first. */
import { resolve } from "node:path";

/** Where `deno task` and `run` tell which folder they were called from. */
const VARIABLE = "INIT_CWD";

/** A path that a person typed, as this process finds it; as they typed it where both are in one folder. */
export function callersPath(path: string): string {
  const folder = callersFolder();
  return folder === Deno.cwd() ? path : resolve(folder, path);
}

/** The folder that a task was called from; without a task, the current one. */
export function callersFolder(): string {
  const { state } = Deno.permissions.querySync({ name: "env", variable: VARIABLE });
  const named = state === "granted" ? Deno.env.get(VARIABLE) : undefined;
  return named || Deno.cwd();
}
