/** Runs a whole plan in this call; rows are written one by one, pages redrawn meanwhile. */
import { plural } from "../../reports/findings/format.ts";
import { appendRow, rowsPath } from "../../reports/rows/rows.ts";
import type { Row } from "../../training/row.ts";
import { StopSignals } from "../shared/stop_signals.ts";
import type { CalledPlan } from "./called_plan.ts";
import { atOnce } from "./at_once.ts";
import { JobPool } from "./job_pool.ts";
import { missingData } from "./plan.ts";
import { PlanRunner } from "./plan_runner.ts";
import { runAll } from "./run_all.ts";

/** Milliseconds between two drawings of the pages while runs go on. */
const REDRAW = 60_000;

export interface RunPlanOptions {
  /** Whether what earlier calls left is done again. */
  readonly fresh?: boolean;
  /** How many runs go on at a time; default as many as is soonest. */
  readonly atOnce?: number | undefined;
  /** Whether nothing is said but what goes wrong. */
  readonly quiet: boolean;
  /** The page that a reader begins with. */
  readonly index: string;
  /** Draws all pages of the rows that there are, and returns their paths; `going` while runs go on. */
  readonly draw: (going: boolean) => Promise<readonly string[]>;
}

/** Runs what has no row, and draws the pages. Throws once all is done where runs failed. */
export async function runPlan(called: CalledPlan, options: RunPlanOptions): Promise<void> {
  const { scale, out, resumeEvery, rows, planFrom } = called;
  const { fresh = false, quiet, index, draw } = options;
  const plan = planFrom(rows);
  const runner = new PlanRunner(`${out}/${scale}`, plan, {
    do: (job) => jobs.do({ ...job, quiet, lines: processes > 1 }),
    resumeEvery,
  });
  const wanted = plan.filter((one) => one.row ? runner.needs(one) : !runner.shared(one, rows));
  const { processes, cores } = await atOnce(wanted, options.atOnce);
  await using jobs = new JobPool(processes, { cores });
  if (fresh) await runner.forget();
  for (const line of await missingData(wanted)) console.error(line);
  await redraw(() => draw(true));
  const say = quiet ? () => {} : console.error;
  say(`The pages stand at ${index}, and are redrawn while runs go on: load them again`);
  if (cores) say(`${processes} runs go on at a time, each on ${plural(cores, "core")}`);
  const stops = new StopSignals((signal) => void jobs.stop(signal));
  stops.waits(true);
  // The first row has a page at once.
  let drawn = -Infinity;
  let drawing = Promise.resolve();
  const keep = async (row: Row) => {
    // No page is drawn from half a row.
    await drawing;
    await appendRow(rowsPath(out, scale, row.experiment), row);
    if (performance.now() - drawn < REDRAW) return;
    drawn = performance.now();
    // Meanwhile the next run begins.
    drawing = redraw(() => draw(true));
  };
  let kept = Promise.resolve();
  const onRow = (row: Row) => {
    const written = kept.then(() => keep(row));
    kept = written.catch(() => {});
    return written;
  };
  const failures = await runAll(plan, {
    ...{ runner, of: plan.length, before: rows, atOnce: processes, onRow, say },
  })
    .catch(async (error) => {
      await drawing;
      await redraw(() => draw(false));
      throw error;
    });
  stops.waits(false);
  await drawing;
  for (const page of await draw(false)) console.log(page);
  say(`The pages are drawn: ${index}`);
  if (failures.length === 0) return;
  const failed = failures.map(({ run }) => run).join("; ");
  throw new Error(`${plural(failures.length, "run")} of ${plan.length} failed: ${failed}`);
}

/** The pages while runs go on or are stopped, which no page can fail: the last drawing says what is wrong. */
async function redraw(draw: () => Promise<unknown>): Promise<void> {
  try {
    await draw();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    console.error(`warning: the pages are not redrawn: ${error.message}`);
  }
}
