/**
 * Runs another library in a process of its own that takes one training step per request, so that ours can
 * be taken in between. Its standard input gets the length (u64) of a safetensors file of graph and weights,
 * the file, then a line of JSON per step; it answers with lines of JSON.
 */
import { encodeSafetensors, type StoredTensor } from "../../training/files/safetensors.ts";

export interface PeerCommand {
  readonly program: string;
  readonly args: readonly string[];
  /** The whole environment; default: this process's. */
  readonly env?: Readonly<Record<string, string>>;
  /** How long one answer may take. */
  readonly seconds: number;
}

/** The graph, weights and settings that a peer is given. */
export interface PeerData {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly settings: Readonly<Record<string, string>>;
}

/** A peer's answer to one step. */
export interface PeerStep {
  readonly loss: number;
  readonly milliseconds: number;
}

/** A peer crashed, hung or refused; the message is one line. */
export class PeerFailure extends Error {
  override name = "PeerFailure";
}

/** A peer lacks a package, whose name is the message. */
export class PeerMissing extends Error {
  override name = "PeerMissing";
}

type Answer = Record<string, unknown>;

export class PeerProcess implements AsyncDisposable {
  readonly #command: PeerCommand;
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #answers: AsyncGenerator<Answer>;
  readonly #errors: Promise<string>;
  #late = false;

  private constructor(command: PeerCommand) {
    this.#command = command;
    const { program, args, env } = command;
    const stdio = { stdin: "piped", stdout: "piped", stderr: "piped" } as const;
    const environment = env ? { clearEnv: true, env: { ...env } } : { env: { NO_COLOR: "1" } };
    this.#child = new Deno.Command(program, { args: [...args], ...stdio, ...environment }).spawn();
    this.#input = this.#child.stdin.getWriter();
    this.#answers = answers(this.#child.stdout);
    this.#errors = this.#child.stderr.text();
  }

  /** Starts a peer; returns it with the libraries it names. Throws a PeerMissing or a PeerFailure. */
  static async start(
    command: PeerCommand,
    { tensors, settings }: PeerData,
  ): Promise<{ peer: PeerProcess; libraries: string }> {
    let peer: PeerProcess;
    try {
      peer = new PeerProcess(command);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) throw new PeerMissing(command.program);
      throw error;
    }
    try {
      const bytes = encodeSafetensors(tensors, settings);
      const length = new BigUint64Array([BigInt(bytes.length)]);
      peer.#send(new Uint8Array(length.buffer));
      peer.#send(bytes);
      const { libraries } = await peer.#answer();
      return { peer, libraries: `${libraries}` };
    } catch (error) {
      await peer[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Asks for one training step with dropout at this rate. */
  async step(dropout: number): Promise<PeerStep> {
    this.#send(new TextEncoder().encode(`${JSON.stringify({ dropout })}\n`));
    const { loss, milliseconds } = await this.#answer();
    if (typeof loss === "number" && typeof milliseconds === "number") return { loss, milliseconds };
    throw new PeerFailure("it answered without a loss and a time");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#kill();
    await Promise.all([this.#child.status, this.#errors, this.#input.close().catch(() => {})]);
    await this.#answers.return(undefined);
  }

  /** Ignores failed writes: if the peer is gone, its missing answer will say so. */
  #send(bytes: Uint8Array<ArrayBuffer>): void {
    this.#input.write(bytes).catch(() => {});
  }

  async #answer(): Promise<Answer> {
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
  let rest = "";
  for await (const text of stdout.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    for (const line of lines) if (line.startsWith("{")) yield parse(line);
  }
}

function parse(line: string): Answer {
  try {
    return JSON.parse(line);
  } catch {
    throw new PeerFailure(`it printed ${line.slice(0, 80)}`);
  }
}
