import { memoryVsDepth } from "../../../experiments/memory_vs_depth.ts";
import { modelsAt112Layers } from "../../../experiments/models_at_112_layers.ts";
import { proteins } from "../../../experiments/proteins.ts";
import { LAYERS } from "../../../experiments/variable.ts";
import { compare, judge, probabilityText } from "../../../reports/findings/compare.ts";
import { alike, growthFinding, lessFinding, slopeOf } from "../../../reports/findings/costs.ts";
import { basisText, emptyText, type Finding } from "../../../reports/findings/finding.ts";
import { paperOrder, paperPair, toldPairText } from "../../../reports/findings/paper_figures.ts";
import {
  choiceFinding,
  deeperFinding,
  orderFinding,
  scoreFinding,
  topFinding,
} from "../../../reports/findings/scores.ts";
import { byModel, summarise, type Summary } from "../../../reports/findings/summary.ts";
import type { Row } from "../../../training/row.ts";
import { assert, assertEquals } from "../../assert.ts";
import { FLOAT64 } from "../../tolerances.ts";
import { fixtureRow, fixtureRows } from "../fixture_rows.ts";

const { paper, x, scales } = modelsAt112Layers;
const summaries = summarise(scales.full.map(fixtureRow), x);
const MIB = 2 ** 20;

/** A model of the full scale with other scores; validation's are the test's unless told. */
function scored(
  name: string,
  mean: number,
  std: number | null,
  { seeds = std === null ? 1 : 3, valid = mean, x = 0 } = {},
): Summary {
  const summary = summaries.find((one) => one.name === name)!;
  const values: number[] = []; // findings go by means and deviations
  const of = (mean: number) => ({ mean, std, values });
  const scores = { train: of(mean), valid: of(valid), test: of(mean) };
  return { ...summary, scores, seeds, x: x || summary.x };
}

function briefly(findings: readonly Finding[]): string[] {
  return findings.map((one) => `${one.claim}: ${one.verdict} (${basisText(one)})`);
}

Deno.test("scoreFinding() agrees or differs only where Welch's test says so", () => {
  const rev = scored("RevGNN-64", 0.8, 0.004);
  const at = (mean: number) =>
    briefly(scoreFinding([rev, scored("ResGNN-64", mean, 0.004)], paper));
  const claim = "ResGNN-64 scores higher than RevGNN-64";
  assertEquals(at(0.815), [`${claim}: agrees (3 seeds: Welch p = 0.01)`]);
  assertEquals(at(0.785), [`${claim}: differs (3 seeds: Welch p = 0.01)`]);
  // Further apart than either deviates, which three seeds do not tell from chance.
  assertEquals(at(0.806), [`${claim}: cannot tell (3 seeds: Welch p = 0.14)`]);
});

Deno.test("scoreFinding() shows figures of fewer than three seeds, and claims nothing", () => {
  for (const seeds of [1, 2]) {
    const [a, b] = ["RevGNN-64", "ResGNN-64"].map((name, i) =>
      scored(name, 0.6 + 0.2 * i, seeds === 1 ? null : 1e-6, { seeds })
    );
    const [finding] = scoreFinding([a, b], paper);
    assertEquals([finding!.verdict, finding!.seeds], ["cannot tell", seeds]);
    assertEquals(finding!.test, "a test takes 3");
    assert(finding!.ours.startsWith("80.00") && finding!.ours.includes("60.00"), finding!.ours);
    assertEquals(finding!.paper, "ResGNN-64 85.94 against RevGNN-64 85.48");
  }
});

Deno.test("compare() counts the seeds of the side that has fewer", () => {
  const of = (seeds: number) => ({ seeds, scores: { test: { mean: 0.6, std: 1e-6 } } });
  for (const [a, b] of [[2, 5], [5, 2]] as const) {
    const { seeds, test } = compare(of(a), of(b));
    assertEquals([seeds, test], [2, "a test takes 3"]);
  }
});

