/** One model's run on the page: what it will take, how far it is, and how it ended. Plain values, to be drawn. */
import { score } from "../reports/findings/format.ts";
import type { Kind, Plan } from "./plan.ts";
import type { Epoch, Footprint } from "./training.ts";

/** How a run stands. */
export type RunStatus = "ready" | "too large" | "training" | "trained" | "stopped" | "failed";

/** A run that the page shows. */
export interface Run {
  readonly kind: Kind;
  readonly plan: Plan;
  readonly status: RunStatus;
  /** Forecast before the first epoch, measured after it. */
  readonly footprint: Footprint;
  readonly epochs: readonly Epoch[];
  /** Why it failed. */
  readonly error?: string;
}

/** Bytes of device memory that a model may take: a tab should not drive a machine out of its memory. */
export const BUDGET = 2 ** 30;

/** A run that has not begun; what exceeds the budget never does. */
export function readyRun(kind: Kind, plan: Plan, footprint: Footprint): Run {
  const status = footprint.peakBytes > BUDGET ? "too large" : "ready";
  return { kind, plan, status, footprint, epochs: [] };
}

/** The run after one more epoch. */
export function afterEpoch(run: Run, epoch: Epoch): Run {
  const { footprint } = epoch;
  return { ...run, status: "training", footprint, epochs: [...run.epochs, epoch] };
}

/** The epoch with the best validation score; undefined before the first. */
export function bestOf({ epochs }: Run): Epoch | undefined {
  return epochs.reduce<Epoch | undefined>(
    (best, epoch) => (epoch.scores?.valid ?? -1) > (best?.scores?.valid ?? -1) ? epoch : best,
    undefined,
  );
}

/** The epoch that was done last; undefined before the first. */
export function lastOf({ epochs }: Run): Epoch | undefined {
  return epochs.at(-1);
}

/** The most bytes of activations that a step holds. */
export function peakOf({ footprint: { layers } }: Run): number {
  return Math.max(...layers.map(({ bytes }) => bytes));
}

/** A score as the page prints it; undefined where there is none. */
export function percentOf(value: number | undefined): string | undefined {
  return value === undefined ? undefined : `${score(value)} %`;
}
