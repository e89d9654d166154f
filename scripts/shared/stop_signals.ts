/**
 * Signals that ask a run to end in good order. A listener waits until the device lets go of this thread, so
 * they are only listened to while that is soon; otherwise they end the process at once, as the system does.
 */
import { constants } from "node:os";
import type { Interruption } from "../../training/loop/interruption.ts";

/** Ctrl-C, what a system sends before it kills, and what a cluster may send earlier. */
export const STOP_SIGNALS: readonly Deno.Signal[] = Deno.build.os === "windows"
  ? ["SIGINT"]
  : ["SIGINT", "SIGTERM", "SIGUSR1"];

/** The exit code that shells have for a process which a signal has ended. */
export function exitCodeOf(signal: string): number {
  return 128 + (constants.signals[signal as keyof typeof constants.signals] ?? 0);
}

/** Least milliseconds from one turn of the event loop to the next, which takes two. */
const BETWEEN_TURNS = 100;

/** Listens for signals, or does not. A second one ends the process. */
export class StopSignals implements Interruption {
  readonly #listeners = new Map(
    STOP_SIGNALS.map((signal) => [signal, () => this.ask(signal)] as const),
  );
  readonly #onAsked: (signal: string) => void;
  #listening = false;
  #asked: string | undefined;
  #turned = performance.now();

  /** Calls `onAsked` with the first signal. */
  constructor(onAsked: (signal: string) => void = () => {}) {
    this.#onAsked = onAsked;
  }

  /** Asks as a signal does, in its name. */
  ask(signal: string): void {
    this.waits(false);
    if (this.#asked !== undefined) return;
    this.#asked = signal;
    this.#onAsked(signal);
  }

  waits(soon: boolean): void {
    if (soon === this.#listening || soon && this.#asked !== undefined) return;
    for (const [signal, listener] of this.#listeners) {
      if (soon) Deno.addSignalListener(signal, listener);
      else Deno.removeSignalListener(signal, listener);
    }
    this.#listening = soon;
  }

  async asked(): Promise<string | undefined> {
    // Whatever asks is heard between two turns.
    if (performance.now() - this.#turned >= BETWEEN_TURNS) {
      await new Promise((turned) => setTimeout(turned, 0));
      this.#turned = performance.now();
    }
    return this.#asked;
  }
}
