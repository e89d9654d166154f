/** Measures how long a call takes. */

/** Untimed first rounds, which compile pipelines and allocate memory. */
const WARMING_UP = 2;

/** Milliseconds of `rounds` calls, each until its promise resolves, the shortest first. */
export async function timesOf(rounds: number, call: () => Promise<void>): Promise<number[]> {
  const times: number[] = [];
  for (let round = -WARMING_UP; round < rounds; round++) {
    const start = performance.now();
    await call();
    if (round >= 0) times.push(performance.now() - start);
  }
  return times.toSorted((a, b) => a - b);
}

/** The median of their times. */
export async function medianTime(rounds: number, call: () => Promise<void>): Promise<number> {
  const times = await timesOf(rounds, call);
  return times[Math.floor(times.length / 2)]!;
}
