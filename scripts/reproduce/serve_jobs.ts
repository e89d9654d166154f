/**
 * The process that does `reproduce`'s runs: jobs come in as lines of JSON, and answers go out so. What it
 * shows a person goes to standard error. Where nobody is left to answer, it ends.
 */
import { Interrupted } from "../../training/loop/interruption.ts";
import { DeviceLostError } from "../../gpu/faults.ts";
import { linesOf } from "../shared/lines.ts";
import { StopSignals } from "../shared/stop_signals.ts";
import { type Job, JobRunner } from "./job.ts";
import type { JobAnswer, JobOrder } from "./job_process.ts";

/** What a run is stopped by where its `reproduce` is gone. */
const GONE = "SIGTERM";

/** Does jobs until nobody has any more. */
export async function serveJobs(): Promise<void> {
  const stops = new StopSignals();
  const runner = new JobRunner({ interruption: stops });
  let doing = Promise.resolve();
  for await (const line of linesOf(Deno.stdin.readable)) {
    const order: JobOrder = JSON.parse(line);
    if ("stop" in order) stops.ask(order.stop);
    else doing = doing.then(() => answer(runner, order.job));
  }
  stops.ask(GONE);
  await doing;
}

async function answer(runner: JobRunner, job: Job): Promise<void> {
  let answer: JobAnswer;
  try {
    answer = { row: await runner.do(job) };
  } catch (error) {
    answer = error instanceof Interrupted ? { stoppedBy: error.by } : {
      error: error instanceof Error ? error.message : String(error),
      // A driver that has lost a device may have lost more.
      anew: error instanceof DeviceLostError,
    };
  }
  // Nobody may be there to read it.
  await write(JSON.stringify(answer)).catch(() => {});
}

async function write(line: string): Promise<void> {
  const writer = Deno.stdout.writable.getWriter();
  await writer.write(new TextEncoder().encode(`${line}\n`));
  writer.releaseLock();
}

if (import.meta.main) await serveJobs();
