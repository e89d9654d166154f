/** When training ends before its last epoch: the model no longer gets better. */
import { evaluates } from "./part_sizes.ts";
import type { RunProgress } from "./run_state.ts";
import type { TrainingSettings } from "../settings.ts";

/** Whether as many evaluations as `patience`, if that is not 0, came after the best without beating it. */
export function outOfPatience(
  { epoch, best }: Pick<RunProgress, "epoch" | "best">,
  training: TrainingSettings,
): boolean {
  // A dry run has no scores, and all of its epochs.
  if (training.patience === 0 || best === null) return false;
  let evaluations = 0;
  for (let later = best.epoch + 1; later <= epoch; later++) {
    if (evaluates(later, training)) evaluations++;
  }
  return evaluations >= training.patience;
}
