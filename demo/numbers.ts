/** The page's figures in words: the table beside the charts, and the sentence that a screen reader hears. */
import { bytes, count, seconds } from "../reports/findings/format.ts";
import { NAMES } from "./plan.ts";
import { bestOf, BUDGET, lastOf, peakOf, percentOf, type Run } from "./run.ts";

/** A row of the table: what it is, and a text for each run. */
export type NumberRow = readonly [name: string, ...texts: string[]];

const NONE = "–";

/** The live figures of the runs, in their order. */
export function numbersOf(runs: readonly Run[]): NumberRow[] {
  const row = (name: string, text: (run: Run) => string): NumberRow => [name, ...runs.map(text)];
  return [
    row("state", stateOf),
    row("device memory at the most", ({ footprint }) => bytes(footprint.peakBytes)),
    row("of it activations", (run) => bytes(peakOf(run))),
    row("learned numbers", ({ footprint }) => count(footprint.parameters)),
    row("training loss", (run) => lastOf(run)?.loss.toFixed(4) ?? NONE),
    row("best validation ROC-AUC", (run) => percentOf(bestOf(run)?.scores?.valid) ?? NONE),
    row("test ROC-AUC there", (run) => percentOf(bestOf(run)?.scores?.test) ?? NONE),
    row("seconds an epoch", ({ epochs }) => {
      // The first one compiles the kernels.
      const times = epochs.slice(1).map((epoch) => epoch.seconds);
      return times.length === 0 ? NONE : seconds(times.reduce((a, b) => a + b) / times.length);
    }),
  ];
}

/** A sentence for each run; they change when a run begins or ends, not with every epoch. */
export function statusOf(runs: readonly Run[]): string {
  return runs.map((run) => `${NAMES[run.kind]}: ${statusOfRun(run)}.`).join(" ");
}

function statusOfRun(run: Run): string {
  const { status, footprint } = run;
  if (status === "training") return "training";
  const state = stateOf(run);
  if (status === "too large") {
    return `${state}: it needs ${bytes(footprint.peakBytes)}, this page may take ${bytes(BUDGET)}`;
  }
  const test = percentOf(bestOf(run)?.scores?.test);
  return test === undefined ? state : `${state}, ${test} on the test verbs`;
}

function stateOf({ status, plan, epochs, error }: Run): string {
  switch (status) {
    case "ready":
      return "ready";
    case "too large":
      return "does not fit";
    case "training":
      return epochs.length === 0
        ? "compiling its kernels"
        : `epoch ${epochs.length} of ${plan.epochs}`;
    case "trained":
      return `trained for ${plan.epochs} epochs`;
    case "stopped":
      return `stopped after ${epochs.length} epochs`;
    case "failed":
      return error!;
  }
}
