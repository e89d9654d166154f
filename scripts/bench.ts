/**
 * `deno task bench`: times kernels, layers and whole training steps at the size of one of ogbn-proteins'
 * ten parts beside the adapter's own ceilings, and the same step in other libraries on the same processor,
 * in turn. Compare the ratios of one run; the times themselves depend on the machine.
 */
import { openGpu } from "../gpu/gpu.ts";
import type { Device } from "../gpu/tensor.ts";
import type { Graph } from "../graphs/graph.ts";
import { planted } from "../graphs/planted/planted.ts";
import { PROTEINS_BATCH } from "../graphs/planted/stand_in.ts";
import { provenance } from "../training/loop/provenance.ts";
import { writeBenchPage } from "../reports/pages/bench_page.ts";
import {
  appendBenchRow,
  type BenchRow,
  type Ceilings,
  ratesOf,
  type Timed,
} from "../reports/rows/bench_row.ts";
import { openStep } from "./bench/bench_step.ts";
import { compareCheckouts, pairOf, withPair } from "./bench/compare.ts";
import type { CompareSize } from "./bench/compare_serve.ts";
import { defineFlags, runScript, UsageError } from "./flags/flags.ts";
import { workOf } from "./bench/counting.ts";
import { type CaseKind, caseTimes, stepLaunches } from "./bench/kernel_times.ts";
import { BENCH_GROUPS } from "./bench/layer_cases.ts";
import { measureCeilings } from "./bench/ceilings.ts";
import { medianTime } from "./bench/median_time.ts";
import { comparePeer, type PeerOutcome } from "./bench/peer_ratio.ts";
import { installJavaScript, javaScriptPeers, PYTORCH } from "./bench/peers.ts";
import { solverTimes } from "./bench/solver_times.ts";
import { checkWritable } from "./shared/writable.ts";

const KINDS = ["kernels", "layers", "solvers", "step"] as const;

const flags = defineFlags("bench", "Times kernels, and a training step against other libraries'.", {
  only: { type: "choice", choices: KINDS, help: "what to time; default all" },
  layers: { type: "integer", minimum: 1, default: 2, help: "layers of the training step" },
  channels: { type: "integer", minimum: 2, default: 80, help: "hidden width of the training step" },
  nodes: { type: "integer", minimum: 1, default: PROTEINS_BATCH.nodes, help: "nodes of the graph" },
  degree: {
    type: "integer",
    minimum: 0,
    default: PROTEINS_BATCH.degree,
    help: "in-edges of every node",
  },
  rounds: { type: "integer", minimum: 1, default: 7, help: "timings to take the median of" },
  pairs: {
    type: "integer",
    minimum: 5,
    default: 5,
    help: "steps of ours and of each other library, in turn; the fastest of each counts",
  },
  peers: {
    type: "path",
    folder: true,
    what: `a folder made by ${installJavaScript("FOLDER")}`,
    help: "where JavaScript's libraries are, to time them as well",
  },
  compare: {
    type: "string",
    help: "two folders or revisions of this project, A B, to time in turn instead; " +
      "one alone is compared with this folder",
  },
  out: {
    type: "path",
    folder: true,
    writes: true,
    help: "a folder: adds the row to its bench.jsonl and draws its bench.html",
  },
});
export { flags as benchFlags };

/** A step that all JavaScript libraries can take: no edge features, dropout or update, padded in-edges. */
const PADDED = { nodes: 2000, degree: 60, channels: 80, layers: 2 };

export async function main(args: string[]): Promise<void> {
  const { only, rounds, pairs, peers: folder, out, compare, ...size } = flags.parse(withPair(args));
  const { channels, nodes, degree } = size;
  if (compare !== undefined) return await printComparison(pairOf(compare), { only, size, pairs });
  if (out !== undefined) await checkWritable(out, "out");
  const times = (kind: typeof KINDS[number]) => (only ?? kind) === kind;
  const graph = planted({ ...PROTEINS_BATCH, nodes, degree });
  using gpu = await openGpu();
  const padded = folder === undefined ? [] : await besideJavaScript(gpu, folder, pairs);
  const { name } = gpu.adapter;
  console.log(`${name}: ${nodes} nodes, ${graph.colIdx.length} edges, ${channels} channels`);
  const ceilings = await measureCeilings(gpu, rounds);
  printCeilings(ceilings);
  const cases = async (kind: CaseKind) => {
    const timed = times(kind) ? await caseTimes(kind, graph, channels, rounds) : {};
    for (const [name, time] of Object.entries(timed)) printTimed(name, time, ceilings);
    return timed;
  };
  const [kernels, layerTimes] = [await cases("kernels"), await cases("layers")];
  const solvers = times("solvers") ? await solverTimes(gpu, rounds) : {};
  for (const [name, time] of Object.entries(solvers)) print(name, time);
  const steps = times("step")
    ? await besidePyTorch(gpu, graph, size, { rounds, pairs, ceilings })
    : {};
  const beside = folder === undefined ? {} : { padded: { ...PADDED, peers: padded } };
  const row = {
    bench: "revgnn" as const,
    ...size,
    ceilings,
    kernels,
    layerTimes,
    ...{ solvers, pairs, ...steps, ...beside },
    ...await provenance(gpu.adapter),
  };
  console.log(JSON.stringify(row));
  if (out !== undefined) await keepRow(out, row);
}

