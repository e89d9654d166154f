/** The page's charts and figures, from runs as plain values. */
import { lossChart, stepMemoryChart, validationChart } from "../../demo/charts.ts";
import { numbersOf, statusOf } from "../../demo/numbers.ts";
import { KINDS } from "../../demo/plan.ts";
import { afterEpoch, bestOf, BUDGET, readyRun, type Run } from "../../demo/run.ts";
import { lineChart } from "../../reports/charts/lines.ts";
import { assertEquals } from "../assert.ts";

const MIB = 2 ** 20;
const PLAN = { layers: 3, channels: 8, epochs: 4 };

/** A footprint of so many MiB at each layer. */
function footprint(...held: number[]) {
  const layers = held.map((mib, i) => ({ layer: 3 - Math.abs(i - 2), bytes: mib * MIB }));
  return { parameters: 1234, peakBytes: Math.max(...held) * MIB + 512, layers };
}

const READY: Run[] = [
  readyRun("rev-gnn", PLAN, footprint(2, 2, 3, 3, 3)),
  readyRun("res-gnn", PLAN, footprint(4, 8, 12, 8, 4)),
];

/** The runs after epochs of these validation scores. */
function trained(...valid: number[]): Run[] {
  return READY.map((run) =>
    valid.reduce((run, score, i) =>
      afterEpoch(run, {
        ...{
          epoch: i + 1,
          loss: 1 / (i + 1),
          seconds: i === 0 ? 9 : 0.25,
          peakBytes: 0,
          judged: score,
        },
        ...{ learningRate: 0.01, gradientNorm: 1 },
        scores: { train: 0.9, valid: score, test: score - 0.01 },
        footprint: run.footprint,
      }), run)
  );
}

function textsOf(svg: SVGSVGElement, selector: string): string[] {
  return Array.from(svg.querySelectorAll(selector), (node) => node.textContent!);
}

Deno.test("stepMemoryChart() is in MiB from zero, layers counted up and down again", () => {
  const chart = stepMemoryChart(READY);
  assertEquals(chart.series.map(({ points }) => points.map(({ y }) => y)), [
    [2, 2, 3, 3, 3],
    [4, 8, 12, 8, 4],
  ]);
  assertEquals(chart.series.map(({ label }) => label), [["RevGNN", "3 MiB"], ["ResGNN", "12 MiB"]]);
  const ticks = textsOf(lineChart(chart), ".axis text");
  assertEquals(ticks, "0 2 4 6 8 10 12 14 1 2 3 2 1".split(" "));
  assertEquals(chart.limit, null);
});

Deno.test("stepMemoryChart() shows the limit where a model does not fit", () => {
  const runs = [READY[0]!, readyRun("res-gnn", PLAN, footprint(400, 800, 1200, 800, 400))];
  assertEquals(runs.map(({ status }) => status), ["ready", "too large"]);
  assertEquals(stepMemoryChart(runs).limit?.y, BUDGET / MIB);
  assertEquals(
    statusOf(runs),
    "RevGNN: ready. ResGNN: does not fit: it needs 1.17 GiB, this page may take 1 GiB.",
  );
});

Deno.test("lossChart() and validationChart() have a point for each epoch, on whole epochs", () => {
  const runs = trained(0.5, 0.75, 0.625);
  assertEquals(lossChart(runs).series[0]!.points.map(({ x, y }) => [x, y]), [
    [1, 1],
    [2, 1 / 2],
    [3, 1 / 3],
  ]);
  assertEquals(validationChart(runs).series[1]!.points.map(({ y }) => y), [50, 75, 62.5]);
  const ticks = textsOf(lineChart(lossChart(runs)), ".axis text").slice(-3);
  assertEquals(ticks, ["1", "2", "3"]);
});

Deno.test("lossChart() says so before anything is measured", () => {
  assertEquals(textsOf(lineChart(lossChart(READY)), "text"), ["nothing measured yet"]);
});

Deno.test("numbersOf() scores at the best epoch, and leaves out the first one's time", () => {
  const runs = trained(0.5, 0.75, 0.625);
  assertEquals(bestOf(runs[0]!)?.epoch, 2);
  const numbers = Object.fromEntries(numbersOf(runs).map(([name, ...texts]) => [name, texts[0]]));
  assertEquals(numbers, {
    "state": "epoch 3 of 4",
    "device memory at the most": "3 MiB",
    "of it activations": "3 MiB",
    "learned numbers": "1,234",
    "training loss": "0.3333",
    "best validation ROC-AUC": "75.00 %",
    "test ROC-AUC there": "74.00 %",
    "seconds an epoch": "0.250",
  });
});

Deno.test("statusOf() changes when a run begins or ends, not with every epoch", () => {
  assertEquals(statusOf(trained(0.5)), statusOf(trained(0.5, 0.75)));
  const ended = trained(0.5, 0.75).map((run) => ({ ...run, status: "stopped" as const }));
  assertEquals(
    statusOf(ended.slice(0, 1)),
    "RevGNN: stopped after 2 epochs, 74.00 % on the test verbs.",
  );
  assertEquals(ended.map(({ kind }) => kind), [...KINDS]);
});
