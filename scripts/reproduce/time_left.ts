/** Estimates how long a plan's runs may still take from the time of the runs before them. */
// @ts-types="types-d3"
import * as d3 from "d3";
import { isFetched, publishedAs } from "../../graphs/published/fetched.ts";
import type { Row, RunSettings } from "../../training/row.ts";

/** How long these runs may take, from what rows took; undefined where no row tells. */
export function secondsOf(runs: readonly RunSettings[], rows: readonly Row[]): number | undefined {
  const timed = rows.filter(({ secondsPerEpoch }) => secondsPerEpoch !== null);
  if (timed.length === 0) return undefined;
  const seconds = d3.sum(timed, (row) => row.secondsPerEpoch! * row.losses.length);
  return d3.sum(runs, workOf) * seconds / d3.sum(timed, workOf);
}

/** Nodes of the data sets whose number no table of published ones has. */
const NODES: Readonly<Record<string, number>> = {
  "wordnet-frames": 13_789,
  "wordnet-lexnames": 117_791,
};
/** Those that any other data set is taken to have. */
const USUAL_NODES = 2000;
/** A DEQ-GNN's solver takes about as many steps, forward and adjoint. */
const SOLVER_STEPS = 15;
/** Channels that cost as much as what a layer costs whatever its width. */
const BASE_CHANNELS = 32;

/** What a run's time grows by, as far as its settings tell. */
function workOf({ dataset, planted, model, epochs }: RunSettings): number {
  const nodes = isFetched(dataset)
    ? publishedAs(dataset).nodes
    : NODES[dataset] ?? planted?.nodes ?? USUAL_NODES;
  const layers = model.kind === "deq-gnn" ? SOLVER_STEPS : model.layers;
  return Math.max(1, epochs) * nodes * layers * (model.channels + BASE_CHANNELS);
}
