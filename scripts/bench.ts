/**
 * `deno task bench`: times kernels and whole training steps at the size of one of ogbn-proteins' ten
 * parts, and the same step in other libraries on the same processor, in turn. Compare the ratios of one
 * run; the times themselves depend on the machine.
 */
import { openGpu } from "../gpu/gpu.ts";
import type { Device } from "../gpu/tensor.ts";
import type { Graph } from "../graphs/graph.ts";
import { planted } from "../graphs/planted/planted.ts";
import { PROTEINS_BATCH } from "../graphs/planted/stand_in.ts";
import { provenance } from "../training/loop/provenance.ts";
import { openStep } from "./bench/bench_step.ts";
import { defineFlags, runScript } from "./flags/flags.ts";
import { type KernelTime, kernelTimes } from "./bench/kernel_times.ts";
import { medianTime } from "./bench/median_time.ts";
import { comparePeer, type PeerOutcome } from "./bench/peer_ratio.ts";
import { installJavaScript, javaScriptPeers, PYTORCH } from "./bench/peers.ts";
import { solverTimes } from "./bench/solver_times.ts";

const KINDS = ["kernels", "solvers", "step"] as const;

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
});
export { flags as benchFlags };

const GROUPS = 2;

/** A step that all JavaScript libraries can take: no edge features, dropout or update, padded in-edges. */
const PADDED = { nodes: 2000, degree: 60, channels: 80, layers: 2 };

export async function main(args: string[]): Promise<void> {
  const { only, rounds, pairs, peers: folder, ...size } = flags.parse(args);
  const { channels, nodes, degree } = size;
  const times = (kind: typeof KINDS[number]) => (only ?? kind) === kind;
  const graph = planted({ ...PROTEINS_BATCH, nodes, degree });
  using gpu = await openGpu();
  const padded = folder === undefined ? [] : await besideJavaScript(gpu, folder, pairs);
  const { name } = gpu.adapter;
  console.log(`${name}: ${nodes} nodes, ${graph.colIdx.length} edges, ${channels} channels`);
  const kernels = times("kernels") ? await kernelTimes(graph, channels / GROUPS, rounds) : {};
  for (const [name, time] of Object.entries(kernels)) printKernel(name, time);
  const solvers = times("solvers") ? await solverTimes(gpu, rounds) : {};
  for (const [name, time] of Object.entries(solvers)) print(name, time);
  const steps = times("step") ? await besidePyTorch(gpu, graph, size, { rounds, pairs }) : {};
  const row = { bench: "revgnn-step", ...size, pairs, ...columnsOf(kernels), solvers, ...steps };
  const beside = folder === undefined ? {} : { padded: { ...PADDED, peers: padded } };
  console.log(JSON.stringify({ ...row, ...beside, ...await provenance(gpu.adapter) }));
}

/** A training step by itself, and in turn with PyTorch's forms of it. */
async function besidePyTorch(
  gpu: Device,
  graph: Graph,
  { layers, channels }: { layers: number; channels: number },
  { rounds, pairs }: { rounds: number; pairs: number },
): Promise<{ step: number; peers: PeerOutcome[] }> {
  const options = { layers, channels, groups: GROUPS, dropout: 0.1 };
  using training = await openStep(gpu, graph, options, { updates: true });
  const step = await medianTime(rounds, () => training.take());
  print(`training step, ${layers} layers`, step);
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

/** Milliseconds by kernel, as older rows have them, and each kernel's work. */
function columnsOf(times: Record<string, KernelTime>) {
  const entries = Object.entries(times);
  return {
    kernels: Object.fromEntries(entries.map(([name, time]) => [name, time.milliseconds])),
    work: Object.fromEntries(
      entries.map(([name, { bytes, operations }]) => [name, { bytes, operations }]),
    ),
  };
}

function print(what: string, time: number, more = ""): void {
  console.log(`${what.padEnd(34)}${time.toFixed(2).padStart(10)} ms${more}`);
}

/** Prints a kernel's time, and the bytes that it moved and its operations per second. */
function printKernel(what: string, { milliseconds, bytes, operations }: KernelTime): void {
  const [moved, done] = [bytes, operations].map((n) =>
    (n / milliseconds / 1e6).toFixed(1).padStart(8)
  );
  print(what, milliseconds, `${moved} GB/s${done} GFLOP/s`);
}

function printPeer(outcome: PeerOutcome): void {
  if ("failure" in outcome) return console.log(`${outcome.peer}: ${outcome.failure}`);
  const { peer, theirs, ours, ratio, least, most, libraries } = outcome;
  print(peer, theirs);
  const [times, low, high] = [ratio, least, most].map((n) => n.toFixed(1));
  console.log(`  ${times} × our ${ours.toFixed(2)} ms (${low} to ${high} in pairs); ${libraries}`);
}

if (import.meta.main) await runScript(main);
