/** Says in a run's note that its task lives, and at last how it ended; whatever keeps a note from being written, the run goes on. */
import { hostName } from "../../graphs/files/host_name.ts";
import {
  removeNote,
  SIGN_OF_LIFE,
  type TaskNote,
  writeNote,
} from "../../reports/rows/task_notes.ts";

export class LifeSigns {
  readonly #path: string;
  readonly #since = new Date().toISOString();
  readonly #timer: ReturnType<typeof setInterval>;
  #written: Promise<void> = Promise.resolve();

  /** Says so at once, and then each minute. */
  constructor(path: string) {
    this.#path = path;
    this.#say("running");
    this.#timer = setInterval(() => this.#say("running"), SIGN_OF_LIFE);
  }

  /** Resolves once what was said is on the disk. */
  get written(): Promise<void> {
    return this.#written;
  }

  /** Says how the run ended without a row. */
  async ended(state: "stopped" | "failed", words: string): Promise<void> {
    clearInterval(this.#timer);
    this.#say(state, words);
    await this.#written;
  }

  /** Takes the note away, as the row says more. */
  async done(): Promise<void> {
    clearInterval(this.#timer);
    await this.#written;
    await removeNote(this.#path);
  }

  #say(state: TaskNote["state"], words?: string): void {
    const [host, seen] = [hostName() ?? "a machine", new Date().toISOString()];
    const note = { state, host, since: this.#since, seen, ...words !== undefined && { words } };
    this.#written = this.#written.then(() => writeNote(this.#path, note)).catch(() => {});
  }
}
