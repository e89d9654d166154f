/** `deno task data`: fetches a published data set, or lists them; describes any graph. */
import { formatBytes } from "../gpu/format_bytes.ts";
import { relative } from "node:path";
import { datasetNames } from "../graphs/catalogue/datasets.ts";
import { cacheFolder } from "../graphs/published/cache_folder.ts";
import { type GraphGiven, graphSettings } from "../graphs/settings.ts";
import { callersFolder } from "../graphs/files/callers_path.ts";
import {
  cachePath,
  FETCHED_NAMES,
  type FetchedName,
  isFetched,
  isPrepared,
  publishedAs,
} from "../graphs/published/fetched.ts";
import { PAPERS_NAME } from "../graphs/published/papers.ts";
import { inMemory } from "../graphs/parts/stored_graph.ts";
import { shellWord } from "../settings/call.ts";
import project from "../deno.json" with { type: "json" };
import { readingOf } from "../training/runs/graph_of.ts";
import { DATASET_CHOICE, GRAPH_FLAGS, graphGiven, loadGraph } from "./flags/dataset_flags.ts";
import { kebab, runScript, UsageError } from "./flags/flags.ts";
import { asCall, defineSettingFlags } from "./flags/settings_flags.ts";
import { checkOut, describe } from "./data/describe.ts";
import { prepareDataset } from "./shared/prepare_dataset.ts";

const flags = defineSettingFlags(
  "data",
  "Downloads a data set, checks it and keeps it as what opens at once; without one, lists them. " +
    "With --describe it tells what any graph is like.",
  GRAPH_FLAGS,
  {
    dataset: { ...DATASET_CHOICE, help: "what to prepare, or to describe" },
    describe: {
      type: "boolean",
      help: "tell degrees, labels, split, homophily, and what votes of neighbours and ridge " +
        "regression score",
    },
    out: {
      type: "path",
      what: "an .html or .json file",
      writes: true,
      help: "where to write the description as well, as a page or as numbers",
    },
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

type DataCall = ReturnType<typeof flags.parse>;
type DataValues = DataCall["values"];

export async function main(args: string[]): Promise<void> {
  const call = flags.parse(args);
  checkCall(call);
  const { values: { dataset, describe: tells, from, cache, out }, given, used } = call;
  if (dataset === undefined) return await list(cacheFolder(cache));
  if (!tells) return console.log(await prepare(fetchedName(dataset), call.values, args));
  await checkOut(dataset, { out, cache });
  const settings = asCall(
    used,
    () => graphSettings({ ...graphGiven(dataset, given as GraphGiven), dataset }),
  );
  const fetched = isFetched(dataset);
  if (fetched) console.error(await prepare(dataset, call.values, args));
  const source = { cache, from: fetched ? undefined : from };
  const graph = await loadGraph(dataset, source, readingOf(settings));
  await describe(inMemory(graph, "describe"), { out, args });
}

/** Throws where a flag is of no use beside the others. */
function checkCall({ values, used }: DataCall): void {
  const { dataset, describe, from, url, fresh, out } = values;
  const given = { from, url, fresh: fresh || undefined, out, describe: describe || undefined };
  const flag = Object.entries(given).find(([, value]) => value !== undefined)?.[0];
  if (dataset === undefined && flag !== undefined) {
    const names = describe ? datasetNames : FETCHED_NAMES;
    throw new UsageError(
      `Cannot use --${flag} without a data set: name one of ${names.join(", ")}`,
    );
  }
  if (describe && dataset === PAPERS_NAME) {
    throw new UsageError(
      `Cannot use --describe with ${dataset}: its graph stays in its file, expected one that fits in ` +
        "memory; docs/larger-than-memory.md tells what it is like",
    );
  }
  if (from !== undefined && url !== undefined) {
    throw new UsageError("Cannot use --from with --url: a file comes from one place");
  }
  const told = out !== undefined ? "out" : used[0] && kebab(used[0].name);
  if (!describe && told !== undefined) {
    throw new UsageError(`Cannot use --${told} without --describe: only that reads the graph`);
  }
}

function fetchedName(dataset: string): FetchedName {
  if (isFetched(dataset)) return dataset;
  throw new UsageError(
    `Cannot prepare ${dataset}: only ${FETCHED_NAMES.join(", ")} are fetched, ` +
      "--describe tells what any graph is like",
  );
}

/** Fetches a data set unless it is there; returns a sentence about it. */
async function prepare(
  dataset: FetchedName,
  { from, url, cache, fresh }: DataValues,
  args: string[],
): Promise<string> {
  if (from === undefined && (fresh || !await isPrepared(dataset, cacheFolder(cache)))) {
    await checkNetwork(url ?? publishedAs(dataset).url, dataset, args);
  }
  const { path, prepared } = await prepareDataset(dataset, { cache, from, url, fresh });
  const { size } = await Deno.stat(path);
  const state = prepared ? "is prepared" : "is there already, --fresh prepares it again";
  return `${dataset} ${state}: ${path}, ${formatBytes(size)}`;
}

/** A line for each data set: how large it is, and where. */
async function list(folder: string): Promise<void> {
  for (const name of FETCHED_NAMES) {
    const { nodes, edges } = publishedAs(name);
    const path = cachePath(folder, name);
    const state = await isPrepared(name, folder)
      ? `${path}, ${formatBytes((await Deno.stat(path)).size)}`
      : `not here: deno task data ${name}`;
    const counts = [nodes, edges].map((count) => count.toLocaleString("en").padStart(13));
    console.log(`${name.padEnd(15)} ${counts[0]} nodes ${counts[1]} edges  ${state}`);
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
