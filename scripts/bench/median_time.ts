/** Measures how long a call takes. */

/** Untimed first rounds, which compile pipelines and allocate memory. */
const WARMING_UP = 2;

/** Median milliseconds of `rounds` calls, each until its promise resolves. */
export async function medianTime(rounds: number, call: () => Promise<void>): Promise<number> {
  const times: number[] = [];
  for (let round = -WARMING_UP; round < rounds; round++) {
    const start = performance.now();
    await call();
    if (round >= 0) times.push(performance.now() - start);
  }
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)]!;
}
