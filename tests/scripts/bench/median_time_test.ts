/** How the bench takes its times: by a clock that says what the test tells it. */
import { medianTime, timesInTurn, timesOf } from "../../../scripts/bench/median_time.ts";
import { assertEquals } from "../../assert.ts";

/** Calls that take so many milliseconds each, by the clock that is set for as long as `act` takes. */
async function withTimes<T>(
  milliseconds: readonly number[],
  act: (call: () => Promise<void>) => Promise<T>,
): Promise<T> {
  const { now } = performance;
  let [time, calls] = [1000, 0];
  performance.now = () => time;
  try {
    return await act(() => Promise.resolve(void (time += milliseconds[calls++]!)));
  } finally {
    performance.now = now;
  }
}

Deno.test("timesOf() leaves out the first two calls, and begins with the shortest", async () => {
  const times = await withTimes([900, 1, 7, 10, 5], (call) => timesOf(3, call));
  assertEquals(times, [5, 7, 10]);
});

Deno.test("medianTime() of an even number of calls lies between the middle two", async () => {
  const median = (times: number[]) =>
    withTimes([0, 0, ...times], (call) => medianTime(times.length, call));
  assertEquals([await median([9, 1, 2]), await median([8, 1, 2, 4]), await median([6])], [2, 3, 6]);
});

Deno.test("timesInTurn() alternates who goes first, and counts no pair to warm up", async () => {
  const order: string[] = [];
  const timer = (name: string, first: number) => () => {
    order.push(name);
    return Promise.resolve(first++);
  };
  const times = await timesInTurn(4, timer("a", 10), timer("b", 20));
  assertEquals(order.join(" "), "b a a b b a a b b a");
  assertEquals(times, [[11, 21], [12, 22], [13, 23], [14, 24]]);
});
