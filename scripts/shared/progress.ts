/** The progress bar of a run, on standard error. */
// @ts-types="types-cli-progress"
import progress from "cli-progress";
import { formatBytes } from "../../gpu/format_bytes.ts";
import type { metricOf } from "../../training/steps/metrics.ts";
import type { Watch } from "../../training/runs/run.ts";

/** A line of progress where standard error is not a terminal, every so many milliseconds. */
const QUIET_INTERVAL = 10_000;

/** A bar of `epochs`, drawn from the run's start on; `stop` leaves its last state standing. */
export function progressBar(
  name: string,
  epochs: number,
  metric: ReturnType<typeof metricOf>,
): Required<Pick<Watch, "onStart" | "onEpoch">> & { stop(): void } {
  let valid = "–";
  const bar = new progress.SingleBar({
    format: "{name} {bar} {value}/{total} epochs, loss {loss}, valid {metric} {valid}, " +
      "{memory}, {rate} s/epoch, {eta_formatted} left",
    barsize: 20,
    hideCursor: false,
    linewrap: true,
    noTTYOutput: true,
    notTTYSchedule: QUIET_INTERVAL,
  }, progress.Presets.shades_classic);
  return {
    onStart() {
      bar.start(epochs, 0, { name, metric, loss: "–", valid: "–", memory: "–", rate: "–" });
    },
    onEpoch({ epoch, loss, scores, seconds, peakBytes }) {
      bar.update(epoch, {
        loss: loss.toFixed(4),
        valid: valid = scores?.valid.toFixed(4) ?? valid,
        memory: formatBytes(peakBytes),
        rate: seconds.toFixed(2),
      });
    },
    stop() {
      if (bar.isActive) bar.stop();
    },
  };
}
