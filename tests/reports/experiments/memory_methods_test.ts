import { parseHTML } from "linkedom";
import { memoryMethods as methodsAtAll } from "../../../experiments/memory_methods.ts";
import { ACTIVATIONS, type Activations } from "../../../models/stacks.ts";
import { drawChart } from "../../../reports/charts/draw.ts";
import { errorChart, stepChart } from "../../../reports/experiments/memory_methods/charts.ts";
import { pageOf } from "../../../reports/pages/experiment_page.ts";
import { pageHtml } from "../../../reports/pages/page.ts";
import type { Row } from "../../../training/row.ts";
import { assertEquals } from "../../assert.ts";
import { asQuick, fixtureRow } from "../fixture_rows.ts";
import { findingOf, findingsOf, overSeeds, verdictsOf } from "../findings_of.ts";
import { assertSnapshot } from "../snapshot.ts";

const methods = asQuick(methodsAtAll);

/** MiB of activations of so many layers. */
const MEMORY: Readonly<Record<Activations, (layers: number) => number>> = {
  rebuilt: () => 20,
  recomputed: (layers) => 20 + 14 * Math.sqrt(layers),
  stored: (layers) => 20 + 7 * layers,
  "8-bit": (layers) => 20 + 2.5 * layers,
  "2-bit": (layers) => 20 + layers,
};
const ERRORS = { rebuilt: 1e-6, recomputed: 0, stored: 0, "8-bit": 4e-2, "2-bit": 0.4 } as const;
const SECONDS = { rebuilt: 3, recomputed: 3.1, stored: 2, "8-bit": 3, "2-bit": 2.9 } as const;

/** Few bits cost a fifth of a point and two points. */
const quick = methods.scales.quick.map((run): Row => {
  const { layers, activations } = run.model;
  const test = 0.75 - 0.05 * ERRORS[activations];
  const row = fixtureRow(run);
  return {
    ...row,
    activationBytes: MEMORY[activations](layers) * 2 ** 20,
    peakBytes: (MEMORY[activations](layers) + 1) * 2 ** 20,
    ...row.scores && { scores: { train: test, valid: test, test } },
    ...row.drifted && { drifted: { firstState: null, gradients: ERRORS[activations] } },
    ...row.secondsPerStep && { secondsPerStep: SECONDS[activations] * layers / 14 },
  };
});

Deno.test("memory_methods finds what each way costs in bytes, gradients and scores", () => {
  const claims = [
    "Rebuilding takes less memory than Storing: agrees",
    "Rebuilding takes less memory than Recomputing: agrees",
    "Rebuilding takes less memory than 2 bits: agrees",
    "Rebuilding’s activations do not depend on depth: agrees",
    "Storing’s activations grow with every layer: agrees",
    "Rebuilding: gradients are those of stored activations: agrees",
    "Recomputing: gradients are those of stored activations: agrees",
    "8 bits: gradients are those of stored activations: differs",
    "2 bits: gradients are those of stored activations: differs",
  ];
  const scores = (...verdicts: string[]) =>
    ["8 bits", "2 bits"].map((way, i) => `Rebuilding scores higher than ${way}: ${verdicts[i]}`);
  assertEquals(verdictsOf(methods, quick), [...claims, ...scores("cannot tell", "cannot tell")]);
  assertEquals(verdictsOf(methods, overSeeds(quick)), [
    ...claims,
    ...scores("cannot tell", "agrees"),
  ]);
  const ours = (words: string) => findingOf(methods, quick, words)?.ours;
  assertEquals(ours("less memory than Storing"), "20 MiB against 412 MiB: 21 times less");
  assertEquals(ours("Recomputing: gradients"), "0, exact after 56 layers");
  assertEquals(ours("8 bits: gradients"), "4e-2 of the largest off after 56 layers");
  const lost = quick.map((row): Row => ({
    ...row,
    ...row.drifted && { drifted: { firstState: null, gradients: null } },
  }));
  const { ours: none, verdict } = findingOf(methods, lost, "Rebuilding: gradients")!;
  assertEquals([none, verdict], ["no number after 56 layers", "differs"]);
  assertEquals(findingsOf(methods, []), []);
});

Deno.test("memory_methods measures one network by every way", () => {
  for (const runs of Object.values(methodsAtAll.scales)) {
    assertEquals(new Set(runs.map(({ model }) => model.activations)), new Set(ACTIVATIONS));
    const networks = runs.map(({ model: { layers: _, activations: __, ...rest } }) =>
      JSON.stringify(rest)
    );
    assertEquals(new Set(networks).size, 1);
  }
});

Deno.test("memory_methods has a page of four charts, an exact gradient below the axis", () => {
  const { document } = parseHTML(pageHtml(pageOf(methods, "quick", quick)));
  assertEquals(document.querySelectorAll("main > .figures svg[role]").length, 4);
  const rows = [...document.querySelectorAll(".scroll tbody tr")].map((row) =>
    [...row.children].map(({ textContent }) => textContent ?? "").join(" ")
  );
  assertEquals(rows[0], "Rebuilding RevGNN-32 14 20 MiB 21 MiB 3.00 1e-6 1 –");
  assertEquals(rows.at(-1)?.split(" ").slice(-2), ["1", "73.00"]);
  const errors = errorChart(quick, "wordnet-frames", methods.x);
  const exact = errors.series.filter(({ points }) => points.length === 0);
  assertEquals(exact.map(({ label: [name] }) => name), ["Recomputing", "Storing"]);
  assertSnapshot("memory_methods_errors", drawChart(errors));
  assertSnapshot(
    "memory_methods_seconds",
    drawChart(stepChart(quick, "wordnet-frames", methods.x)),
  );
});
