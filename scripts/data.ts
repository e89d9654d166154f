/** `deno task data`: prepares a data set of the Open Graph Benchmark, or lists them. */
import { formatBytes } from "../gpu/format_bytes.ts";
import { cacheFolder } from "../graphs/cache_folder.ts";
import { OGB_DATASETS, OGB_NAMES, ogbCachePath, type OgbName, ogbUrl } from "../graphs/ogb.ts";
import { isPrepared } from "../graphs/ogb_graph.ts";
import { defineFlags, runScript, UsageError } from "./flags.ts";
import { prepareDataset } from "./prepare_dataset.ts";

const flags = defineFlags(
  "data",
  "Downloads a data set, checks it and converts it to what opens at once; without one, lists them.",
  {
    dataset: { type: "choice", choices: OGB_NAMES, help: "what to prepare" },
    from: { type: "string", help: "its archive on this machine, or the folder it was unpacked to" },
    url: { type: "string", help: "another address of its archive" },
    cache: { type: "string", help: "folder to keep it in; default REVGNN_CACHE, or the system's" },
    fresh: { type: "boolean", help: "prepare it again though it is there" },
  },
  { word: "dataset" },
);

type DataValues = ReturnType<typeof flags.parse>;

export async function main(args: string[]): Promise<void> {
  const values = flags.parse(args);
  const { dataset, from, url, cache, fresh } = values;
  const folder = cacheFolder(cache);
  if (dataset === undefined) {
    refuseWithout(values);
    return await list(folder);
  }
  if (from !== undefined && url !== undefined) {
    throw new UsageError("Cannot use --from with --url: an archive comes from one place");
  }
  if (from === undefined && (fresh || !await isPrepared(dataset, folder))) {
    await checkNetwork(url ?? ogbUrl(dataset), dataset, args);
  }
  const { path, prepared } = await prepareDataset(dataset, { cache, from, url, fresh });
  const { size } = await Deno.stat(path);
  const state = prepared ? "is prepared" : "is there already, --fresh prepares it again";
  console.log(`${dataset} ${state}: ${path}, ${formatBytes(size)}`);
}

function refuseWithout({ from, url, fresh }: DataValues): void {
  const flag = from !== undefined
    ? "from"
    : url !== undefined
    ? "url"
    : fresh
    ? "fresh"
    : undefined;
  if (flag === undefined) return;
  throw new UsageError(
    `Cannot use --${flag} without a data set: name one of ${OGB_NAMES.join(", ")}`,
  );
}

/** A line for each data set: how large it is, and where. */
async function list(folder: string): Promise<void> {
  for (const name of OGB_NAMES) {
    const { nodes, edges } = OGB_DATASETS[name];
    const path = ogbCachePath(folder, name);
    const state = await isPrepared(name, folder)
      ? `${path}, ${formatBytes((await Deno.stat(path)).size)}`
      : `not here: deno task data ${name}`;
    const counts = [nodes, edges].map((count) => count.toLocaleString("en").padStart(10));
    console.log(`${name.padEnd(13)} ${counts[0]} nodes ${counts[1]} edges  ${state}`);
  }
}

/** The task may speak to the publisher's host alone: another takes a person's consent. */
async function checkNetwork(url: string, dataset: OgbName, args: string[]): Promise<void> {
  if (!URL.canParse(url)) throw new UsageError(`Cannot use --url ${url}: it must be an address`);
  const { host, protocol } = new URL(url);
  if (protocol !== "https:" && protocol !== "http:") {
    throw new UsageError(`Cannot use --url ${url}: it must begin with https:// or http://`);
  }
  const { state } = await Deno.permissions.query({ name: "net", host });
  if (state === "granted") return;
  throw new Error(
    `Cannot download from ${host} as the task may speak to the publisher's host alone: fetch the ` +
      `archive yourself and call deno task data ${dataset} --from PATH, or allow the host with ` +
      `deno run --allow-read --allow-write --allow-env --allow-net=${host} scripts/data.ts ` +
      args.join(" "),
  );
}

if (import.meta.main) await runScript(main);
