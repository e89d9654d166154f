/** The page of a run, redrawn while the run goes on. */
import { runsHtml } from "../../reports/pages/runs_page.ts";
import { writeWhole } from "../../graphs/files/whole_file.ts";
import type { Row } from "../../training/row.ts";
import type { RunSettings } from "../../training/settings.ts";

/** Milliseconds between two drawings. */
const REDRAW = 5000;

/** Writes a run's page; a failure does not stop the run, which is worth more: it warns once. */
export class RunPage {
  readonly #path: string;
  #drawn = -Infinity;
  #writing = Promise.resolve();
  #warned = false;

  constructor(path: string) {
    this.#path = path;
  }

  /** Before the first epoch: the page says what is run. */
  begin(settings: RunSettings): void {
    this.#write(() => runsHtml([], { going: settings }));
  }

  /** After each epoch, with what gives the row so far. */
  update(settings: RunSettings, soFar: () => Row): void {
    if (performance.now() - this.#drawn < REDRAW) return;
    this.#write(() => runsHtml([soFar()], { going: settings }));
    this.#drawn = performance.now();
  }

  /** At the end. */
  async finish(row: Row): Promise<void> {
    this.#write(() => runsHtml([row]));
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
