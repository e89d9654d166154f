/** Several runs at once, each in a process of its own. */
import { JobPool } from "../../../scripts/reproduce/job_pool.ts";
import type { Job } from "../../../scripts/reproduce/job.ts";
import { Interrupted } from "../../../training/loop/interruption.ts";
import { runSettings } from "../../../training/settings.ts";
import { assertEquals, assertRejects } from "../../assert.ts";
import { withFolder } from "../../folder.ts";

const SETTINGS = { experiment: "groups", name: "RevGNN-8", scale: "quick", dataset: "planted" };
const JOB: Job = {
  settings: runSettings({ ...SETTINGS, model: { kind: "rev-gnn", layers: 2, channels: 8 } }),
  title: "a run",
};

/** What answers with its number and the threads that a driver would have there. */
const SERVER = `
  for await (const _ of Deno.stdin.readable) {
    await new Promise((done) => setTimeout(done, 50));
    console.log(JSON.stringify({ row: [Deno.pid, Deno.env.get("LP_NUM_THREADS")] }));
  }`;

async function withPool(
  options: { readonly processes: number; readonly cores?: number },
  act: (doing: () => Promise<[number, string]>, jobs: JobPool) => Promise<void>,
): Promise<void> {
  await withFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/server.ts`, SERVER);
    const command = [Deno.execPath(), "run", "--quiet", "--allow-env", `${folder}/server.ts`];
    await using jobs = new JobPool(options.processes, { command, ...options });
    await act(() => jobs.do(JOB) as unknown as Promise<[number, string]>, jobs);
  });
}

Deno.test("JobPool does runs at once in processes of a core each, which live on", () =>
  withPool({ processes: 2, cores: 1 }, async (doing) => {
    const first = await Promise.all([doing(), doing()]);
    assertEquals(new Set(first.map(([pid]) => pid)).size, 2);
    assertEquals(first.map(([, threads]) => threads), ["0", "0"]);
    const again = await Promise.all([doing(), doing()]);
    assertEquals(new Set([...first, ...again].map(([pid]) => pid)).size, 2);
  }));

Deno.test("JobPool has several cores do kernels by as many threads", () =>
  withPool({ processes: 1, cores: 3 }, async (doing) => {
    const [, threads] = await doing();
    assertEquals(threads, "3");
  }));

Deno.test("JobPool refuses more runs than it has processes", () =>
  withPool({ processes: 1 }, async (doing) => {
    const first = doing();
    await assertRejects(doing, RangeError, "Cannot do 2 runs at once");
    await first;
  }));

Deno.test("JobPool that is stopped does none of its processes' runs", () =>
  withPool({ processes: 2 }, async (doing, jobs) => {
    await jobs.stop("SIGTERM");
    const refused = () => assertRejects(doing, Interrupted, "Stopped by SIGTERM");
    await Promise.all([refused(), refused()]);
  }));
