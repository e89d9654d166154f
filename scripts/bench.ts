/**
 * `deno task bench`: times kernels and whole training steps at the size of one of ogbn-proteins' ten
 * parts, and the same step in other libraries on the same processor, in turn. Compare the ratios of one
 * run; the times themselves depend on the machine.
 */
import { openGpu } from "../gpu/gpu.ts";
import type { Device } from "../gpu/tensor.ts";
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

const flags = defineFlags("bench", "Times kernels, and a training step against other libraries'.", {
  layers: { type: "integer", minimum: 1, default: 2, help: "of the training step" },
  channels: { type: "integer", minimum: 2, default: 80, help: "of the training step" },
  nodes: { type: "integer", minimum: 1, default: PROTEINS_BATCH.nodes, help: "of the graph" },
  degree: {
    type: "integer",
    minimum: 0,
    default: PROTEINS_BATCH.degree,
    help: "in-edges of every node",
  },
  rounds: { type: "integer", minimum: 1, default: 7, help: "timings a median is taken of" },
  pairs: {
    type: "integer",
    minimum: 5,
    default: 5,
    help: "steps of ours and of each other library, in turn; the least of each counts",
  },
  peers: {
    type: "path",
    folder: true,
    what: `a folder made by ${installJavaScript("FOLDER")}`,
    help: "JavaScript's own libraries beside ours",
  },
});
export { flags as benchFlags };

const GROUPS = 2;

/** What all can do: no edge features, no dropout, no update, in-edges as a padded table. */
const PADDED = { nodes: 2000, degree: 60, channels: 80, layers: 2 };

export async function main(args: string[]): Promise<void> {
  const { rounds, pairs, peers: folder, ...size } = flags.parse(args);
  const { layers, channels, nodes, degree } = size;
  const graph = planted({ ...PROTEINS_BATCH, nodes, degree });
  using gpu = await openGpu();
  const padded = folder === undefined ? [] : await besideJavaScript(gpu, folder, pairs);
  const { name } = gpu.adapter;
  console.log(`${name}: ${nodes} nodes, ${graph.colIdx.length} edges, ${channels} channels`);
  const kernels = await kernelTimes(graph, channels / GROUPS, rounds);
  for (const [name, time] of Object.entries(kernels)) printKernel(name, time);
  const solvers = await solverTimes(gpu, rounds);
  for (const [name, time] of Object.entries(solvers)) print(name, time);

  const options = { layers, channels, groups: GROUPS, dropout: 0.1 };
  using training = await openStep(gpu, graph, options, { updates: true });
  const step = await medianTime(rounds, () => training.take());
  print(`training step, ${layers} layers`, step);
  const peers: PeerOutcome[] = [];
  for (const peer of PYTORCH) {
    peers.push(await comparePeer(peer, training, pairs));
    printPeer(peers.at(-1)!);
  }
  const row = { bench: "revgnn-step", ...size, pairs, ...columnsOf(kernels), step, solvers, peers };
  const beside = folder === undefined ? {} : { padded: { ...PADDED, peers: padded } };
  console.log(JSON.stringify({ ...row, ...beside, ...await provenance(gpu.adapter) }));
}

/** Loss and gradients beside JavaScript's own libraries; throws where none of them is in the folder. */
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

/** Milliseconds by kernel, as in rows of old, and the work beside them. */
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

/** With what it achieves: gigabytes of what it must move, thousands of millions of operations, a second. */
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
