/** The page of one run or of several, one after another, redrawn while they go on. */
import { runsHtml } from "../../reports/pages/runs_page.ts";
import { writeWholeNow } from "../../graphs/files/whole_file.ts";
import { messageOf } from "../../settings/shown.ts";
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
  #begun = false;
  #warned = false;
  #going: { readonly settings: RunSettings; readonly soFar?: () => Row } | undefined;

  /** The page of so many runs; `onBegin` is called once, when it is first drawn. */
  constructor(path: string, runs = 1, onBegin: () => void = () => {}) {
    this.#path = path;
    this.#runs = runs;
    this.#onBegin = onBegin;
  }

  /** Before a run's first epoch: the page says what is run. */
  begin(settings: RunSettings): void {
    this.#going = { settings };
    this.#write(runsHtml(this.#done, { going: settings, runs: this.#runs }));
    if (!this.#begun) this.#onBegin();
    this.#begun = true;
  }

  /** After each epoch, with what gives the row so far. */
  update(settings: RunSettings, soFar: () => Row): void {
    this.#going = { settings, soFar };
    if (performance.now() - this.#drawn < REDRAW) return;
    const going = { going: settings, runs: this.#runs };
    this.#write(runsHtml([...this.#done, soFar()], going));
    this.#drawn = performance.now();
  }

  /** At the end of a run; with the last one the page is done. */
  finish(row: Row): void {
    this.#going = undefined;
    this.#done.push(row);
    if (this.#done.length < this.#runs) return;
    this.#write(runsHtml(this.#done));
  }

  /** Where a run ends before its time: the page says so, and is loaded again no more. */
  stop(): void {
    if (this.#going === undefined) return;
    const { settings: going, soFar } = this.#going;
    const rows = soFar ? [...this.#done, soFar()] : this.#done;
    this.#write(runsHtml(rows, { going, runs: this.#runs, stopped: true }));
  }

  /** Writes at once: between its epochs a run need not let go of the thread. */
  #write(html: string): void {
    try {
      writeWholeNow(this.#path, new TextEncoder().encode(html));
    } catch (error) {
      if (!this.#warned) {
        console.error(`warning: ${messageOf(error)}; the run goes on without its page`);
      }
      this.#warned = true;
    }
  }
}
