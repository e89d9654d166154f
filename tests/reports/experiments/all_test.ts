/** What holds for the findings of every experiment, whatever its rows are. */
import { EXPERIMENTS } from "../../../experiments/all.ts";
import { runsOf, SCALES } from "../../../experiments/experiment.ts";
import { EXPERIMENT_NAMES } from "../../../experiments/names.ts";
import { DRAWINGS } from "../../../reports/experiments/all.ts";
import type { Row } from "../../../training/row.ts";
import { assert, assertEquals } from "../../assert.ts";
import { fixtureRow } from "../fixture_rows.ts";

/** More would be no cell of a table to read at a glance. */
const LONGEST_CELL = 120;

/** Rows of one data set after another, as a page shows them. */
function byDataset(rows: readonly Row[]): Row[][] {
  return [...new Set(rows.map(({ dataset }) => dataset))]
    .map((dataset) => rows.filter((row) => row.dataset === dataset));
}

Deno.test("EXPERIMENTS and DRAWINGS have every name, in its order", () => {
  assertEquals(EXPERIMENTS.map(({ name }) => name), [...EXPERIMENT_NAMES]);
  assertEquals(Object.keys(DRAWINGS), [...EXPERIMENT_NAMES]);
});

for (const experiment of EXPERIMENTS) {
  const { name } = experiment;
  const findings = (rows: readonly Row[]) =>
    byDataset(rows).flatMap((rows) =>
      DRAWINGS[name].findings({ experiment, dataset: rows[0]!.dataset, rows })
    );

  Deno.test(`${name}'s findings are cells to read at a glance, at every scale`, () => {
    for (const scale of SCALES) {
      const rows = runsOf(experiment, scale).map(fixtureRow);
      for (const finding of findings(rows)) {
        const { claim, ours, paper, test, seeds } = finding;
        for (const cell of [claim, ours, paper, test]) {
          assert(cell !== "" && !cell.endsWith(".") && cell.length <= LONGEST_CELL, cell);
          assert(!/NaN|Infinity|undefined|null|\|/.test(cell), cell);
        }
        assert(seeds === null || seeds >= 1);
      }
    }
  });

  Deno.test(`${name} claims nothing about scores of one seed, at every scale`, () => {
    for (const scale of SCALES) {
      const rows = runsOf(experiment, scale).map(fixtureRow);
      const [first] = rows;
      const single = findings(rows.filter(({ seed }) => seed === first?.seed));
      const scored = single.filter(({ seeds }) => seeds !== null);
      assertEquals(new Set(scored.map(({ seeds }) => seeds)), new Set(scored.map(() => 1)));
      assert(scored.every(({ verdict }) => verdict === "cannot tell"), name);
    }
  });

  Deno.test(`${name} finds nothing without rows`, () => {
    assertEquals(DRAWINGS[name].findings({ experiment, dataset: "none", rows: [] }), []);
  });
}
