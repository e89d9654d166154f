/** Runs what a plan asks for, each run with a line on standard error. */
import { formatBytes } from "../../gpu/format_bytes.ts";
import { duration, roughly } from "../../reports/findings/format.ts";
import { Interrupted } from "../../training/loop/interruption.ts";
import type { Row } from "../../training/row.ts";
import { eachInOrder } from "./in_order.ts";
import type { Planned } from "./plan.ts";
import type { PlanRunner } from "./plan_runner.ts";
import { secondsOf } from "./time_left.ts";

/** A run that came to no row. */
export interface Failure {
  /** As `arxiv, GCN, 3 layers`. */
  readonly run: string;
  /** Why, as a sentence. */
  readonly sentence: string;
}

export interface RunAllOptions {
  readonly runner: PlanRunner;
  /** How many runs the whole plan has. */
  readonly of: number;
  /** The rows that there are. */
  readonly before: readonly Row[];
  /** How many go on at a time; default 1. */
  readonly atOnce?: number;
  /** Keeps a row. */
  readonly onRow: (row: Row) => Promise<void>;
  /** Says what was done; default on standard error. */
  readonly say?: (text: string) => void;
}

/** Runs what no row `before` answers; those that fail hold up no other. */
export async function runAll(
  runs: readonly Planned[],
  { runner, of, before, atOnce = 1, onRow, say = console.error }: RunAllOptions,
): Promise<Failure[]> {
  const rows = [...before];
  const failures: Failure[] = [];
  await eachInOrder(runs, atOnce, async (planned, notDone) => {
    const { number, settings, row: known } = planned;
    const title = `[${number}/${of}] ${settings.experiment}: ${planned.title}`;
    if (known && !runner.needs(planned)) {
      return say(`${title}: ${summary(known)} (as measured on ${known.date})`);
    }
    try {
      const shared = runner.shared(planned, rows);
      if (shared) {
        await onRow({ ...shared, ...settings });
        await runner.drop(planned);
        return say(`${title}: ${summary(shared)} (${sameRunAs(shared, planned)})`);
      }
      const start = performance.now();
      const row = await runner.run(planned, title);
      const seconds = (performance.now() - start) / 1000;
      rows.push(row);
      await onRow(row);
      await runner.finish(planned);
      say(
        `${title}: ${summary(row)} (${duration(seconds)}${left(notDone(), rows, atOnce)})`,
      );
    } catch (error) {
      if (!(error instanceof Error) || error instanceof Interrupted) throw error;
      console.error(`${title}: failed: ${error.message}`);
      failures.push({ run: `${settings.experiment}, ${planned.title}`, sentence: error.message });
    }
  });
  return failures;
}

/** Gives those runs their rows whose work a row `before` is of already; runs nothing. */
export async function copyShared(
  runs: readonly Planned[],
  options: RunAllOptions,
): Promise<void> {
  const { runner, before } = options;
  await runAll(runs.filter((one) => !one.row && runner.shared(one, before)), options);
}

function sameRunAs({ name, experiment, scale }: Row, { settings }: Planned): string {
  const where = scale === settings.scale ? experiment : `${experiment} at ${scale} scale`;
  return `the same run as ${name} of ${where}`;
}

/** As `, about 4m left`; nothing where that cannot be told. */
function left(plan: readonly Planned[], rows: readonly Row[], atOnce: number): string {
  const runs = plan.filter(({ row, twin }) => !row && !twin).map(({ settings }) => settings);
  const seconds = runs.length > 0 ? secondsOf(runs, rows) : undefined;
  return seconds === undefined ? "" : `, about ${roughly(seconds / atOnce)} left`;
}

function summary({ status, peakBytes, memoryBudget, metric, scores }: Row): string {
  const peak = formatBytes(peakBytes);
  if (status === "does not fit") {
    return `does not fit: needs ${peak} of ${formatBytes(memoryBudget!)}`;
  }
  return scores ? `${peak}, test ${metric ?? "ROC-AUC"} ${scores.test.toFixed(4)}` : peak;
}
