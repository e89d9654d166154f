/** Measures how long a call takes, by itself or in turn with another. */
// @ts-types="types-d3"
import * as d3 from "d3";

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
  return d3.median(await timesOf(rounds, call))!;
}

/**
 * What two timers say, [a, b] of each pair after one to warm up; who goes first changes from pair to pair, so
 * that drifts of the machine meet both alike.
 */
export async function timesInTurn(
  pairs: number,
  a: () => Promise<number>,
  b: () => Promise<number>,
): Promise<[a: number, b: number][]> {
  const times: [number, number][] = [];
  for (let pair = -1; pair < pairs; pair++) {
    const first = pair % 2 === 0 ? await a() : undefined;
    const ofB = await b();
    const ofA = first ?? await a();
    if (pair >= 0) times.push([ofA, ofB]);
  }
  return times;
}