/** Times two checkouts in turn, and prints ratios of each thing and then all in a row. */
async function printComparison(
  both: readonly [string, string],
  { only, size, pairs }: {
    only: typeof KINDS[number] | undefined;
    size: Omit<CompareSize, "kinds">;
    pairs: number;
  },
): Promise<void> {
  if (only === "solvers") {
    throw new UsageError("Cannot use --only solvers with --compare: their steps are not compared");
  }
  const kinds = only === undefined ? ["kernels", "layers", "step"] as const : [only];
  console.log(`a: ${both[0]}\nb: ${both[1]}`);
  const { compared, alone } = await compareCheckouts(
    both,
    { ...size, kinds },
    pairs,
    (name, one) => {
      const [ratio, low, high] = [one.ratio, ...one.quartiles].map((number) => number.toFixed(2));
      print(
        name,
        one.a,
        `${one.b.toFixed(2).padStart(10)} ms   b / a ${ratio} (${low} to ${high})`,
      );
    },
  );
  if (alone.length > 0) console.log(`only in one of them: ${alone.join(", ")}`);
  console.log(
    JSON.stringify({ bench: "compare", a: both[0], b: both[1], ...size, pairs, compared }),
  );
}

/** Adds a row to a folder's, and draws the page of all of them. */
async function keepRow(folder: string, row: BenchRow): Promise<void> {
  await appendBenchRow(folder, row);
  console.error(`drawn: ${await writeBenchPage(folder)}`);
}

/** A training step by itself, and in turn with PyTorch's forms of it. */
async function besidePyTorch(
  gpu: Device,
  graph: Graph,
  { layers, channels }: { layers: number; channels: number },
  { rounds, pairs, ceilings }: { rounds: number; pairs: number; ceilings: Ceilings },
): Promise<{ step: Timed; peers: PeerOutcome[] }> {
  const options = { layers, channels, groups: BENCH_GROUPS, dropout: 0.1 };
  using training = await openStep(gpu, graph, options, { updates: true });
  const milliseconds = await medianTime(rounds, () => training.take());
  const step = {
    milliseconds,
    ...workOf(await stepLaunches(graph, options, gpu.adapter)),
  };
  printTimed(`training step, ${layers} layers`, step, ceilings);
  const peers: PeerOutcome[] = [];
  for (const peer of PYTORCH) {
    peers.push(await comparePeer(peer, training, pairs));
    printPeer(peers.at(-1)!);
  }
  return { step, peers };
}

/** Times loss and gradients beside JavaScript's libraries; throws if none of them is in the folder. */
async function besideJavaScript(
  gpu: Device,
  folder: string,
  pairs: number,
): Promise<PeerOutcome[]> {
  const { nodes, degree, channels, layers } = PADDED;
  const graph = planted({ nodes, degree, regular: true, edgeFeatures: 0 });
  using step = await openStep(gpu, graph, { layers, channels }, { updates: false });
  console.log(
    `loss and gradients of ${layers} layers on ${nodes} nodes × ${degree} in-edges, ` +
      `${channels} channels; ours rebuilds activations, the others keep them`,
  );
  const peers: PeerOutcome[] = [];
  for (const peer of javaScriptPeers(folder)) {
    peers.push(await comparePeer(peer, step, pairs));
    printPeer(peers.at(-1)!);
  }
  if (peers.every((peer) => "missing" in peer)) {
    const wish = `call ${installJavaScript(folder)}`;
    throw new Error(`Cannot bench beside JavaScript's libraries: none is in ${folder}, ${wish}`);
  }
  return peers;
}

function print(what: string, time: number, more = ""): void {
  console.log(`${what.padEnd(34)}${time.toFixed(2).padStart(10)} ms${more}`);
}

/** Prints what was timed, its rates, and its share of the ceiling that binds it. */
function printTimed(what: string, timed: Timed, ceilings: Ceilings): void {
  const { gigabytes, gigaflops, ofCeiling } = ratesOf(timed, ceilings);
  const [moved, done] = [gigabytes, gigaflops].map((rate) => rate.toFixed(1).padStart(8));
  const share = `${(100 * ofCeiling).toFixed(0)} %`.padStart(8);
  print(what, timed.milliseconds, `${moved} GB/s${done} GFLOP/s${share} of the ceiling`);
}

function printCeilings({ launch, pass, submission, ...rates }: Ceilings): void {
  for (
    const [what, rate, unit] of [
      ["ceiling: copy", rates.copyGBs, "GB/s"],
      ["ceiling: copy within caches", rates.cacheGBs, "GB/s"],
      ["ceiling: multiply-adds", rates.multiplyAddGFLOPs, "GFLOP/s"],
      ["ceiling: the same, each with a load", rates.loadsGFLOPs, "GFLOP/s"],
    ] as const
  ) {
    console.log(`${what.padEnd(36)}${rate.toFixed(1).padStart(8)} ${unit}`);
  }
  print("an empty launch", launch);
  print("one in a pass of its own", pass);
  print("one in a submission of its own", submission);
}

function printPeer(outcome: PeerOutcome): void {
  if ("failure" in outcome) return console.log(`${outcome.peer}: ${outcome.failure}`);
  const { peer, theirs, ours, ratio, least, most, libraries } = outcome;
  print(peer, theirs);
  const [times, low, high] = [ratio, least, most].map((n) => n.toFixed(1));
  console.log(`  ${times} × our ${ours.toFixed(2)} ms (${low} to ${high} in pairs); ${libraries}`);
}

if (import.meta.main) await runScript(main);
