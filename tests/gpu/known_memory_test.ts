import type { AdapterInfo } from "../../gpu/adapter.ts";
import { openDryRun } from "../../gpu/dry_run.ts";
import { groupsOf, knownMemory, leastOf, SHARE } from "../../gpu/known_memory.ts";
import { assert, assertEquals } from "../assert.ts";

const software: AdapterInfo = openDryRun().adapter;

Deno.test({
  name: "knownMemory() is unknown of a card, and of a machine that does not tell",
  permissions: { sys: false },
  async fn() {
    assertEquals(await knownMemory({ ...software, software: false }), undefined);
    assertEquals(await knownMemory(software), undefined);
  },
});

Deno.test({
  name: "groupsOf() is none where files may not be read",
  permissions: { read: false },
  async fn() {
    assertEquals(await groupsOf(), []);
  },
});

/** A folder of such files, while `use` runs. */
async function withFiles(
  files: Readonly<Record<string, string>>,
  use: (root: string) => Promise<void>,
): Promise<void> {
  const root = await Deno.makeTempDir();
  try {
    for (const [path, text] of Object.entries(files)) {
      await Deno.mkdir(`${root}/${path.replace(/[^/]*$/, "")}`, { recursive: true });
      await Deno.writeTextFile(`${root}/${path}`, text);
    }
    await use(root);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

const GIB = 2 ** 30;
const NONE_V1 = "9223372036854771712\n";
const V1 = "sys/fs/cgroup/memory";
const V2 = "sys/fs/cgroup";

/** Files of a machine, and its groups by folder: limit and what is left. */
const CASES: Record<string, [Record<string, string>, [string, number, number][]]> = {
  "a batch job of version 1, whose step sets no limit of its own": [
    {
      "proc/self/cgroup": "11:cpu,cpuacct:/other\n4:memory:/slurm/uid_7/job_9/step_0\n0::/x\n",
      [`${V1}/slurm/uid_7/job_9/step_0/memory.limit_in_bytes`]: NONE_V1,
      [`${V1}/slurm/uid_7/job_9/memory.limit_in_bytes`]: `${4 * GIB}\n`,
      [`${V1}/slurm/uid_7/job_9/memory.usage_in_bytes`]: `${3 * GIB}\n`,
      [`${V1}/slurm/uid_7/job_9/memory.stat`]:
        `cache 9\ninactive_file 1\ntotal_inactive_file ${GIB}\n`,
      [`${V1}/slurm/memory.limit_in_bytes`]: `${9 * GIB}\n`,
      // Read one after the other: more may be cached by then than was used.
      [`${V1}/slurm/memory.usage_in_bytes`]: "1\n",
      [`${V1}/slurm/memory.stat`]: "total_inactive_file 5\n",
      [`${V1}/memory.limit_in_bytes`]: NONE_V1,
    },
    [["memory/slurm/uid_7/job_9", 4 * GIB, 2 * GIB], ["memory/slurm", 9 * GIB, 9 * GIB]],
  ],
  "a container of version 1, whose path is the host's": [
    {
      "proc/self/cgroup": "3:cpuset:/docker/abc\n2:memory:/docker/abc\n",
      [`${V1}/memory.limit_in_bytes`]: `${2 * GIB}\n`,
      [`${V1}/memory.usage_in_bytes`]: `${GIB}\n`,
    },
    [["memory", 2 * GIB, GIB]],
  ],
  "version 2, of which a group above is the narrowest": [
    {
      "proc/self/cgroup": "0::/user.slice/run-1.scope\n",
      [`${V2}/user.slice/run-1.scope/memory.max`]: "max\n",
      [`${V2}/user.slice/run-1.scope/memory.current`]: "5\n",
      [`${V2}/user.slice/memory.max`]: `${3 * GIB}\n`,
      [`${V2}/user.slice/memory.current`]: `${2 * GIB}\n`,
      [`${V2}/user.slice/memory.stat`]: `anon 3\ninactive_file ${GIB / 2}\n`,
    },
    [["user.slice", 3 * GIB, 1.5 * GIB]],
  ],
  "a container of version 2, whose own group is the uppermost": [
    {
      "proc/self/cgroup": "0::/../../pod\n",
      [`${V2}/memory.max`]: `${GIB}\n`,
      [`${V2}/memory.current`]: `${2 * GIB}\n`,
    },
    [["", GIB, 0]],
  ],
  "no limits": [
    { "proc/self/cgroup": "0::/\n", [`${V2}/memory.max`]: "max\n" },
    [],
  ],
  "no groups": [{}, []],
  "what is no list of groups": [{ "proc/self/cgroup": "\u0000 nonsense" }, []],
};

for (const [name, [files, expected]] of Object.entries(CASES)) {
  Deno.test(`groupsOf() reads the limits of ${name}`, async () => {
    await withFiles(files, async (root) => {
      const groups = await groupsOf(root);
      const found = groups.map(({ folder, limit, free }) => [folder, limit, Math.max(0, free)]);
      const folderOf = (name: string) => [root, V2, name].filter((part) => part !== "").join("/");
      assertEquals(found, expected.map(([name, ...figures]) => [folderOf(name), ...figures]));
    });
  });
}

Deno.test("leastOf() counts with a share of the narrowest limit, whatever is free", () => {
  const machine = { total: 16 * GIB, available: 5 * GIB };
  const alone = leastOf(machine, []);
  assertEquals(alone, {
    ...{ bytes: SHARE * 16 * GIB, limit: 16 * GIB, group: undefined, free: 5 * GIB },
  });
  const busy = leastOf({ ...machine, available: GIB }, []);
  assertEquals([busy.bytes, busy.free], [alone.bytes, GIB]);
  const group = (folder: string, limit: number, free: number) => ({ folder, limit, free });
  const within = leastOf(machine, [group("a", 9 * GIB, GIB), group("b", 4 * GIB, 3 * GIB)]);
  assertEquals(within, { bytes: 3 * GIB, limit: 4 * GIB, group: "b", free: GIB });
  const wide = leastOf(machine, [group("a", 2 ** 50, -1)]);
  assertEquals([wide.limit, wide.group, wide.free], [16 * GIB, undefined, 0]);
});

Deno.test("knownMemory() of software is a share of what there is, at most", async () => {
  const { state } = Deno.permissions.querySync({ name: "sys", kind: "systemMemoryInfo" });
  const known = await knownMemory(software);
  if (state !== "granted") return assertEquals(known, undefined);
  assert(known!.bytes <= SHARE * Deno.systemMemoryInfo().total, `${known!.bytes}`);
});
