/** How long quick and small take on two cores, by the rows that were measured there. */
// @ts-types="types-d3"
import * as d3 from "d3";
import { EXPERIMENTS } from "../../experiments/all.ts";
import { DEPTH } from "../../experiments/variable.ts";
import { readRows, rowsPath } from "../../reports/rows/rows.ts";
import { planOf } from "../../scripts/reproduce/plan.ts";
import type { Row, RunSettings } from "../../training/row.ts";
import { assert } from "../assert.ts";

const MEASURED = "reports/measured/llvmpipe";
/** Seconds of a run beside its epochs: device, pipelines, graph and row. */
const OVERHEAD = 0.4;

/** Minutes that the README promises. */
const LIMITS = { quick: 10, small: 75 } as const;

async function measuredRows(): Promise<Row[]> {
  const files = ["quick", "small"].flatMap((scale) =>
    EXPERIMENTS.map(({ name }) => readRows(rowsPath(MEASURED, scale, name)))
  );
  return (await Promise.all(files)).flat().filter(({ secondsPerEpoch }) =>
    secondsPerEpoch !== null
  );
}

/** What a run's time grows by among runs that are otherwise alike. */
function workOf(run: RunSettings): number {
  return Math.max(1, run.epochs) * DEPTH.of(run) * run.model.channels;
}

/** How unlike two runs are: of kinds and batches first, then of sizes. */
function distance(a: RunSettings, b: RunSettings): number {
  const unlike = d3.sum([
    a.dataset !== b.dataset,
    a.model.kind !== b.model.kind,
    (a.model.convolution ?? "gen") !== (b.model.convolution ?? "gen"),
    a.parts !== b.parts,
    a.drift !== b.drift,
    a.model.groups !== b.model.groups,
  ], Number);
  const apart = (of: (run: RunSettings) => number) => Math.abs(Math.log2(of(a) / of(b)));
  return 100 * unlike + apart((run) => run.model.channels) + apart(DEPTH.of);
}

for (const [scale, minutes] of Object.entries(LIMITS) as [keyof typeof LIMITS, number][]) {
  Deno.test(`${scale} ends within ${minutes} minutes by the rates that were measured`, async () => {
    const rows = await measuredRows();
    const seconds = planOf(EXPERIMENTS, { scale, rows: [] }).filter(({ twin }) => !twin)
      .map(({ settings }) => {
        const like = d3.least(rows, (row) => distance(row, settings))!;
        const spent = like.secondsPerEpoch! * Math.max(1, like.epochs);
        return OVERHEAD + spent * workOf(settings) / workOf(like);
      });
    const total = d3.sum(seconds) / 60;
    assert(total <= minutes, `${total.toFixed(1)} minutes`);
  });
}
