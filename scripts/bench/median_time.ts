/** Measures how long a call takes. */

/** Rounds that make pipelines and fill the pool. */
const WARMING_UP = 2;

/** Median milliseconds of a call until its promise is kept, over `rounds` calls. */
export async function medianTime(rounds: number, call: () => Promise<void>): Promise<number> {
  const times: number[] = [];
  for (let round = -WARMING_UP; round < rounds; round++) {
    const start = performance.now();
    await call();
    if (round >= 0) times.push(performance.now() - start);
  }
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)]!;
}
