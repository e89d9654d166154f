/** Runs in a process that breaks: each is tried once more, and the next ones are done. */
import { JobRunner } from "../../../scripts/reproduce/job.ts";
import type { Job } from "../../../scripts/reproduce/job.ts";
import { JobProcess } from "../../../scripts/reproduce/job_process.ts";
import { Interrupted } from "../../../training/loop/interruption.ts";
import type { Row } from "../../../training/row.ts";
import { runSettings } from "../../../training/settings.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { newest, newStates } from "../killed.ts";
import { withFolder } from "../../folder.ts";
import { saidBy } from "../../said.ts";
import { untimed } from "../../training/untimed.ts";

const SERVER = new URL("./crashing_jobs.ts", import.meta.url);
const SETTINGS = runSettings({
  ...{ experiment: "groups", name: "RevGNN-8", scale: "quick", dataset: "planted" },
  planted: { nodes: 120, degree: 5 },
  model: { kind: "rev-gnn", layers: 2, channels: 8, dropout: 0.1 },
  epochs: 12,
});

/** A process that breaks so, so often, after so many submissions. */
function breaking(how: string, folder: string, { times = 0, steps = 12 } = {}): JobProcess {
  // Like this process, it may not ask git for the commit.
  const permissions = ["--no-prompt", "--allow-all", "--deny-run=git"];
  const deno = [Deno.execPath(), "run", "--quiet", ...permissions];
  return new JobProcess({
    command: [...deno, `${SERVER}`, how, `${steps}`, `${times}`, `${folder}/times`],
  });
}

function jobIn(folder: string, epochs = SETTINGS.epochs): Job {
  const resume = { path: `${folder}/state.safetensors`, seconds: 0, discards: true };
  return { settings: { ...SETTINGS, epochs }, title: "a run", resume };
}

/** What is said on standard error meanwhile, other than by the processes. */
async function saidOf(act: () => Promise<void>): Promise<readonly string[]> {
  using caught = saidBy("error");
  await act();
  return caught.said;
}

const WAYS = {
  "ends": "Cannot finish the run: its process ended by exit code 70",
  "panics": "Cannot finish the run: its process ended by ",
  "throws in nobody's hands": "Cannot finish the run: its process ended by exit code 1",
  "loses its device": "Cannot run on the GPU: its device was lost (destroyed",
};

for (const [how, why] of Object.entries(WAYS)) {
  Deno.test(`JobProcess tries a run once more whose process ${how}, to the same bits`, () =>
    withFolder(async (folder) => {
      const whole = await new JobRunner().do(jobIn(`${folder}/whole`));
      await using jobs = breaking(how, folder, { times: 1 });
      let row: Row | undefined;
      const said = await saidOf(async () => {
        row = await jobs.do(jobIn(folder));
      });
      assertEquals(untimed(row!), untimed(whole));
      assertEquals(said.length, 1);
      assert(said[0]!.startsWith(`a run: ${why}`), said[0]);
      assert(said[0]!.endsWith("; it is tried once more"), said[0]);
      assertEquals(Deno.statSync(`${folder}/times`).size, 1);
    }));
}

Deno.test("JobProcess gives up a run whose process has ended twice, and does the next one", () =>
  withFolder(async (folder) => {
    await using jobs = breaking("ends", folder, { times: 2 });
    await saidOf(async () => {
      await assertRejects(() => jobs.do(jobIn(folder)), Error, "its process ended by exit code 70");
    });
    assertEquals((await jobs.do(jobIn(`${folder}/next`))).losses.length, SETTINGS.epochs);
  }));

Deno.test("JobProcess hands on what a run throws, and tries it no more", () =>
  withFolder(async (folder) => {
    await using jobs = breaking("", folder);
    const job = jobIn(folder);
    const settings = { ...job.settings, init: `${folder}/none` };
    const said = await saidOf(async () => {
      await assertRejects(() => jobs.do({ ...job, settings }), Error, "there is no such file");
    });
    assertEquals(said, []);
  }));

Deno.test("JobProcess that is stopped has the run write its state, and does none after it", () =>
  withFolder(async (folder) => {
    await using jobs = breaking("", folder);
    const job = jobIn(folder, 100_000);
    const stopped = assertRejects(() => jobs.do(job), Interrupted, "Stopped by SIGUSR1");
    await newStates(folder, 3, () => false);
    const stopping = jobs.stop("SIGUSR1");
    await stopped;
    const before = newest(folder);
    assert(before !== "");
    await assertRejects(() => jobs.do(jobIn(folder)), Interrupted, "Stopped by SIGUSR1");
    await jobs[Symbol.asyncDispose]();
    await stopping;
    assertEquals(newest(folder), before);
  }));

Deno.test("JobProcess is stopped, and tries nothing more, where a signal has ended its process", () =>
  withFolder(async (folder) => {
    // What a terminal sends to all processes at once.
    const server =
      `console.log("text"); Deno.kill(Deno.pid, "SIGINT"); setInterval(() => {}, 1000);`;
    await Deno.writeTextFile(`${folder}/server.ts`, server);
    const command = [Deno.execPath(), "run", "--quiet", "--allow-run", `${folder}/server.ts`];
    await using jobs = new JobProcess({ command });
    await assertRejects(() => jobs.do(jobIn(folder)), Interrupted, "Stopped by SIGINT");
  }));
