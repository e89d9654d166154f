/** Prepares a data set and shows the progress on standard error. */
// @ts-types="types-cli-progress"
import progress from "cli-progress";
import { formatBytes } from "../../gpu/format_bytes.ts";
import { cacheFolder } from "../../graphs/published/cache_folder.ts";
import { fetchDataset, type FetchOptions } from "../../graphs/catalogue/fetch_dataset.ts";
import { cachePath, type FetchedName, isPrepared } from "../../graphs/published/fetched.ts";
import { isPreparedFrom } from "../../graphs/published/source_digest.ts";

/** Shorter tables are read before a bar would be seen. */
const LONG_TABLE = 1e6;

/**
 * As `fetchDataset`, with bars and warnings; what was prepared from another file than `from` is prepared
 * anew, as a person who names a file wants that one.
 */
export async function prepareDataset(
  name: FetchedName,
  options: Pick<FetchOptions, "cache" | "from" | "url" | "fresh">,
): ReturnType<typeof fetchDataset> {
  const { stop, ...bars } = progressBars();
  try {
    const fresh = options.fresh || await isOfAnother(name, options);
    return await fetchDataset(name, { ...options, fresh, ...bars });
  } finally {
    stop();
  }
}

/** Whether what is there was prepared from another file than the one that is named now; says so. */
async function isOfAnother(
  name: FetchedName,
  { from, cache }: Pick<FetchOptions, "cache" | "from">,
): Promise<boolean> {
  const folder = cacheFolder(cache);
  if (from === undefined || !await isPrepared(name, folder)) return false;
  const path = cachePath(folder, name);
  if (await isPreparedFrom(name, from, path)) return false;
  console.error(`note: ${path} is not known to come from ${from}: it is prepared anew, from that`);
  return true;
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
