/** Runs another program that answers lines on its standard input with lines of JSON. */
import { linesOf } from "../shared/lines.ts";

export interface PeerCommand {
  readonly program: string;
  readonly args: readonly string[];
  /** The whole environment; default: this process's. */
  readonly env?: Readonly<Record<string, string>>;
  /** How long one answer may take. */
  readonly seconds: number;
}

/** A peer crashed, hung or refused; the message is one line. */
export class PeerFailure extends Error {
  override name = "PeerFailure";
}

/** A peer lacks a package, whose name is the message. */
export class PeerMissing extends Error {
  override name = "PeerMissing";
}

/** A line of JSON. */
type Answer = Record<string, unknown>;

/** A program that runs until this is disposed of. */
export class AnsweringProcess implements AsyncDisposable {
  readonly #command: PeerCommand;
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #answers: AsyncGenerator<Answer>;
  readonly #errors: Promise<string>;
  #late = false;

  /** Starts the program. Throws a PeerMissing if there is none. */
  constructor(command: PeerCommand) {
    this.#command = command;
    const { program, args, env } = command;
    const stdio = { stdin: "piped", stdout: "piped", stderr: "piped" } as const;
    const environment = env ? { clearEnv: true, env: { ...env } } : { env: { NO_COLOR: "1" } };
    try {
      this.#child = new Deno.Command(program, { args: [...args], ...stdio, ...environment })
        .spawn();
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) throw new PeerMissing(program);
      throw error;
    }
    this.#input = this.#child.stdin.getWriter();
    this.#answers = answers(this.#child.stdout);
    this.#errors = this.#child.stderr.text();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#kill();
    await Promise.all([this.#child.status, this.#errors, this.#input.close().catch(() => {})]);
    await this.#answers.return(undefined);
  }

  /** Ignores failed writes: if the peer is gone, its missing answer will say so. */
  send(bytes: Uint8Array<ArrayBuffer>): void {
    this.#input.write(bytes).catch(() => {});
  }

  /** The next answer. Throws a PeerFailure or PeerMissing that says why there is none. */
  async answer(): Promise<Answer> {
    const { seconds } = this.#command;
    const timer = setTimeout(() => {
      this.#late = true;
      this.#kill();
    }, 1000 * seconds);
    const { value, done } = await this.#answers.next().finally(() => clearTimeout(timer));
    if (done) throw new PeerFailure(await this.#ending());
    if (typeof value.missing === "string") throw new PeerMissing(value.missing);
    if (value.error !== undefined) throw new PeerFailure(firstErrorLine(`${value.error}`));
    return value;
  }

  /** Says why there is no answer. */
  async #ending(): Promise<string> {
    const { code, signal } = await this.#child.status;
    if (this.#late) return `it took longer than ${this.#command.seconds} s`;
    const line = firstErrorLine(await this.#errors);
    return line || `it ended with ${signal ?? `exit code ${code}`}`;
  }

  #kill(): void {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended by itself.
    }
  }
}

/** The first line that names an error, else the first line; "" if there is none. */
export function firstErrorLine(text: string): string {
  const lines = text.split("\n").map((line) => line.trim()).filter((line) => line !== "");
  return lines.find((line) => /^(error\b|([\w.]+\.)?\w*(Error|Exception)\b)/i.test(line)) ??
    lines[0] ?? "";
}

/** Yields a peer's lines of JSON; anything else that its library prints is skipped. */
async function* answers(stdout: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<Answer> {
  for await (const line of linesOf(stdout)) if (line.startsWith("{")) yield parse(line);
}

function parse(line: string): Answer {
  try {
    return JSON.parse(line);
  } catch {
    throw new PeerFailure(`it printed ${line.slice(0, 80)}`);
  }
}
