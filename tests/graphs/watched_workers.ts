/** Counts the workers that are still alive: the test runner does not notice those that are never ended. */

/** How many workers were made while `use` ran, and how many of them were still alive after it. */
export async function watchWorkers(
  use: () => Promise<void>,
): Promise<{ made: number; alive: number }> {
  const { Worker } = globalThis;
  const alive = new Set<Worker>();
  let made = 0;
  globalThis.Worker = class extends Worker {
    constructor(module: string | URL, options?: WorkerOptions) {
      super(module, options);
      alive.add(this);
      made++;
    }

    override terminate(): void {
      super.terminate();
      alive.delete(this);
    }
  };
  try {
    await use();
  } finally {
    globalThis.Worker = Worker;
  }
  return { made, alive: alive.size };
}
