/** Chains: how far each network sees, and how much of that it tells. */
// @ts-types="types-d3"
import * as d3 from "d3";
import type { Drawing } from "../figures/drawing.ts";
import { runTable } from "../figures/run_table.ts";
import { convergenceFinding } from "../findings/convergence.ts";
import { type Finding, SEEDS_NEEDED } from "../findings/finding.ts";
import { amount, plural, score } from "../findings/format.ts";
import { scoreText } from "../findings/scores.ts";
import { ceilingOf, type Seeing, seeingOf } from "./chains/ceilings.ts";
import { reachChart } from "./chains/charts.ts";
import { hopsOf } from "../../models/hops.ts";

export const chainLengths: Drawing = {
  findings: ({ rows, experiment: { x } }) => {
    const all = seeingOf(rows, x);
    const longest = d3.max(all, ({ summary }) => summary.x);
    const at = all.filter(({ summary }) => summary.x === longest);
    const [solved, stacks] = [true, false].map((is) =>
      at.filter(({ summary: { model } }) => (model.kind === "deq-gnn") === is)
    ) as [Seeing[], Seeing[]];
    const short = stacks.filter(({ hops, most }) => most(hops) < 1);
    const furthest = d3.greatest(short, ({ hops }) => hops);
    return [
      ...solved.flatMap((one) =>
        beyondFinding(one, furthest?.hops, "IGNN, EIGNN: along all of it")
      ),
      ...ceilingFinding(all),
      ...deeperFindings(stacks),
      ...doubleFinding(stacks),
      ...solved.flatMap(({ summary }) => convergenceFinding({ ...summary, at: stepsOf(summary) })),
    ];
  },
  figures: ({ rows, dataset, experiment: { x } }) => [reachChart(rows, dataset, x)],
  paper: () => [],
  table: ({ rows, dataset, experiment }) =>
    runTable(rows, dataset, experiment, {
      source: "what its hops show",
      heads: ["hops", "at most"],
      cells: (summary) => [[String(hopsOf(summary.model))], [score(ceilingOf(summary, rows))]],
    }),
};

/** What a solve may take, which is not what is varied here. */
function stepsOf({ model }: Seeing["summary"]): string {
  return amount(model.equilibrium!.maxSteps, "solver step");
}

/** Roundings of a score, which is a count's share. */
const ROUNDING = 1e-9;

/** The claim that a model tells more than so many hops show: a bound, which every seed must pass. */
function beyondFinding({ summary, hops: own, most }: Seeing, hops = own, paper: string): Finding[] {
  if (own <= hops || most(hops) === 1) return [];
  const { name, at, seeds, scores: { test } } = summary;
  const above = test.values.filter((value) => value > most(hops) + ROUNDING).length;
  const [none, all] = [above === 0, above === seeds];
  const known = seeds >= SEEDS_NEEDED;
  return [{
    claim: `${name} tells more of ${at} than ${amount(hops, "hop")} show`,
    ours: `${scoreText(summary)} %, ${amount(hops, "hop")} show at most ${score(most(hops))}`,
    paper,
    verdict: known && all ? "agrees" : known && none ? "differs" : "cannot tell",
    seeds,
    test: known ? `${above} of them above the bound` : `a test takes ${SEEDS_NEEDED}`,
  }];
}

/** The claim that nothing tells more than what it sees shows; a single run that did would refute it. */
function ceilingFinding(all: readonly Seeing[]): Finding[] {
  const runs = all.flatMap(({ summary, hops, most }) =>
    summary.scores.test.values.map((value) => value - most(hops))
  );
  if (runs.length === 0) return [];
  const above = runs.filter((gap) => gap > ROUNDING).length;
  const reached = runs.filter((gap) => Math.abs(gap) <= ROUNDING).length;
  return [{
    claim: "No network tells more than its hops show",
    ours: above === 0
      ? `${plural(runs.length, "run")}: none above its ceiling, ${reached} at it`
      : `${above} of ${plural(runs.length, "run")} above its ceiling`,
    paper: "L layers see L hops",
    verdict: above === 0 ? "agrees" : "differs",
    seeds: null,
    test: "a formula, no seed needed",
  }];
}

/** Of each kind of network at several depths: whether the deepest tells what the shallowest cannot see. */
function deeperFindings(stacks: readonly Seeing[]): Finding[] {
  const kinds = d3.groups(stacks, ({ summary: { model } }) => {
    return [model.kind, model.tied, model.convolution.kind].join();
  });
  return kinds.flatMap(([, same]) => {
    const [shallow, deep] = d3.extent(same, ({ hops }) => hops) as [number, number];
    const deepest = same.find(({ hops }) => hops === deep)!;
    return beyondFinding(deepest, shallow, "more layers see further");
  });
}

/** The deepest reversible network against as many layers as it has, each of one hop. */
function doubleFinding(stacks: readonly Seeing[]): Finding[] {
  const reversible = stacks.filter(({ summary: { model } }) => model.groups > 1 && !model.tied);
  const deepest = d3.greatest(reversible, ({ hops }) => hops);
  if (!deepest) return [];
  return beyondFinding(deepest, deepest.summary.model.layers, "not told of groups");
}
