/** Finds the folder for downloaded data sets: outside the project, where the system keeps caches. */
import { callersPath, variable } from "../files/callers_path.ts";

/** The variable that names the folder. */
export const CACHE_VARIABLE = "REVGNN_CACHE";

/** The variables that the default depends on; scripts need permission to read them. */
const HOMES = [
  ["XDG_CACHE_HOME", "/revgnn"],
  ["LOCALAPPDATA", "/revgnn"], // Windows
  ["HOME", "/.cache/revgnn"],
] as const;

/** The folder that was given, or the default; it is not created. */
export function cacheFolder(given?: string): string {
  if (given) return given;
  const named = variable(CACHE_VARIABLE);
  if (named) return callersPath(named);
  for (const [name, folder] of HOMES) {
    const home = variable(name);
    if (home) return home + folder;
  }
  throw new Error(
    `Cannot tell where data sets are kept: name a folder with --cache or in ${CACHE_VARIABLE}`,
  );
}
