/** A line of JSON for each epoch, for programs of others that draw or watch runs. */
import type { EpochFigures } from "../../training/loop/history.ts";

/** The file of a run; it is begun anew, with the epochs that were done before where a run goes on. */
export class MetricsLog {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** Replaces what is there by the epochs done. */
  begin(done: readonly EpochFigures[] = []): void {
    Deno.writeTextFileSync(this.#path, done.map(lineOf).join(""));
  }

  /** Adds an epoch. */
  add(epoch: EpochFigures): void {
    Deno.writeTextFileSync(this.#path, lineOf(epoch), { append: true });
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
