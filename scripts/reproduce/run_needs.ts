/** What runs will take, before they begin: device memory, the machine's memory, time. */
// @ts-types="types-d3"
import * as d3 from "d3";
import type { AdapterInfo } from "../../gpu/adapter.ts";
import { isFetched, publishedAs } from "../../graphs/published/fetched.ts";
import { columnsOf } from "../../graphs/planted/stand_in.ts";
import { settingsKey } from "../../reports/rows/keys.ts";
import type { RunSettings } from "../../training/row.ts";
import { Estimator } from "../../training/runs/estimate.ts";
import type { Planned } from "./plan.ts";

/** What a run will take. */
export interface Needs {
  /** Of device memory; none where a tensor is larger than the adapter takes. */
  readonly peakBytes?: number;
  /** Of all its epochs, without evaluations. */
  readonly seconds: number;
  /** Of the machine's memory: the graph twice, as its parts are cut while it is read, and Deno itself. */
  readonly hostBytes: number;
}

/** Deno, its driver and small graphs. */
const BASE_BYTES = 2 * 2 ** 30;

/** Estimates these runs on this adapter; those that differ in their seeds alone once. */
export async function needsOf(
  runs: readonly Planned[],
  adapter: AdapterInfo,
): Promise<Map<Planned, Needs>> {
  const estimator = new Estimator(adapter);
  const needs = new Map<Planned, Needs>();
  const seedless = ({ settings }: Planned) => settingsKey({ ...settings, seed: 0 });
  for (const [, seeds] of d3.group(runs, seedless)) {
    const { settings } = seeds[0]!;
    const { peakBytes } = await estimator.size(settings);
    const begins = peakBytes !== null && peakBytes <= (settings.memoryBudget ?? Infinity);
    const found = {
      ...peakBytes !== null && { peakBytes },
      seconds: begins ? await estimator.seconds(settings) : 0,
      hostBytes: hostBytes(settings, begins && adapter.software ? peakBytes : 0),
    };
    for (const one of seeds) needs.set(one, found);
  }
  return needs;
}

/** A software driver's device memory is the machine's. */
function hostBytes({ dataset }: RunSettings, deviceBytes: number): number {
  return BASE_BYTES + deviceBytes + 2 * graphBytes(dataset);
}

/** Of a published graph, which lists each edge once: its edges in both directions, features, labels. */
function graphBytes(dataset: string): number {
  if (!isFetched(dataset)) return 0;
  const { nodes, edges } = publishedAs(dataset);
  const { x, labels, edgeFeatures } = columnsOf(dataset, 1000);
  return 4 * (nodes * (x.cols + labels.cols) + 2 * edges * (1 + edgeFeatures.cols));
}
