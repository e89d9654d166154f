/** Early stopping: training ends before its last epoch once the model no longer improves. */
import { evaluates } from "./part_sizes.ts";
import type { RunProgress } from "./run_progress.ts";
import type { TrainingSettings } from "../settings.ts";

/** Whether `patience` evaluations (0: never) have followed the best epoch without beating it. */
export function outOfPatience(
  { epoch, best }: Pick<RunProgress, "epoch" | "best">,
  training: TrainingSettings,
): boolean {
  // A dry run has no scores and runs all of its epochs.
  if (training.patience === 0 || best === null) return false;
  let evaluations = 0;
  for (let later = best.epoch + 1; later <= epoch; later++) {
    if (evaluates(later, training)) evaluations++;
  }
  return evaluations >= training.patience;
}
