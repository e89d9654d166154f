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

/** Listens for signals, or does not. A second one ends the process. */
export class StopSignals implements Interruption {
  readonly #listeners = new Map(
    STOP_SIGNALS.map((signal) => [signal, () => this.#take(signal)] as const),
  );
  #listening = false;
  #asked: string | undefined;

  #take(signal: string): void {
    this.#asked ??= signal;
    this.waits(false);
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
    // A signal is delivered between two turns of the event loop.
    if (this.#listening) await new Promise((turned) => setTimeout(turned, 0));
    return this.#asked;
  }
}
