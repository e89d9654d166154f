/**
 * Runs another library in a process of its own that takes one training step per request, so that ours can
 * be taken in between. Its standard input gets the length (u64) of a safetensors file of graph and weights,
 * the file, then a line of JSON per step; it answers with lines of JSON.
 */
import { encodeSafetensors, type StoredTensor } from "../../training/files/safetensors.ts";
import { AnsweringProcess, type PeerCommand, PeerFailure } from "./answering_process.ts";

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

export class PeerProcess implements AsyncDisposable {
  readonly #process: AnsweringProcess;

  private constructor(process: AnsweringProcess) {
    this.#process = process;
  }

  /** Starts a peer; returns it with the libraries it names. Throws a PeerMissing or a PeerFailure. */
  static async start(
    command: PeerCommand,
    { tensors, settings }: PeerData,
  ): Promise<{ peer: PeerProcess; libraries: string }> {
    const process = new AnsweringProcess(command);
    try {
      const bytes = encodeSafetensors(tensors, settings);
      const length = new BigUint64Array([BigInt(bytes.length)]);
      process.send(new Uint8Array(length.buffer));
      process.send(bytes);
      const { libraries } = await process.answer();
      return { peer: new PeerProcess(process), libraries: `${libraries}` };
    } catch (error) {
      await process[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Asks for one training step with dropout at this rate. */
  async step(dropout: number): Promise<PeerStep> {
    this.#process.send(new TextEncoder().encode(`${JSON.stringify({ dropout })}\n`));
    const { loss, milliseconds } = await this.#process.answer();
    if (typeof loss === "number" && typeof milliseconds === "number") return { loss, milliseconds };
    throw new PeerFailure("it answered without a loss and a time");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process[Symbol.asyncDispose]();
  }
}
