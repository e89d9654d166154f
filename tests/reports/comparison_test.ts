import { modelsAt112Layers } from "../../experiments/models_at_112_layers.ts";
import {
  certainty,
  costsSentence,
  type Pair,
  pointsText,
  scoreClause,
  seedsText,
  timesText,
} from "../../reports/comparison.ts";
import { summarise, type Summary } from "../../reports/summary.ts";
import { assert, assertEquals } from "../assert.ts";
import { fixtureRow } from "./fixture_rows.ts";

const { paper, x, scales } = modelsAt112Layers;
const summaries = summarise(scales.full.map(fixtureRow), x);

/** A model of the full scale with other test scores. */
function scored(name: string, mean: number, std: number | null): Summary {
  const summary = summaries.find((one) => one.name === name)!;
  const scores = { ...summary.scores!, test: { mean, std } };
  return { ...summary, scores, seeds: std === null ? 1 : 3 };
}

const rev = scored("RevGNN-64", 0.8, 0.004);
const far: Pair = [rev, scored("ResGNN-64", 0.81, 0.002)];
const near: Pair = [rev, scored("ResGNN-64", 0.803, 0.002)];
const single: Pair = [rev, scored("ResGNN-64", 0.803, null)];

Deno.test("certainty() names one seed, and what is within the larger of two deviations", () => {
  assertEquals([far, near, single].map(certainty), [
    "3 seeds",
    "within the spread of 3 seeds",
    "one seed",
  ]);
});

Deno.test("scoreClause() tells whether the paper differs the same way, where it has both", () => {
  const figures = "(RevGNN-64 85.48, ResGNN-64 85.94)";
  assertEquals(
    scoreClause(far, paper),
    `RevGNN-64 scores 1.00 points less than ResGNN-64 (3 seeds), as in the paper ${figures}`,
  );
  assertEquals(
    scoreClause([far[1], far[0]], { ...paper, series: paper.series.slice(0, 2) }),
    "ResGNN-64 scores 1.00 points more than RevGNN-64 (3 seeds)",
  );
  // Equal as printed is equal, although the means differ.
  const level: Pair = [rev, scored("ResGNN-64", 0.80003, 0.002)];
  assertEquals(
    scoreClause(level, paper),
    "RevGNN-64 scores the same as ResGNN-64 (within the spread of 3 seeds); the paper has " +
      "RevGNN-64 85.48 and ResGNN-64 85.94",
  );
});

Deno.test("scoreClause() calls neither as nor unlike the paper what is within ours or its own spread", () => {
  const told = (std: number) => ({
    ...paper,
    series: paper.series.map((one) => ({ ...one, points: one.points.map((p) => ({ ...p, std })) })),
  });
  // The paper's two are 0.46 points apart.
  assert(scoreClause(far, told(0.45)).includes(", as in the paper"));
  assert(scoreClause(far, told(0.46)).includes("; the paper has RevGNN-64 85.48 ± 0.46 and"));
  assert(scoreClause([near[1], near[0]], paper).includes("; the paper has ResGNN-64"));
});

Deno.test("seedsText() tells fewest and most seeds apart", () => {
  const of = (...seeds: number[]) => seedsText(seeds.map((seeds) => ({ seeds })));
  assertEquals([of(1), of(3, 3), of(1, 3)], [
    "one seed",
    "means over 3 seeds",
    "means over 1 to 3 seeds",
  ]);
});

Deno.test("scoreClause() has no score of the paper's to compare where it ran out of memory", () => {
  const pair: Pair = [scored("RevGNN-128", 0.8, null), scored("ResGNN-128", 0.79, null)];
  assertEquals(
    scoreClause(pair, paper),
    "RevGNN-128 scores 1.00 points more than ResGNN-128 (one seed)",
  );
});

Deno.test("costsSentence() says once what all share, else of each", () => {
  const options = { cost: "parameters", paper: { ...paper, series: [] } } as const;
  const parts = "RevGNN-64 has 1.6 times fewer parameters than ResGNN-64 and scores";
  assertEquals(costsSentence("A: ", [], options), "");
  assertEquals(costsSentence("A: ", [far], options), `A: ${parts} 1.00 points less (3 seeds).`);
  assertEquals(
    costsSentence("", [far, far], options),
    `${parts} 1.00 points less; ${parts} 1.00 points less (all 3 seeds).`,
  );
  assertEquals(
    costsSentence("", [far, single], options),
    `${parts} 1.00 points less (3 seeds); ${parts} 0.30 points less (one seed).`,
  );
});

Deno.test("timesText() and pointsText() call equal what reads equal", () => {
  assertEquals(timesText(1, 2.53, "memory"), "2.5 times less memory than");
  assertEquals(timesText(2.53, 1, "parameters"), "2.5 times the parameters of");
  assertEquals(timesText(1.001, 1, "memory"), "as much memory as");
  assertEquals(timesText(1, 1.001, "parameters"), "as many parameters as");
  assertEquals([-0.4, 0, 1.2].map(pointsText), [
    "0.40 points less",
    "the same",
    "1.20 points more",
  ]);
});
