/** Where a row was measured, and with which version of the code. */
import type { AdapterInfo } from "../../gpu/adapter.ts";
import project from "../../deno.json" with { type: "json" };
import { driverCores } from "../../gpu/driver_threads.ts";
import { codeDigest } from "./code_digest.ts";
import type { Provenance } from "../row.ts";

/** Returns what a row says beside its options and figures. */
export async function provenance(adapter: AdapterInfo): Promise<Provenance> {
  return {
    adapter: adapter.name,
    ...adapter.software && { cores: driverCores(adapter) },
    deno: Deno.version.deno,
    version: project.version,
    commit: await commit(),
    date: new Date().toISOString(),
  };
}

/** Where files differ from the commit it ends in `+`; `unknown` outside a checkout. */
async function commit(): Promise<string> {
  const head = await git("rev-parse", "--short=12", "HEAD");
  if (head === null) return "unknown";
  return (await git("status", "--porcelain", "--untracked-files=no")) ? `${head}+` : head;
}

/** What decides a run's bits besides its options: other code or another device may round differently. */
export interface RunGround extends Pick<Provenance, "adapter" | "deno" | "version"> {
  /** Digest of the code, committed or not. */
  readonly code: string;
}

/** The ground that a run on this device stands on. */
export async function runGround(adapter: AdapterInfo): Promise<RunGround> {
  const { version } = project;
  return { adapter: adapter.name, deno: Deno.version.deno, version, code: await codeDigest() };
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
