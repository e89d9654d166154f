/** A row of the bench that no machine measured: a fixture, with numbers that are easy to divide. */
import type { BenchRow } from "../../reports/rows/bench_row.ts";

const PROVENANCE = {
  adapter: "fixture",
  deno: "2.9.6",
  version: "0.2.0",
  commit: "0123456789ab",
  date: "2026-11-29T00:00:00.000Z",
};

export const BENCH_ROW: BenchRow = {
  bench: "revgnn",
  ...{ nodes: 1000, degree: 10, channels: 80, layers: 2 },
  ceilings: {
    ...{ copyGBs: 2, cacheGBs: 4, multiplyAddGFLOPs: 100, loadsGFLOPs: 5 },
    ...{ launch: 0.02, pass: 0.05, submission: 0.1 },
  },
  kernels: {
    linear: timed(1, 1.2e6, 20e6),
    copy_columns: timed(0.5, 0.8e6, 0),
  },
  layerTimes: { "gen layer": timed(8, 12e6, 60e6) },
  step: timed(60, 80e6, 400e6),
  ...PROVENANCE,
};

function timed(milliseconds: number, bytes: number, operations: number) {
  return { milliseconds, bytes, operations, launches: 2, invocations: 4096 };
}