Deno.test("scoreFinding() finds nothing where one is not trained or the paper has no such pair", () => {
  const trained = scored("RevGNN-128", 0.8, 0.01);
  const untrained = { ...scored("RevGNN-64", 0.8, 0.01), scores: null };
  assertEquals(scoreFinding([trained, untrained], paper), []);
  assertEquals(scoreFinding([trained, undefined], paper), []);
  // The paper's ran out of memory.
  assertEquals(scoreFinding([trained, scored("ResGNN-128", 0.7, 0.01)], paper), []);
});

Deno.test("scoreFinding() names the depths of one model, and where another has the same", () => {
  const { paper } = memoryVsDepth;
  const [res, rev] = byModel(fixtureRows("full"), LAYERS);
  // The deepest are measured alone.
  const [finding] = deeperFinding(rev!, paper);
  assertEquals(finding!.claim, "RevGNN-80 scores higher with 112 layers than with 3");
  assertEquals(finding!.paper, "RevGNN-80 86.23 against 84.71");
  assertEquals(
    scoreFinding([res![0], rev![0]], paper)[0]!.claim,
    "RevGNN-80 scores higher than ResGNN-64, with 3 layers",
  );
  assertEquals(deeperFinding([rev![0]], paper), []);
});

Deno.test("paperOrder() takes the paper's ten seeds by Welch's test, a lone deviation as it is", () => {
  const told = (score: number, std: number | null) => ({ name: "", score, std });
  assertEquals(paperOrder([told(74.02, 0.18), told(74.05, 0.11)]), 0);
  assertEquals(paperOrder([told(83.07, 0.3), told(82.76, 0.27)]), 1);
  assertEquals(paperOrder([told(73.91, null), told(74.02, 0.18)]), 0);
  assertEquals(paperOrder([told(73.91, null), told(74.26, 0.17)]), -1);
  assertEquals(paperOrder([told(85.94, null), told(85.97, null)]), -1);
  assertEquals(paperOrder([told(85.94, null), told(85.94, null)]), 0);
});

Deno.test("paperPair() compares one model at two values within one line of the paper", () => {
  const { paper } = memoryVsDepth;
  const at = (x: number) => ({ ...summaries[0]!, name: "RevGNN-64", x });
  // RevGNN-64 has a line of its own, which has 112 layers alone.
  assertEquals(toldPairText(paperPair([at(112), at(3)], paper)!), "RevGNN-80 86.23 against 84.71");
  assertEquals(paperPair([at(224), at(3)], paper), null);
});

Deno.test("compare() has no order where no seed varies, and rounds p for reading", () => {
  const flat = scored("RevGNN-64", 0.8, 0);
  const { order, test } = compare(flat as never, scored("ResGNN-64", 0.9, 0) as never);
  assertEquals([order, test], [null, "no spread to test by"]);
  assertEquals(judge({ order, seeds: 3, test }).verdict, "cannot tell");
  assertEquals([1, 0.137, 0.0498, 0.0031, 2e-5].map(probabilityText), [
    "p = 1",
    "p = 0.14",
    "p = 0.05",
    "p = 0.003",
    "p < 0.001",
  ]);
});

Deno.test("choiceFinding() chooses by validation and quotes the test part", () => {
  const at = (x: number, test: number, valid: number) => ({
    ...scored("RevGNN-64", test, 0.001, { valid, x }),
    at: `${x} groups`,
  });
  const two = at(2, 0.8, 0.79);
  // Best on the test part, but not by validation.
  const runs = [two, at(4, 0.82, 0.7), at(8, 0.79, 0.795)];
  const [finding] = choiceFinding(runs, two, "two");
  assertEquals(finding!.claim, "RevGNN-64 scores best with 2 groups");
  assertEquals(finding!.ours, "by validation with 8 groups: 79.00 ± 0.10 %");
  assertEquals(finding!.verdict, "agrees");
  assertEquals(choiceFinding([two, at(8, 0.81, 0.795)], two, "")[0]!.verdict, "differs");
  assertEquals(choiceFinding([two], two, ""), []);
  assertEquals(choiceFinding(runs, undefined, ""), []);
});

