/**
 * Does runs in a process beside this one, so that what breaks it, such as a driver that loses its device,
 * costs one run. It lives as long as it can: starting one takes half a second.
 */
import { DRIVER_THREADS, threadsFor } from "../../gpu/driver_threads.ts";
import { Interrupted } from "../../training/loop/interruption.ts";
import type { Row } from "../../training/row.ts";
import { implementationFlags } from "../shared/implementation.ts";
import { linesOf } from "../shared/lines.ts";
import { STOP_SIGNALS } from "../shared/stop_signals.ts";
import type { Job } from "./job.ts";

/** What the process is told. */
export type JobOrder = { readonly job: Job } | { readonly stop: string };

/** What it answers to a job. */
export type JobAnswer =
  | { readonly row: Row }
  /** A sentence, and whether another process may do what this one could not. */
  | { readonly error: string; readonly anew: boolean }
  /** A signal. */
  | { readonly stoppedBy: string };

/** What a run may do: as the task itself, but that it starts no process but git. */
const PERMISSIONS = [
  "--no-prompt",
  "--no-remote",
  "--allow-read",
  "--allow-write",
  "--allow-run=git",
  "--allow-sys=systemMemoryInfo,hostname",
];
/** Variables that a run may read, of those that this process may. */
const VARIABLES = ["DEBUG", "INIT_CWD", "REVGNN_CACHE", "XDG_CACHE_HOME", "LOCALAPPDATA", "HOME"];
const SERVER = new URL("./serve_jobs.ts", import.meta.url);
/** How often a run is tried whose process has ended in the midst of it. */
const ATTEMPTS = 2;
/** Milliseconds that a process has to end in good order. */
const PATIENCE = 4000;

/** A process that was started. */
interface Started {
  readonly child: Deno.ChildProcess;
  readonly input: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly answers: AsyncGenerator<string>;
}

/** How a process is started. */
export interface JobProcessOptions {
  /** What is started; default this Deno. */
  readonly command?: readonly string[];
  /** How many cores a software driver may run kernels on; default all. */
  readonly cores?: number | undefined;
}

/** The process, and the next one where it has ended. */
export class JobProcess implements AsyncDisposable {
  readonly #command: readonly string[];
  readonly #variables: Record<string, string>;
  #process: Started | undefined;
  #stoppedBy: string | undefined;

  /** Starts nothing yet. */
  constructor({ command = serving(), cores }: JobProcessOptions = {}) {
    this.#command = command;
    this.#variables = cores === undefined ? {} : { [DRIVER_THREADS]: threadsFor(cores) };
  }

  /**
   * The row of a run. One whose process has ended is tried once more, from its state. Throws what the run
   * throws, a sentence where its process has ended again, and an Interrupted where it was stopped.
   */
  async do(job: Job): Promise<Row> {
    for (let attempt = 1;; attempt++) {
      const answer = await this.#ask(job);
      if ("row" in answer) return answer.row;
      if ("stoppedBy" in answer) throw new Interrupted(answer.stoppedBy);
      if (!answer.anew || attempt === ATTEMPTS) throw new Error(answer.error);
      console.error(`${job.title}: ${answer.error}; it is tried once more`);
      await this[Symbol.asyncDispose]();
    }
  }

  async #ask(job: Job): Promise<JobAnswer> {
    if (this.#stoppedBy !== undefined) return { stoppedBy: this.#stoppedBy };
    const { child, input, answers } = this.#process ??= this.#start();
    await tell(input, { job });
    for (let line = await answers.next(); !line.done; line = await answers.next()) {
      if (line.value.startsWith("{")) return JSON.parse(line.value);
    }
    this.#process = undefined;
    const [{ signal, code }] = await Promise.all([child.status, input.close().catch(() => {})]);
    const stoppedBy = this.#stoppedBy ?? STOP_SIGNALS.find((one) => one === signal);
    if (stoppedBy !== undefined) return { stoppedBy };
    const how = signal ?? `exit code ${code}`;
    return { error: `Cannot finish the run: its process ended by ${how}`, anew: true };
  }

  #start(): Started {
    const [program, ...args] = this.#command;
    const stdio = { stdin: "piped", stdout: "piped", stderr: "inherit" } as const;
    const child = new Deno.Command(program!, { args, env: this.#variables, ...stdio }).spawn();
    return { child, input: child.stdin.getWriter(), answers: linesOf(child.stdout) };
  }

  /** Has the run end in good order, in the name of a signal; one that takes too long is killed. */
  async stop(signal: string): Promise<void> {
    this.#stoppedBy = signal;
    if (this.#process === undefined) return;
    const { child, input } = this.#process;
    const timer = setTimeout(() => kill(child), PATIENCE);
    // Not by a signal: the one that this process got, it may have got itself, and a second one kills.
    await tell(input, { stop: signal });
    await child.status;
    clearTimeout(timer);
  }

  /** Ends the process, which has nothing to do. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process === undefined) return;
    const { child, input, answers } = this.#process;
    this.#process = undefined;
    kill(child);
    await Promise.all([child.status, input.close().catch(() => {})]);
    await answers.return(undefined);
  }
}

/** Where the process is gone, its answer is missing, which says so. */
async function tell(input: Started["input"], order: JobOrder): Promise<void> {
  await input.write(new TextEncoder().encode(`${JSON.stringify(order)}\n`)).catch(() => {});
}

function kill(child: Deno.ChildProcess): void {
  try {
    child.kill("SIGKILL");
  } catch {
    // It has ended by itself.
  }
}

/** The command that serves jobs. */
function serving(): string[] {
  return [
    ...[deno(), "run", "--quiet", ...implementationFlags(), ...PERMISSIONS, environment()],
    `${SERVER}`,
  ];
}

/** This Deno itself where the task may start it, or else the one of that name. */
function deno(): string {
  const command = Deno.execPath();
  const { state } = Deno.permissions.querySync({ name: "run", command });
  return state === "granted" ? command : "deno";
}

function environment(): string {
  const granted = VARIABLES.filter((variable) =>
    Deno.permissions.querySync({ name: "env", variable }).state === "granted"
  );
  return `--allow-env=${[DRIVER_THREADS, ...granted].join(",")}`;
}
