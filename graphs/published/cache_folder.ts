/** Where downloaded data sets are kept: outside of the project, where the system keeps such files. */
import { callersPath, variable } from "../files/callers_path.ts";

/** Names the folder itself. */
export const CACHE_VARIABLE = "REVGNN_CACHE";

/** The variables the default depends on, for permissions. */
const HOMES = [
  ["XDG_CACHE_HOME", "/revgnn"],
  ["LOCALAPPDATA", "/revgnn"], // Windows
  ["HOME", "/.cache/revgnn"],
] as const;

/** The folder that was given, or the usual one; nothing is made. */
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