const TABLE = { GCN: 70, GraphSAGE: 71.5, GAT: 72, DeeperGCN: 74, "RevGNN-Wide": 75.5 };

/** Models of the proteins table with these scores, and what three seeds deviate by. */
function tableOf(scores: Readonly<Record<string, number>>, std = 0.002): Summary[] {
  return Object.entries(scores).map(([name, score]) => ({
    ...scored("RevGNN-64", score / 100, std),
    name,
  }));
}

Deno.test("topFinding() sets the paper's best against the best of the rest by validation", () => {
  const claim = "RevGNN-Wide scores highest of 5 models";
  const [first] = topFinding(tableOf(TABLE), proteins.paper);
  assertEquals([first!.claim, first!.verdict], [claim, "agrees"]);
  assertEquals(first!.ours, "75.50 ± 0.20, next DeeperGCN 74.00 ± 0.20 %");
  assertEquals(first!.paper, "RevGNN-Wide 88.24 ± 0.15, next GAT 86.82 ± 0.21");
  const [beaten] = topFinding(tableOf({ ...TABLE, GCN: 77 }), proteins.paper);
  assertEquals([beaten!.claim, beaten!.verdict], [claim, "differs"]);
  assert(beaten!.ours.includes("next GCN 77.00"), beaten!.ours);
  assertEquals(topFinding(tableOf({ GCN: 70 }), proteins.paper), []);
});

Deno.test("orderFinding() counts pairs at a level that all of them share", () => {
  const order = (scores: Readonly<Record<string, number>>, std?: number) => {
    const [{ ours, verdict, test }] = orderFinding(tableOf(scores, std), proteins.paper) as [
      Finding,
    ];
    return [ours, verdict, test];
  };
  const test = "Welch, 5 % over all 10";
  const three = { GCN: 60, GraphSAGE: 65, GAT: 80, DeeperGCN: 75, "RevGNN-Wide": 90 };
  assertEquals(order(three, 0.0002), [
    "10 of 10 pairs as there, 0 reversed, 0 not told apart",
    "agrees",
    test,
  ]);
  assertEquals(order({ ...three, GCN: 70 }, 0.0002), [
    "9 of 10 pairs as there, 1 reversed (GCN above GraphSAGE), 0 not told apart",
    "differs",
    test,
  ]);
  assertEquals(order(three, 0.3)[1], "cannot tell");
  // p = 0.01 tells one pair apart, and not ten at once.
  const close = order({ ...three, GCN: 65, GraphSAGE: 66.5 }, 0.004);
  assert(close[0]!.endsWith("1 not told apart"), close[0]);
});

Deno.test("lessFinding() compares bytes or counts as they are printed, and needs no seed", () => {
  const [rev, res] = ["RevGNN-64", "ResGNN-64"].map((name) => scored(name, 0.8, null));
  const of = (peakBytes: number) =>
    lessFinding([{ ...rev!, peakBytes }, { ...res!, peakBytes: 100 * MIB }], "memory", paper)[0]!;
  const finding = of(40 * MIB);
  assertEquals(finding, {
    claim: "RevGNN-64 takes less memory than ResGNN-64",
    ours: "40 MiB against 100 MiB: 2.5 times less",
    paper: "RevGNN-64 2.09 GB, ResGNN-64 27.1 GB",
    verdict: "agrees",
    seeds: null,
    test: "bytes, no seed needed",
  });
  assertEquals([of(100 * MIB).verdict, of(100 * MIB).ours.slice(-7)], ["differs", "as much"]);
  assertEquals(of(120 * MIB).ours, "120 MiB against 100 MiB: 1.2 times more");
  assertEquals(lessFinding([rev, undefined], "memory", paper), []);
  const counted = lessFinding([rev, res], "parameters", paper)[0]!;
  assertEquals(counted.paper, "RevGNN-64 1.46M, ResGNN-64 2.37M");
  assertEquals(counted.test, "counted, no seed needed");
});

