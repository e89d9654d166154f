/** Rows that no machine measured: a fixture, with numbers of the size that real ones have. */
import type { Scale } from "../../experiments/experiment.ts";
import { memoryVsDepth } from "../../experiments/memory_vs_depth.ts";
import type { Row, RunSettings } from "../../training/row.ts";

const MIB = 2 ** 20;

/** A row for every run of a scale, each changed by `change` afterwards. */
export function fixtureRows(scale: Scale, change: (row: Row) => Row = (row) => row): Row[] {
  return memoryVsDepth.scales[scale].map((run) => change(fixtureRow(run)));
}

/** The row of one run: residual activations grow by 21.9 MiB a layer, reversible ones do not. */
export function fixtureRow(run: RunSettings): Row {
  const { kind, layers } = run.model;
  const reversible = kind === "rev-gnn";
  const parameters = 10_000 + layers * (reversible ? 12_928 : 21_000);
  const activationBytes = (reversible ? 31.2 : 31.2 + 21.9 * layers) * MIB;
  const peakBytes = activationBytes + 16 * parameters;
  const fits = peakBytes <= (run.memoryBudget ?? Infinity);
  const trained = fits && run.epochs > 0;
  const test = 0.78 + 0.012 * Math.log2(layers) + 0.003 * run.seed - (reversible ? 0 : 0.004);
  return {
    ...run,
    status: trained ? "trained" : fits ? "measured" : "does not fit",
    parameters,
    peakBytes,
    activationBytes,
    secondsPerEpoch: fits ? 0.31 * layers * (reversible ? 1.4 : 1) : null,
    bestEpoch: trained ? 41 + layers % 5 + run.seed : null,
    scores: trained ? { train: test + 0.09, valid: test + 0.01, test } : null,
    losses: trained ? [0.69, 0.42, 0.31] : [],
    adapter: "fixture adapter",
    deno: "2.9.6",
    version: "0.1.0",
    commit: "0000000",
    date: "2026-01-02T03:04:05.000Z",
  };
}
