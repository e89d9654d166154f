/** A digest of the code that a run's bits depend on: two trees of one commit may differ by what is not committed. */
import { createHash } from "node:crypto";

/** What training is made of, in the order of its imports; what imports it moves no bit of a run. */
export const CODE_FOLDERS = [
  "settings",
  "graphs",
  "gpu",
  "batch",
  "kernels",
  "solvers",
  "layers",
  "models",
  "training",
] as const;
/** What fixes the versions of the packages. */
const LOCK = "deno.lock";

const PROJECT = new URL("../../", import.meta.url);
let known: Promise<string> | undefined;

/**
 * The digest of this project's code, as it stood when it was first asked for; `published` where it is no
 * file of this machine, as its version says all then, and `unknown` where it cannot be read.
 */
export async function codeDigest(): Promise<string> {
  return await (known ??= digestOf(PROJECT));
}

/** The digest of a project's code. */
export async function digestOf(project: URL): Promise<string> {
  if (project.protocol !== "file:") return "published";
  try {
    const paths = [
      LOCK,
      ...(await Promise.all(CODE_FOLDERS.map((at) => codeIn(project, at)))).flat(),
    ];
    const hash = createHash("sha256");
    for (const path of paths.sort()) {
      const bytes = await Deno.readFile(new URL(path, project)).catch(noneIfAbsent);
      hash.update(`${path} ${bytes.length}\n`).update(bytes);
    }
    return hash.digest("hex").slice(0, 12);
  } catch {
    return "unknown";
  }
}

/** Paths of all TypeScript and WGSL files in a folder. */
async function codeIn(project: URL, folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(new URL(folder, project))) {
    const path = `${folder}/${name}`;
    if (isDirectory) found.push(...await codeIn(project, path));
    else if (/\.(ts|wgsl)$/.test(name)) found.push(path);
  }
  return found;
}

/** A copy of the project may have no lock. */
function noneIfAbsent(error: unknown): Uint8Array<ArrayBuffer> {
  if (error instanceof Deno.errors.NotFound) return new Uint8Array(0);
  throw error;
}
