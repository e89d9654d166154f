/** What rebuilding activations costs in accuracy. */
// @ts-types="types-d3"
import * as d3 from "d3";
import type { Drawing } from "../figures/drawing.ts";
import { driftCharts } from "./drift/charts.ts";
import { driftTable } from "./drift/table.ts";
import { type DriftAt, driftsOf, driftText, partsText, weightsText } from "./drift/drifts.ts";
import type { Finding } from "../findings/finding.ts";
import { amount, plural } from "../findings/format.ts";

/** From here on a gradient is said to be off: one per cent of its largest value. */
const MUCH = 1e-2;

export const drift: Drawing = {
  findings: ({ rows }) =>
    d3.groups(driftsOf(rows), ({ name }) => name).map(([, depths]) =>
      deepestFinding(depths.at(-1)!)
    ),
  figures: ({ rows }) => driftCharts(rows),
  paper: () => [],
  table: ({ rows, dataset }) => driftTable(rows, dataset),
};

/** A model at its deepest. */
function deepestFinding(at: DriftAt): Finding {
  const { layers, seeds, worst: { gradients } } = at;
  const holds = gradients !== null && gradients <= MUCH;
  return {
    claim: `Gradients by rebuilt activations hold: ${partsText(at)}, ${weightsText(at)}`,
    ours: gradients === 0
      ? `equal to the bit after ${amount(layers, "layer")}`
      : `${driftText(gradients)} of the largest off after ${amount(layers, "layer")}`,
    paper: "trains 1001 layers by them",
    verdict: holds ? "agrees" : "differs",
    seeds: null,
    test: `at most ${100 * MUCH} % off, the worst of ${plural(seeds, "seed")}`,
  };
}
