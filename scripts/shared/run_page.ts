/** The page of one run or of several, one after another, redrawn while they go on. */
import { runsHtml } from "../../reports/pages/runs_page.ts";
import { writeWhole } from "../../graphs/files/whole_file.ts";
import type { Row } from "../../training/row.ts";
import type { RunSettings } from "../../training/settings.ts";

/** Milliseconds between two drawings. */
const REDRAW = 5000;

/** Writes the page of runs; a failure does not stop them, who are worth more: it warns once. */
export class RunPage {
  readonly #path: string;
  readonly #runs: number;
  readonly #onBegin: () => void;
  readonly #done: Row[] = [];
  #drawn = -Infinity;
  #writing = Promise.resolve();
  #begun = false;
  #warned = false;

  /** The page of so many runs; `onBegin` is called once, when it is first drawn. */
  constructor(path: string, runs = 1, onBegin: () => void = () => {}) {
    this.#path = path;
    this.#runs = runs;
    this.#onBegin = onBegin;
  }

  /** Before a run's first epoch: the page says what is run. */
  begin(settings: RunSettings): void {
    this.#write(() => runsHtml(this.#done, { going: settings, runs: this.#runs }));
    if (!this.#begun) this.#onBegin();
    this.#begun = true;
  }

  /** After each epoch, with what gives the row so far. */
  update(settings: RunSettings, soFar: () => Row): void {
    if (performance.now() - this.#drawn < REDRAW) return;
    const going = { going: settings, runs: this.#runs };
    this.#write(() => runsHtml([...this.#done, soFar()], going));
    this.#drawn = performance.now();
  }

  /** At the end of a run; with the last one the page is done. */
  async finish(row: Row): Promise<void> {
    this.#done.push(row);
    if (this.#done.length < this.#runs) return;
    this.#write(() => runsHtml(this.#done));
    await this.#writing;
  }

  /** Draws at once, as later the row would be another one, and writes when the last writing is done. */
  #write(html: () => string): void {
    const bytes = new TextEncoder().encode(html());
    this.#writing = this.#writing.then(() => writeWhole(this.#path, bytes)).catch((error) => {
      if (!this.#warned) {
        console.error(`warning: ${error.message}; the run goes on without its page`);
      }
      this.#warned = true;
    });
  }
}
