/**
 * An experiment as job arrays of a real Slurm on this machine: tasks that are killed, warned, requeued,
 * cancelled and submitted again end in the rows of an undisturbed `reproduce`, to the bit.
 */
import { arxiv } from "../../experiments/arxiv.ts";
import { type PlanLine, readPlan } from "../../reports/rows/plan_file.ts";
import { appendRow, rowsPath } from "../../reports/rows/rows.ts";
import { storedRows } from "../../reports/rows/stored_rows.ts";
import type { Row } from "../../training/row.ts";
import { assert, assertEquals } from "../assert.ts";
import { withFolder } from "../folder.ts";
import { namesIn } from "../graphs/ogb_archives.ts";
import { fixtureRow } from "../reports/fixture_rows.ts";
import { untimed } from "../training/untimed.ts";
import { Cluster } from "./cluster.ts";
import { task } from "./task.ts";

/** Runs of seconds, a teacher and its student among them; all others have their rows. */
const LEFT = ["GCN", "RevGAT", "RevGAT-SelfKD"];
/** Milliseconds between two looks at what Slurm does, and how many are enough. */
const LOOK = 100;
const LOOKS = 2000;

/** The task of a run that the test interferes with. */
class Victim {
  readonly #cluster: Cluster;
  readonly #id: string;
  readonly #log: string;
  readonly #state: string;

  constructor(cluster: Cluster, out: string, array: string, { run, key }: PlanLine) {
    this.#cluster = cluster;
    this.#id = `${array}_${run}`;
    this.#log = `${out}/quick/slurm/logs/${this.#id}.log`;
    this.#state = `${out}/quick/state/${key}.safetensors`;
  }

  /** Waits for so many states of its run that are newer than what is there. */
  async newStates(count: number): Promise<void> {
    for (let i = 0; i < count; i++) {
      const before = await inode(this.#state);
      await this.until("a state", async () => ![before, null].includes(await inode(this.#state)));
    }
  }

  /** Waits until its log has these words so many times. */
  async says(words: string, times = 1): Promise<void> {
    await this.until(words, async () => (await this.#said()).split(words).length > times);
  }

  /** Kills all its processes, as a machine does that has no memory left; Slurm is asked for it again. */
  async kill(): Promise<void> {
    const job = (await this.#cluster.sh(`squeue --noheader --format=%A --jobs=${this.#id}`)).trim();
    await this.#cluster.sh(
      `kill -KILL $(scontrol listpids ${job} | awk 'NR > 1 && $1 > 0 { print $1 }')`,
    );
    await this.until("its end", async () => (await this.#status()) === "");
    await this.#cluster.sh(`scontrol requeue ${this.#id}`);
  }

  /** Warns it, as Slurm does before its time is up. Its requeueing itself keeps scancel waiting. */
  async warn(): Promise<void> {
    await this.#cluster.sh(`timeout 2 scancel --signal=USR1 --batch ${this.#id} || true`);
  }

  /** Has it begin again. Slurm puts that off for two minutes, as a machine forgets the task's end but slowly. */
  async again(): Promise<void> {
    await this.until("PENDING", async () => (await this.#status()) === "PENDING");
    await this.#cluster.sh(`sleep 3; scontrol update JobId=${this.#id} StartTime=now`);
  }

  async until(what: string, holds: () => Promise<boolean>): Promise<void> {
    for (let look = 0; look < LOOKS; look++) {
      if (await holds()) return;
      await new Promise((over) => setTimeout(over, LOOK));
    }
    throw new Error(
      `${this.#id} never comes to ${what}: ${await this.#status()}\n${await this.#said()}`,
    );
  }

  async #status(): Promise<string> {
    const call =
      `squeue --noheader --states=all --format=%T --jobs=${this.#id} 2>/dev/null || true`;
    const status = (await this.#cluster.sh(call)).trim();
    return ["FAILED", "CANCELLED", "COMPLETED"].includes(status) ? "" : status;
  }

  async #said(): Promise<string> {
    return await Deno.readTextFile(this.#log).catch(() => "");
  }
}

async function inode(path: string): Promise<number | null> {
  return (await Deno.stat(path).catch(() => undefined))?.ino ?? null;
}

/** Submits what has no row; returns the arrays' numbers, teachers' first. */
async function submit(cluster: Cluster, call: readonly string[], out: string): Promise<string[]> {
  const planned = await task("reproduce", [...call, "--slurm", "--resume-every", "0"]);
  assertEquals(planned.code, 0, planned.err);
  // One core and some memory for each: two tasks at once.
  const said = await cluster.sh(`sh ${out}/quick/slurm/submit.sh --cpus-per-task=1 --mem=3G`);
  return [...said.matchAll(/^array (\d+): /gm)].map(([, number]) => number!);
}

Deno.test("reproduce --slurm: tasks killed, warned, requeued, cancelled and submitted again end in the rows of an undisturbed call", () =>
  withFolder(async (folder) => {
    const [whole, out] = [`${folder}/whole`, `${folder}/tasks`];
    const call = (at: string) => ["--only", "arxiv", "--out", at];
    for (const run of arxiv.scales.quick.filter(({ name }) => !LEFT.includes(name))) {
      for (const at of [whole, out]) {
        await appendRow(rowsPath(at, "quick", "arxiv"), fixtureRow(run));
      }
    }
    await using cluster = await Cluster.start(`${folder}/cluster`);
    const undisturbed = task("reproduce", call(whole));
    const arrays = await submit(cluster, call(out), out);
    assertEquals(arrays.length, 2, "students wait for their teachers");
    const plan = (await readPlan(`${out}/quick`))!;
    const teacher = plan.find(({ title }) => title.startsWith("RevGAT,"))!;
    const victim = new Victim(cluster, out, arrays[0]!, teacher);

    await victim.newStates(2);
    await victim.kill();
    await victim.again();
    await victim.says("goes on from its state, after ");
    await victim.newStates(2);
    await victim.warn();
    await victim.says("Stopped by SIGTERM");
    await victim.again();
    await victim.says("goes on from its state, after ", 2);
    await victim.newStates(2);
    await cluster.sh(`scancel ${arrays.join(" ")}`);
    await victim.until(
      "the end of all",
      async () => (await cluster.sh("squeue --noheader")) === "",
    );
    const status = async () => await Deno.readTextFile(`${out}/quick/status.html`);
    assert((await status()).includes("stopped by SIGTERM on "), await status());

    const [again] = await submit(cluster, call(out), out);
    await victim.until(
      "the end of all",
      async () => (await cluster.sh("squeue --noheader")) === "",
    );
    const resumed = await Deno.readTextFile(
      `${out}/quick/slurm/logs/${again}_${teacher.run}.log`,
    );
    assert(resumed.includes("goes on from its state, after "), resumed);
    assertEquals((await undisturbed).code, 0, (await undisturbed).err);
    const [rows, others] = await Promise.all(
      [whole, out].map((at) => storedRows(at, "quick", "arxiv")),
    );
    const sorted = (rows: readonly Row[]) =>
      rows.map(untimed).toSorted((a, b) => a.name.localeCompare(b.name));
    assertEquals(sorted(others!), sorted(rows!));
    assertEquals(rows!.length, arxiv.scales.quick.length);
    assert((await status()).includes("7 runs: 0 running, 0 failed, 0 left and 7 done"));
    // Of states, notes and logits only a teacher's are left.
    assertEquals(["state", "tasks"].flatMap((room) => namesIn(`${out}/quick/${room}`)), []);
    assertEquals(namesIn(`${out}/quick/logits`).length, 1);
  }));
