/** `deno task data`: fetches a published data set, or lists them. */
import { formatBytes } from "../gpu/format_bytes.ts";
import { relative } from "node:path";
import { cacheFolder } from "../graphs/published/cache_folder.ts";
import { callersFolder } from "../graphs/files/callers_path.ts";
import {
  cachePath,
  FETCHED_NAMES,
  type FetchedName,
  isPrepared,
  publishedAs,
} from "../graphs/published/fetched.ts";
import { shellWord } from "../settings/call.ts";
import project from "../deno.json" with { type: "json" };
import { defineFlags, runScript, UsageError } from "./flags/flags.ts";
import { prepareDataset } from "./shared/prepare_dataset.ts";

const flags = defineFlags(
  "data",
  "Downloads a data set, checks it and keeps it as what opens at once; without one, lists them.",
  {
    dataset: { type: "choice", choices: FETCHED_NAMES, help: "what to prepare" },
    from: {
      type: "path",
      folder: "or file",
      help: "its file on this machine, or the folder an archive was unpacked to",
    },
    url: { type: "string", help: "another address of its file" },
    cache: {
      type: "path",
      folder: true,
      writes: true,
      help: "folder to keep it in; default REVGNN_CACHE, or the system's",
    },
    fresh: { type: "boolean", help: "prepare it again though it is there" },
  },
  { word: "dataset" },
);
export { flags as dataFlags };

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
    throw new UsageError("Cannot use --from with --url: a file comes from one place");
  }
  if (from === undefined && (fresh || !await isPrepared(dataset, folder))) {
    await checkNetwork(url ?? publishedAs(dataset).url, dataset, args);
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
    `Cannot use --${flag} without a data set: name one of ${FETCHED_NAMES.join(", ")}`,
  );
}

/** A line for each data set: how large it is, and where. */
async function list(folder: string): Promise<void> {
  for (const name of FETCHED_NAMES) {
    const { nodes, edges } = publishedAs(name);
    const path = cachePath(folder, name);
    const state = await isPrepared(name, folder)
      ? `${path}, ${formatBytes((await Deno.stat(path)).size)}`
      : `not here: deno task data ${name}`;
    const counts = [nodes, edges].map((count) => count.toLocaleString("en").padStart(10));
    console.log(`${name.padEnd(13)} ${counts[0]} nodes ${counts[1]} edges  ${state}`);
  }
}

/** The task's own command, as whoever called it would name its script, with this host alone. */
function callWith(host: string): string {
  const script = shellWord(relative(callersFolder(), import.meta.filename!));
  return project.tasks.data.command.replace(/--allow-net=\S+/, `--allow-net=${host}`)
    .replace(/\S+$/, script);
}

/** The task may speak to the publishers' hosts alone: another takes a person's consent. */
async function checkNetwork(url: string, dataset: FetchedName, args: string[]): Promise<void> {
  if (!URL.canParse(url)) throw new UsageError(`Cannot use --url ${url}: it must be an address`);
  const { host, protocol } = new URL(url);
  if (protocol !== "https:" && protocol !== "http:") {
    throw new UsageError(`Cannot use --url ${url}: it must begin with https:// or http://`);
  }
  const { state } = await Deno.permissions.query({ name: "net", host });
  if (state === "granted") return;
  throw new Error(
    `Cannot download from ${host} as the task may speak to the publishers' hosts alone: fetch the ` +
      `file yourself and call deno task data ${dataset} --from PATH, or allow the host with ` +
      [callWith(host), ...args.map(shellWord)].join(" "),
  );
}

if (import.meta.main) await runScript(main);
