/** Preparing a data set with its progress on standard error. */
// @ts-types="types-cli-progress"
import progress from "cli-progress";
import { formatBytes } from "../gpu/format_bytes.ts";
import { fetchDataset, type FetchOptions } from "../graphs/fetch_dataset.ts";
import type { FetchedName } from "../graphs/fetched.ts";

/** Shorter tables are read before a bar would be seen. */
const LONG_TABLE = 1e6;

/** As `fetchDataset`, with bars and warnings. */
export async function prepareDataset(
  name: FetchedName,
  options: Pick<FetchOptions, "cache" | "from" | "url" | "fresh">,
): ReturnType<typeof fetchDataset> {
  const { stop, ...bars } = progressBars();
  try {
    return await fetchDataset(name, { ...options, ...bars });
  } finally {
    stop();
  }
}

/** One bar on standard error at a time: of the download, then of each table. */
function progressBars() {
  let shown: { name: string; bar: progress.SingleBar } | undefined;
  const stop = () => {
    if (shown?.bar.isActive) shown.bar.stop();
    shown = undefined;
  };
  const show = (name: string, done: number, of: number, words: Record<string, string>) => {
    if (shown?.name !== name) {
      stop();
      shown = { name, bar: newBar() };
      shown.bar.start(of, 0, { name, ...words });
    }
    shown.bar.update(done, words);
  };
  return {
    stop,
    onBytes: (done: number, of: number | undefined) =>
      show("download", done, of ?? done, {
        state: of ? `${formatBytes(done)} of ${formatBytes(of)}` : formatBytes(done),
      }),
    onRows: (member: string, rows: number, of = 0) => {
      if (of < LONG_TABLE) return;
      show(member, rows, of, { state: `${rows.toLocaleString("en")} lines` });
    },
    warn: (warning: string) => {
      stop();
      console.error(`warning: ${warning}`);
    },
  };
}

function newBar(): progress.SingleBar {
  return new progress.SingleBar({
    format: "{name} {bar} {state}, {eta_formatted} left",
    barsize: 20,
    hideCursor: false,
    noTTYOutput: true,
    notTTYSchedule: 10_000,
  }, progress.Presets.shades_classic);
}
