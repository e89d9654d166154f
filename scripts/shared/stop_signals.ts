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

/**
 * Milliseconds in which a signal may come again that was sent once: whoever ends a task sends it to each of
 * its processes, and those that have started others hand it on.
 */
const ECHO = 1000;

/** Listens for signals, or does not. A second one ends the process, unless it is the echo of the first. */
export class StopSignals implements Interruption {
  readonly #listeners = new Map(
    STOP_SIGNALS.map((signal) => [signal, () => this.ask(signal)] as const),
  );
  readonly #onAsked: (signal: string) => void;
  #heard: readonly string[] = [];
  #asked: string | undefined;
  #turned = performance.now();

  /** Calls `onAsked` with the first signal. */
  constructor(onAsked: (signal: string) => void = () => {}) {
    this.#onAsked = onAsked;
  }

  /** Asks as a signal does, in its name. */
  ask(signal: string): void {
    if (this.#asked !== undefined) return;
    this.#asked = signal;
    this.#hear(this.#heard.filter((heard) => heard === signal));
    setTimeout(() => this.#hear([]), ECHO).unref();
    this.#onAsked(signal);
  }

  waits(soon: boolean): void {
    if (this.#asked === undefined) this.#hear(soon ? STOP_SIGNALS : []);
  }

  /** Listens to these and to no others. */
  #hear(signals: readonly string[]): void {
    for (const [signal, listener] of this.#listeners) {
      const [before, after] = [this.#heard, signals].map((some) => some.includes(signal));
      if (after && !before) Deno.addSignalListener(signal, listener);
      if (before && !after) Deno.removeSignalListener(signal, listener);
    }
    this.#heard = signals;
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
