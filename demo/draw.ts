/** Draws the runs into the page: charts, table, and the epochs as a table of their own. */
// @ts-types="types-d3"
import * as d3 from "d3";
import type { LineChart } from "../reports/charts/chart.ts";
import { lineChart } from "../reports/charts/lines.ts";
import { lossChart, stepMemoryChart, validationChart } from "./charts.ts";
import { numbersOf, statusOf } from "./numbers.ts";
import type { Run } from "./run.ts";

/** What stands on the page; a drawing whose chart is as before is left alone, under the pointer as it may be. */
let drawn: { readonly [id: string]: unknown } = {};

/** Draws all that has changed since the last call. */
export function drawRuns(runs: readonly Run[]): void {
  const layers = runs.map(({ footprint }) => JSON.stringify(footprint.layers));
  const epochs = runs.map((run) => run.epochs.length);
  const next = { memory: layers.join(), learning: `${runs.map(({ plan }) => plan)} ${epochs}` };
  if (drawn.memory !== next.memory) put(stepMemoryChart(runs));
  if (drawn.learning !== next.learning) {
    put(lossChart(runs));
    put(validationChart(runs));
    drawEpochs(runs);
  }
  drawn = next;
  drawNumbers(runs);
  const status = statusOf(runs);
  const said = d3.select("#status");
  // A screen reader hears what changes.
  if (said.text() !== status) said.text(status);
}

function put(chart: LineChart): void {
  const figure = d3.select(`figure.${chart.id}`);
  figure.select("svg").remove();
  figure.insert(() => lineChart(chart), "figcaption");
}

function drawNumbers(runs: readonly Run[]): void {
  const rows = d3.select("#numbers tbody").selectAll("tr").data(numbersOf(runs)).join((enter) => {
    const row = enter.append("tr");
    row.append("th").attr("scope", "row").text(([name]) => name);
    return row;
  });
  rows.selectAll("td").data(([, ...texts]) => texts).join("td").text((text) => text);
}

/** A line for each epoch that any run has; the elements hold the numbers in full. */
function drawEpochs(runs: readonly Run[]): void {
  const length = Math.max(...runs.map(({ epochs }) => epochs.length));
  const rows = d3.select("#epochs tbody").selectAll("tr").data(d3.range(length)).join((enter) => {
    const row = enter.append("tr");
    row.append("th").attr("scope", "row").text((i) => i + 1);
    return row;
  });
  rows.selectAll("td").data((i) =>
    runs.flatMap(({ epochs }) => [epochs[i]?.loss, epochs[i]?.scores?.valid])
  ).join("td").selectAll("data").data((value) => value === undefined ? [] : [value])
    .join("data").attr("value", String).text((value) => value.toFixed(4));
}
