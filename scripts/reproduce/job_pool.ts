/** Does as many runs at once as asked for, each in a process of its own. */
import type { Row } from "../../training/row.ts";
import type { Job } from "./job.ts";
import { JobProcess, type JobProcessOptions } from "./job_process.ts";

export class JobPool implements AsyncDisposable {
  readonly #all: readonly JobProcess[];
  /** The one that was at work last comes first: it may have the next run's graph. */
  readonly #free: JobProcess[];

  /** Starts nothing yet. */
  constructor(processes: number, options: JobProcessOptions = {}) {
    this.#all = Array.from({ length: processes }, () => new JobProcess(options));
    this.#free = this.#all.toReversed();
  }

  /** The row of a run, as JobProcess does it. Throws where all processes are at work. */
  async do(job: Job): Promise<Row> {
    const process = this.#free.pop();
    if (!process) throw new RangeError(`Cannot do ${this.#all.length + 1} runs at once`);
    try {
      return await process.do(job);
    } finally {
      this.#free.push(process);
    }
  }

  /** Has all runs end in good order, in the name of a signal. */
  async stop(signal: string): Promise<void> {
    await Promise.all(this.#all.map((process) => process.stop(signal)));
  }

  /** Ends the processes, which have nothing to do. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#all.map((process) => process[Symbol.asyncDispose]()));
  }
}
