/** A checkout of this project to be timed: a folder, or a revision of this one's history. */
import { fileURLToPath } from "node:url";
import { callersPath } from "../../graphs/files/callers_path.ts";

/** Where the code stands, and what it is called. */
export interface Checkout extends AsyncDisposable {
  readonly name: string;
  readonly folder: string;
}

/** This checkout. */
export const PROJECT = fileURLToPath(new URL("../../", import.meta.url));

/** What a checkout must have to be timed. */
const SERVES = "scripts/bench/compare_serve.ts";

/**
 * Opens a folder as it stands, or a revision in a temporary folder, with the packages that are installed
 * here. Throws a sentence where there is nothing that can be timed.
 */
export async function openCheckout(given: string): Promise<Checkout> {
  const there = callersPath(given);
  if (await isThere(`${there}/deno.json`)) {
    await checkServes(there, given);
    return { name: given, folder: there, async [Symbol.asyncDispose]() {} };
  }
  const commit = await git(["rev-parse", "--verify", "--quiet", `${given}^{commit}`]);
  if (commit === undefined) {
    throw new Error(
      `Cannot compare ${given}: it is neither a folder of this project nor a revision of it`,
    );
  }
  const folder = await Deno.makeTempDir();
  const close = () => Deno.remove(folder, { recursive: true });
  try {
    // An index of its own: the project's stays as it is.
    const index = { GIT_INDEX_FILE: `${folder}/.index` };
    await git([`--work-tree=${folder}`, "checkout", "--quiet", commit, "--", "."], index);
    await checkServes(folder, given);
    await Deno.symlink(`${PROJECT}node_modules`, `${folder}/node_modules`);
    return { name: given, folder, [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function checkServes(folder: string, given: string): Promise<void> {
  if (await isThere(`${folder}/${SERVES}`)) return;
  throw new Error(
    `Cannot compare ${given}: it has no ${SERVES}, expected a revision that can be compared`,
  );
}

/** What git says in this project; undefined if it fails or is not there. */
async function git(
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<string | undefined> {
  try {
    const command = new Deno.Command("git", { args: [...args], env, cwd: PROJECT, stderr: "null" });
    const { success, stdout } = await command.output();
    return success ? new TextDecoder().decode(stdout).trim() : undefined;
  } catch {
    return undefined;
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch {
    return false;
  }
}
