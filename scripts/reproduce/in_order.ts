/** Does the runs of a plan in its order, several at a time, but none before those that it needs. */
import { settingsKey } from "../../reports/rows/keys.ts";
import { type Planned, teacherOf } from "./plan.ts";

/**
 * Calls `act` for each run, `atOnce` of them at a time. A run begins once its teacher and its twin have
 * ended, however they did. `act` is told how to see which runs have not ended, its own left out. Once one
 * throws no other begins; that error is thrown when those that go on have ended.
 */
export async function eachInOrder(
  runs: readonly Planned[],
  atOnce: number,
  act: (planned: Planned, notDone: () => Planned[]) => Promise<void>,
): Promise<void> {
  const waiting = new Set(runs);
  const going = new Map<Planned, Promise<void>>();
  const notDone = () => [...going.keys(), ...waiting];
  const errors: unknown[] = [];
  while (waiting.size > 0 && errors.length === 0) {
    const next = going.size < atOnce ? firstFree(waiting, notDone()) : undefined;
    if (!next) {
      await Promise.race(going.values());
      continue;
    }
    waiting.delete(next);
    const done = act(next, () => notDone().filter((one) => one !== next))
      .catch((error) => void errors.push(error))
      .finally(() => going.delete(next));
    going.set(next, done);
  }
  await Promise.all(going.values());
  if (errors.length > 0) throw errors[0];
}

/** The first run that needs none which has not ended; there is one unless others go on. */
function firstFree(waiting: Iterable<Planned>, notDone: readonly Planned[]): Planned | undefined {
  const keys = new Set(notDone.map(({ settings }) => settingsKey(settings)));
  for (const planned of waiting) {
    const { settings, twin } = planned;
    if (teacherOf(notDone, settings)) continue;
    if (twin === undefined || !keys.has(settingsKey(twin))) return planned;
  }
  return undefined;
}
