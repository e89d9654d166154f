/** The page of runs that go on, which do not let go of the thread. */
import { memoryVsDepth } from "../../../experiments/memory_vs_depth.ts";
import { RunPage } from "../../../scripts/shared/run_page.ts";
import { assert, assertEquals } from "../../assert.ts";
import { withFolder } from "../../folder.ts";
import { fixtureRow } from "../../reports/fixture_rows.ts";
import { saidWhile } from "../../said.ts";

const row = fixtureRow(memoryVsDepth.scales.small.find(({ epochs }) => epochs > 1)!);

Deno.test("a run's page is written before its training goes on", () =>
  withFolder((folder) => {
    const path = `${folder}/run.html`;
    const page = new RunPage(path, 2);
    const done = () => Deno.readTextFileSync(path).match(/run \d of 2, seed \d, \d+ of/)?.[0];
    page.begin(row);
    assertEquals(done(), `run 1 of 2, seed ${row.seed}, 0 of`);
    page.update(row, () => ({ ...row, losses: [0.5] }));
    assertEquals(done(), `run 1 of 2, seed ${row.seed}, 1 of`);
    page.finish(row);
    page.begin({ ...row, seed: 7 });
    assertEquals(done(), "run 2 of 2, seed 7, 0 of");
    page.finish({ ...row, seed: 7 });
    assertEquals(done(), undefined);
  }));

Deno.test("the page of a run that is stopped says after which epoch", () =>
  withFolder((folder) => {
    const path = `${folder}/run.html`;
    const page = new RunPage(path, 2);
    const stopped = () => {
      page.stop();
      const html = Deno.readTextFileSync(path);
      assert(!html.includes('http-equiv="refresh"'), "it is loaded again");
      return html.match(/Stopped: (.*?)\./)?.[1];
    };
    page.begin(row);
    assertEquals(stopped(), `run 1 of 2, seed ${row.seed}, 0 of ${row.epochs} epochs done`);
    page.update(row, () => ({ ...row, losses: [0.5] }));
    // It is not drawn as often.
    page.update(row, () => ({ ...row, losses: [0.5, 0.4] }));
    assertEquals(stopped(), `run 1 of 2, seed ${row.seed}, 2 of ${row.epochs} epochs done`);
    page.finish(row);
    page.begin({ ...row, seed: 7 });
    assertEquals(stopped(), `run 2 of 2, seed 7, 0 of ${row.epochs} epochs done`);
    page.finish({ ...row, seed: 7 });
    assertEquals(stopped(), undefined);
  }));

Deno.test("a page that cannot be written is warned of once, and stops nothing", () =>
  withFolder((folder) => {
    const path = `${folder}/none/run.html`;
    const page = new RunPage(path);
    const said = saidWhile(() => {
      page.begin(row);
      page.finish(row);
    });
    assertEquals(said.length, 1);
    assert(said[0]!.startsWith(`warning: Cannot write ${path}: `), said[0]);
    assert(said[0]!.endsWith("; the run goes on without its page"), said[0]);
  }));
