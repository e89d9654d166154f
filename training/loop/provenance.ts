/** Where a row was measured, and with which version of the code. */
import type { AdapterInfo } from "../../gpu/adapter.ts";
import project from "../../deno.json" with { type: "json" };
import type { Provenance } from "../row.ts";

/** Returns what a row says beside its options and figures. */
export async function provenance(adapter: AdapterInfo): Promise<Provenance> {
  return {
    adapter: adapter.name,
    deno: Deno.version.deno,
    ...await codeVersion(),
    date: new Date().toISOString(),
  };
}

/**
 * Reads the version; `commit` ends in `+` where files differ from it, and is `unknown` outside a checkout.
 */
export async function codeVersion(): Promise<Pick<Provenance, "version" | "commit">> {
  return { version: project.version, commit: await commit() };
}

async function commit(): Promise<string> {
  const head = await git("rev-parse", "--short=12", "HEAD");
  if (head === null) return "unknown";
  return (await git("status", "--porcelain", "--untracked-files=no")) ? `${head}+` : head;
}

async function git(...args: string[]): Promise<string | null> {
  try {
    const cwd = new URL("../..", import.meta.url);
    const { success, stdout } = await new Deno.Command("git", { args, cwd }).output();
    return success ? new TextDecoder().decode(stdout).trim() : null;
  } catch {
    return null;
  }
}