/** Rows of one model: an evaluation takes 10 MiB more than the step that two of them took alone. */
const MIXED = fixtureRows("quick").filter(({ name }) => name === "ResGNN-64").map((row): Row => ({
  ...row,
  activationBytes: (20 * row.model.layers + (row.epochs > 0 ? 10 : 0)) * MIB,
}));

Deno.test("growthFinding() fits a slope to rows measured alike, never to both kinds", () => {
  const runs = summarise(MIXED, LAYERS);
  assertEquals(alike(runs).map(({ x }) => x), [3, 7, 14]);
  const [finding] = growthFinding(runs, "activations", { grows: true, paper: "more" });
  assertEquals(finding!.verdict, "agrees");
  assert(
    finding!.ours.startsWith("20 MiB more a layer from 3 to 14 layers; 112 layers would need"),
  );
  // As many of either: the deeper ones. By other parts: not one line.
  const deep = summarise(MIXED.filter(({ model }) => model.layers > 3), LAYERS);
  assertEquals(alike(deep).map(({ x }) => x), [28, 56]);
  for (const other of [{ parts: 4 }, { evaluateParts: 4 }]) {
    const rows = MIXED.map((row): Row => row.model.layers === 7 ? { ...row, ...other } : row);
    assertEquals(alike(summarise(rows, LAYERS)).map(({ x }) => x), [28, 56]);
  }
});

Deno.test("growthFinding() tells flat from growing, whatever is claimed", () => {
  const flat = summarise(MIXED.map((row) => ({ ...row, activationBytes: 30 * MIB })), LAYERS);
  const of = (runs: readonly Summary[], grows: boolean) => {
    const { claim, ours, verdict } = growthFinding(runs, "activations", { grows, paper: "" })[0]!;
    return [claim, ours.split(";")[0], verdict];
  };
  const steady = "ResGNN-64’s activations do not depend on depth";
  assertEquals(of(flat, false), [steady, "30 MiB from 3 to 14 layers", "agrees"]);
  assertEquals(of(flat, true)[2], "differs");
  const growing = summarise(MIXED, LAYERS);
  assertEquals(of(growing, false), [steady, "20 MiB more a layer from 3 to 14 layers", "differs"]);
  const shrinking = summarise(
    MIXED.map((row) => ({ ...row, activationBytes: (200 - row.model.layers) * MIB })),
    LAYERS,
  );
  assertEquals(of(shrinking, true).slice(1), ["1 MiB less a layer from 3 to 14 layers", "differs"]);
  assertEquals(growthFinding(flat.slice(0, 1), "activations", { grows: false, paper: "" }), []);
});

Deno.test("slopeOf() is that of least squares", () => {
  assert(Math.abs(slopeOf([[1, 2], [2, 4], [4, 8]]) - 2) <= FLOAT64);
  assert(Math.abs(slopeOf([[0, 0], [1, 3], [2, 0]])) <= FLOAT64);
});

Deno.test("emptyText() says why there is nothing to show", () => {
  assertEquals(emptyText([], []), "Nothing has been measured yet.");
  const refused = fixtureRows("quick").filter(({ status }) => status === "does not fit");
  assertEquals(
    emptyText([], refused),
    "Too little has been measured to compare yet: 2 runs do not fit.",
  );
  assertEquals(emptyText([], MIXED.slice(0, 1)), "Too little has been measured to compare yet.");
  const [finding] = growthFinding(summarise(MIXED, LAYERS), "activations", {
    grows: true,
    paper: "",
  });
  assertEquals(emptyText([finding!], MIXED), null);
});
