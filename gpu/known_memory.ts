/**
 * The memory that a run may count with where no budget is given. It is a share of what is there, not of
 * what is free: what is free changes from hour to hour, and with it would the parts that a run goes by.
 */
import type { AdapterInfo } from "./adapter.ts";

/** Of the memory that is there, what device memory may take: the rest is for the graph and for others. */
export const SHARE = 0.75;

export interface KnownMemory {
  /** What may be counted with: the share. */
  readonly bytes: number;
  /** What there is. */
  readonly limit: number;
  /** The folder of the control group that sets the limit; undefined where it is the machine's memory. */
  readonly group: string | undefined;
  /** What is free now. */
  readonly free: number;
}

/**
 * The memory that is known to be there: of a software driver, the machine's, or what a control group of
 * Linux leaves of it, as containers and batch jobs do. WebGPU does not tell a card's; neither does Deno
 * the machine's without its permission, nor a group's without that to read it. `root` holds `proc` and `sys`.
 */
export async function knownMemory(
  { software }: AdapterInfo,
  root = "",
): Promise<KnownMemory | undefined> {
  const { state } = Deno.permissions.querySync({ name: "sys", kind: "systemMemoryInfo" });
  if (!software || state !== "granted") return undefined;
  const { total, available } = Deno.systemMemoryInfo();
  return leastOf({ total, available }, await groupsOf(root));
}

/** What a control group allows, and of that what is left. */
export interface ControlGroup {
  readonly folder: string;
  readonly limit: number;
  readonly free: number;
}

/** The smallest limit of a machine and its groups, and the least that any of them has left. */
export function leastOf(
  { total, available }: { readonly total: number; readonly available: number },
  groups: readonly ControlGroup[],
): KnownMemory {
  const least = groups.reduce<ControlGroup | undefined>(
    (least, group) => group.limit < (least?.limit ?? total) ? group : least,
    undefined,
  );
  const limit = least?.limit ?? total;
  const free = Math.max(0, Math.min(available, ...groups.map(({ free }) => free)));
  return { bytes: Math.floor(SHARE * limit), limit, group: least?.folder, free };
}

/** Where the versions of control groups keep what. */
const V1 = {
  mount: "sys/fs/cgroup/memory",
  limit: "memory.limit_in_bytes",
  usage: "memory.usage_in_bytes",
  cache: "total_inactive_file",
};
const V2 = {
  mount: "sys/fs/cgroup",
  limit: "memory.max",
  usage: "memory.current",
  cache: "inactive_file",
};

/** The process's own control groups and those above them, as far as they limit memory. */
export async function groupsOf(root = ""): Promise<ControlGroup[]> {
  const groups: ControlGroup[] = [];
  const own = await textOf(`${root}/proc/self/cgroup`) ?? "";
  for (const line of own.trim().split("\n")) {
    const [, controllers, path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    const version = controllers === "" ? V2 : V1;
    if (version === V1 && !controllers?.split(",").includes("memory")) continue;
    // A container may not see the folders above its own, or call its own the uppermost.
    const names = path!.split("/").filter((name) => name !== "" && name !== "..");
    for (let depth = names.length; depth >= 0; depth--) {
      const folder = [root, version.mount, ...names.slice(0, depth)].join("/");
      const group = await groupAt(folder, version);
      if (group) groups.push(group);
    }
  }
  return groups;
}

async function groupAt(folder: string, version: typeof V1): Promise<ControlGroup | undefined> {
  const [limit, usage, statistics] = await Promise.all(
    [version.limit, version.usage, "memory.stat"].map((name) => textOf(`${folder}/${name}`)),
  );
  // "max" is none; so is a number that no machine has.
  const bytes = Number.parseInt(limit ?? "");
  if (!(bytes > 0 && bytes < Number.MAX_SAFE_INTEGER)) return undefined;
  const cached = new RegExp(`^${version.cache} (\\d+)$`, "m").exec(statistics ?? "")?.[1] ?? 0;
  const used = Number.parseInt(usage ?? "0") - Number(cached);
  return { folder, limit: bytes, free: bytes - Math.max(0, used) };
}

/**
 * A file's text; undefined where it is not there, or not to be read. Deno opens such files for none but
 * those with all permissions, yet imports them with that to read them.
 */
async function textOf(path: string): Promise<string | undefined> {
  if ((await Deno.permissions.query({ name: "read", path })).state !== "granted") return undefined;
  try {
    const url = new URL(path, "file:///");
    return (await import(url.href, { with: { type: "text" } })).default;
  } catch {
    return undefined;
  }
}
