/** Every seed's own value as a dot beside the mean, in all charts of scores. */
import { LAYERS } from "../../../experiments/variable.ts";
import { modelsAt112Layers } from "../../../experiments/models_at_112_layers.ts";
import type { Chart } from "../../../reports/charts/chart.ts";
import { drawChart } from "../../../reports/charts/draw.ts";
import { viewsCharts } from "../../../reports/experiments/inference/charts.ts";
import { scoreBubbles } from "../../../reports/experiments/score_vs_memory/bubbles.ts";
import { scoreChart } from "../../../reports/figures/score_charts.ts";
import { scoreDots } from "../../../reports/figures/table_dots.ts";
import { inference } from "../../../experiments/inference.ts";
import type { Row } from "../../../training/row.ts";
import { assert, assertEquals } from "../../assert.ts";
import { FLOAT64 } from "../../tolerances.ts";
import { fixtureRow } from "../fixture_rows.ts";

const DATASET = "wordnet-frames";
const { scales, x } = modelsAt112Layers;
/** Three seeds of a model whose scores lie unevenly: one far below the other two; 0.76 in the mean. */
const SCORES = [0.7, 0.78, 0.8];

function rowsOf(seeds: number): Row[] {
  const run = scales.small.find(({ model }) => model.kind === "rev-gnn")!;
  return SCORES.slice(0, seeds).map((test, seed) => ({
    ...fixtureRow({ ...run, seed, memoryBudget: null }),
    scores: { train: 0.9, valid: 0.8, test },
  }));
}

const viewed = (seeds: number) =>
  inference.scales.small.filter(({ seed }) => seed < seeds).map(fixtureRow);

/** Each chart, whether its values go upwards or to the right, and how many means it has. */
const CHARTS: Record<string, (seeds: number) => Chart> = {
  scoreChart: (seeds) => scoreChart(rowsOf(seeds), DATASET, LAYERS),
  scoreDots: (seeds) => scoreDots(rowsOf(seeds), DATASET, modelsAt112Layers),
  scoreBubbles: (seeds) => scoreBubbles(rowsOf(seeds), DATASET, x),
  viewsCharts: (seeds) => viewsCharts(viewed(seeds), DATASET)[0]!,
};

function placesOf(chart: Chart): { marks: [number, number][]; singles: [number, number][] } {
  const svg = drawChart(chart);
  const marks = [...svg.querySelectorAll(".mark.filled")].map((mark) =>
    mark.getAttribute("transform")!.match(/-?[\d.]+/g)!.map(Number) as [number, number]
  );
  const singles = [...svg.querySelectorAll("circle.single")].map((dot) =>
    [Number(dot.getAttribute("cx")), Number(dot.getAttribute("cy"))] as [number, number]
  );
  return { marks, singles };
}

for (const [name, chartOf] of Object.entries(CHARTS)) {
  Deno.test(`${name}() draws a dot for each seed, whose middle is the mean's mark`, () => {
    const { marks, singles } = placesOf(chartOf(3));
    assert(marks.length > 0);
    assertEquals(singles.length, 3 * marks.length);
    marks.forEach(([x, y], i) => {
      const own = singles.slice(3 * i, 3 * i + 3);
      const [meanX, meanY] = [0, 1].map((axis) => own.reduce((sum, at) => sum + at[axis]!, 0) / 3);
      // Those of a table stand below its mark.
      const below = name === "scoreDots" ? 8 : 0;
      const error = Math.hypot(meanX! - x, meanY! - y - below);
      assert(error <= 1e4 * FLOAT64, `the dots of mark ${i} are off by ${error}`);
      assertEquals(new Set(own.map(String)).size, 3);
    });
  });

  Deno.test(`${name}() draws no dot where there is one seed`, () => {
    assertEquals(placesOf(chartOf(1)).singles, []);
  });
}

Deno.test("A seed beyond the deviation stays within the axes, and its text beside the dots", () => {
  const scored = (seed: number, test: number): Row => ({
    ...rowsOf(1)[0]!,
    ...{ seed, scores: { train: 0.9, valid: 0.8, test } },
  });
  const many = [...Array(9)].map((_, seed) => scored(seed, 0.5));
  const far = scored(9, 0.95);
  const rows = [...many, far];
  const line = placesOf(scoreChart(rows, DATASET, LAYERS));
  assert(line.singles.every(([, y]) => y >= 32 && y <= 254), String(line.singles));
  const svg = drawChart(scoreDots(rows, DATASET, modelsAt112Layers));
  const dots = [...svg.querySelectorAll("circle.single")].map((dot) =>
    Number(dot.getAttribute("cx"))
  );
  assert(Math.min(...dots) > 0, String(dots));
  const text = [...svg.querySelectorAll(".value")]
    .find(({ textContent }) => textContent?.startsWith("54.50"))!;
  assert(Number(text.getAttribute("x")) > Math.max(...dots), text.outerHTML);
});

Deno.test("A score's deviation and axis end at 100 %", () => {
  const rows = [1, 1, 0.7].map((test, seed) => ({
    ...rowsOf(1)[0]!,
    ...{ seed, scores: { train: 1, valid: 1, test } },
  }));
  const deep = rows.map((row) => ({
    ...row,
    model: { ...row.model, layers: 999 } as Row["model"],
  }));
  const svg = drawChart(scoreChart([...rows, ...deep], DATASET, LAYERS));
  const ticks = [...svg.querySelectorAll(".axis text")].map(({ textContent }) =>
    Number(textContent)
  );
  assert(
    ticks.includes(100) && Math.max(...ticks.filter((tick) => tick < 999)) === 100,
    String(ticks),
  );
  const [, highest] = placesOf(scoreChart([...rows, ...deep], DATASET, LAYERS)).singles[0]!;
  const band = svg.querySelector(".band")!.getAttribute("d")!.match(/,(-?[\d.]+)/g)!;
  const top = Math.min(...band.map((text) => Number(text.slice(1))));
  assert(
    Math.abs(top - highest) <= 1e4 * FLOAT64,
    `the band ends at ${top}, 100 % is at ${highest}`,
  );
});

Deno.test("Tooltips tell each seed's score", () => {
  const titles = [...drawChart(CHARTS.scoreChart!(3)).querySelectorAll(".target title")];
  assert(titles[0]!.textContent!.endsWith("% on the test part; seeds 70.00, 78.00, 80.00"));
});
