/** How a run goes, on standard error: a bar on a terminal, elsewhere a line every ten seconds. */
// @ts-types="types-cli-progress"
import progress from "cli-progress";
import { formatBytes } from "../../gpu/format_bytes.ts";
import { roughly } from "../../reports/findings/format.ts";
import type { metricOf } from "../../training/steps/metrics.ts";
import type { Watch } from "../../training/runs/run.ts";

/** Milliseconds from one line to the next. */
const BETWEEN_LINES = 10_000;

/** What shows the words of a run's progress, and how much of it is done. */
interface Shown {
  start(epochs: number, words: string): void;
  update(epochs: number, words: string): void;
  stop(): void;
}

/** How a run's progress is shown. */
export interface ProgressOptions {
  /** Whether nothing is; default false. */
  readonly quiet?: boolean;
  /** Default: whether standard error is one. */
  readonly terminal?: boolean;
  /** Whether lines begin and end with one, though ten seconds have not passed; default true. */
  readonly ends?: boolean;
}

/** Callbacks of a run of so many epochs; `stop` leaves the last state standing. */
export function progressBar(
  name: string,
  epochs: number,
  metric: ReturnType<typeof metricOf>,
  { quiet = false, terminal = Deno.stderr.isTerminal(), ends = true }: ProgressOptions = {},
): Required<Pick<Watch, "onStart" | "onResume" | "onPart" | "onEpoch">> & { stop(): void } {
  const shown = quiet ? SILENT : terminal ? barOf(name) : linesOf(name, ends);
  let [begun, first, figures, valid] = [0, 0, "", "–"];
  const update = (done: number, what: string) => {
    const seconds = (performance.now() - begun) / 1000;
    const left = (epochs - done) * seconds / (done - first);
    shown.update(done, `${what}${figures}, ${roughly(left)} left`);
  };
  return {
    onStart() {
      begun = performance.now();
      shown.start(epochs, `0/${epochs} epochs`);
    },
    onResume: (done) => void (first = done),
    onPart({ epoch, of, part, parts, share }) {
      const where = parts === 1 ? of : `${of} ${part}/${parts}`;
      update(epoch - 1 + share, `epoch ${epoch}/${epochs}, ${where}`);
    },
    onEpoch({ epoch, loss, scores, seconds, peakBytes }) {
      valid = scores?.valid.toFixed(4) ?? valid;
      figures = `, loss ${loss.toFixed(4)}, valid ${metric} ${valid}, ${formatBytes(peakBytes)}, ` +
        `${seconds.toFixed(2)} s/epoch`;
      update(epoch, `${epoch}/${epochs} epochs`);
    },
    stop: () => shown.stop(),
  };
}

const SILENT: Shown = { start() {}, update() {}, stop() {} };

function barOf(name: string): Shown {
  const bar = new progress.SingleBar({
    format: `{name} {bar} {words}`,
    barsize: 20,
    hideCursor: false,
    linewrap: true,
  }, progress.Presets.shades_classic);
  return {
    start: (epochs, words) => bar.start(epochs, 0, { name, words }),
    update: (done, words) => bar.update(done, { words }),
    stop: () => bar.isActive && bar.stop(),
  };
}

/** No timer writes them, as none is heard while the device is waited for. */
function linesOf(name: string, ends: boolean): Shown {
  let last = "";
  let said = 0;
  const say = (words: string) => {
    console.error(`${name}: ${words}`);
    said = performance.now();
    last = "";
  };
  return {
    start(_, words) {
      if (ends) say(words);
      said = performance.now();
    },
    update(_, words) {
      last = words;
      if (performance.now() - said >= BETWEEN_LINES) say(words);
    },
    stop: () => ends && last !== "" && say(last),
  };
}
