/** A line of JSON for each epoch, for programs of others that draw or watch runs. */
import { messageOf } from "../../settings/shown.ts";
import type { EpochFigures } from "../../training/loop/history.ts";

/**
 * The file of a run; it is begun anew, with the epochs that were done before where a run goes on. A failure
 * does not stop the run, which is worth more: it warns, and the file keeps its whole lines.
 */
export class MetricsLog {
  readonly #path: string;
  #bytes = 0;
  #failed = false;

  constructor(path: string) {
    this.#path = path;
  }

  /** Replaces what is there by the epochs done. */
  begin(done: readonly EpochFigures[] = []): void {
    this.#write(done.map(lineOf).join(""), { append: false });
  }

  /** Adds an epoch. */
  add(epoch: EpochFigures): void {
    this.#write(lineOf(epoch), { append: true });
  }

  #write(lines: string, options: { append: boolean }): void {
    if (this.#failed) return;
    if (!options.append) this.#bytes = 0;
    try {
      Deno.writeTextFileSync(this.#path, lines, options);
      // They are ASCII.
      this.#bytes += lines.length;
    } catch (error) {
      this.#failed = true;
      console.error(
        `warning: Cannot write ${this.#path}: ${messageOf(error)}; the run goes on without its log`,
      );
      this.#cut();
    }
  }

  /** Takes off the part of a line that a full disk took. */
  #cut(): void {
    try {
      Deno.truncateSync(this.#path, this.#bytes);
    } catch {
      // It may be gone altogether.
    }
  }
}

/** Flat, as tables are. */
function lineOf(
  { epoch, loss, scores, learningRate, gradientNorm, seconds }: EpochFigures,
): string {
  const { train = null, valid = null, test = null } = scores ?? {};
  const line = { epoch, loss, train, valid, test, learningRate, gradientNorm, seconds };
  return `${JSON.stringify(line)}\n`;
}
