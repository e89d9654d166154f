/** What must be the same in two runs: all but the time of day, and what is time itself. */
import type { Outcome } from "../../training/loop/outcome.ts";
import type { Row } from "../../training/row.ts";

/** An outcome without its times. */
export function figures(
  { secondsPerEpoch: _seconds, waitShare: _share, history, ...same }: Outcome,
) {
  return { ...same, history: history.map(({ seconds: _, ...epoch }) => epoch) };
}

/** A row without its times, and without the cores that they are times of. */
export function untimed(row: Row) {
  const { date: _, cores: _cores, secondsPerEpoch: _seconds, waitShare: _share, ...figures } = row;
  const { history, inferred, ...same } = figures;
  const curves = history && { ...history, seconds: [] };
  return { ...same, curves, inferred: inferred?.map(({ seconds: _, ...scored }) => scored) };
}
