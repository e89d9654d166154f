/** `deno task doctor`: reports the adapter, its limits and speed, whether it is right, and what fits. */
import type { AdapterInfo } from "../gpu/adapter.ts";
import { formatBytes } from "../gpu/format_bytes.ts";
import { type Gpu, openGpu } from "../gpu/gpu.ts";
import { knownMemory } from "../gpu/known_memory.ts";
import { adapterLimits } from "../gpu/open_device.ts";
import type { Graph } from "../graphs/graph.ts";
import { planted } from "../graphs/planted/planted.ts";
import { PROTEINS_BATCH } from "../graphs/planted/stand_in.ts";
import { wordnetFrames } from "../graphs/wordnet/wordnet_frames.ts";
import { buildModel } from "../models/build.ts";
import { shapeOf } from "../models/model.ts";
import type { ModelGiven } from "../models/options.ts";
import { forecast } from "../training/runs/forecast.ts";
import project from "../deno.json" with { type: "json" };
import { measureCeilings } from "./bench/ceilings.ts";
import { driverAdvice } from "./doctor/drivers.ts";
import { selfTestText } from "./doctor/self_test.ts";
import { defineFlags, runScript } from "./flags/flags.ts";
import { hasDawn } from "./shared/implementation.ts";
import { knownMemoryText } from "./shared/known_memory_text.ts";
import { sameBitsText } from "./shared/same_bits.ts";

const flags = defineFlags(
  "doctor",
  "Shows the adapter, its limits and speed, whether it computes right and the same again, and what fits.",
  {
    memoryBudget: { type: "bytes", help: "count with this much device memory" },
  },
);
export { flags as doctorFlags };

/** Width of what is named. */
const COLUMN = 20;
/** Rounds of a measurement of speed. */
const ROUNDS = 3;

/** Layers are not searched for beyond this. */
const DEEPEST = 2048;

type Candidate =
  & { readonly name: string; readonly kind: "res-gnn" | "rev-gnn" }
  & Pick<
    ModelGiven,
    "channels" | "dropout"
  >;

const WORDNET: readonly Candidate[] = [
  { name: "ResGNN-64", kind: "res-gnn", channels: 64, dropout: 0.1 },
  { name: "RevGNN-64", kind: "rev-gnn", channels: 64, dropout: 0.1 },
];
const PROTEINS: readonly Candidate[] = [
  { name: "ResGNN-64", kind: "res-gnn", channels: 64, dropout: 0.1 },
  { name: "RevGNN-80", kind: "rev-gnn", channels: 80, dropout: 0.1 },
  { name: "RevGNN-224", kind: "rev-gnn", channels: 224, dropout: 0.2 },
];

export async function main(args: string[]): Promise<void> {
  const { memoryBudget } = flags.parse(args);
  using gpu = await openOrAdvise();
  const { adapter } = gpu;
  const known = await knownMemory(adapter);
  const budget = memoryBudget ?? known?.bytes ?? adapter.maxBufferBytes;
  print("suite", `${project.version} on Deno ${Deno.version.deno}, ${Deno.build.target}`);
  print("implementation", implementation());
  print("adapter", `${adapter.name}${adapter.software ? " (software, on the processor)" : ""}`);
  print("driver", adapter.driver);
  if (adapter.software) advise("  for a graphics card, its driver:");
  print(
    "memory",
    `${formatBytes(budget)}, ${memoryBudget === undefined ? knownMemoryText(known) : "as given"}`,
  );
  await printLimits();
  print("self-test", await selfTestText(gpu));
  print("bits", await sameBitsText());
  const { copyGBs, multiplyAddGFLOPs } = await measureCeilings(gpu, ROUNDS);
  print("copies", `${copyGBs.toFixed(1)} GB/s, read and written`);
  print("multiply-adds", `${multiplyAddGFLOPs.toFixed(0)} GFLOP/s`);
  await printDeepest("wordnet-frames", await wordnetFrames(), WORDNET, budget, adapter);
  const proteins = planted(PROTEINS_BATCH);
  await printDeepest("a batch of ogbn-proteins' shape", proteins, PROTEINS, budget, adapter);
}

/** A device, or where there is none what to install, before the sentence that says so. */
async function openOrAdvise(): Promise<Gpu> {
  try {
    return await openGpu();
  } catch (error) {
    advise("A driver, by system:");
    throw error;
  }
}

function advise(title: string): void {
  console.error(title);
  for (const line of driverAdvice(Deno.build.os)) console.error(`    ${line}`);
}

function implementation(): string {
  return hasDawn() ? "Dawn" : `wgpu, of Deno ${Deno.version.deno}`;
}

async function printLimits(): Promise<void> {
  console.log(`${"limits".padEnd(COLUMN)}${"adapter".padStart(11)}${"needed".padStart(11)}`);
  for (const { what, has, needs, enough } of await adapterLimits()) {
    const figures = [has, needs].map((value) => `${value}`.padStart(11)).join("");
    console.log(`  ${what.padEnd(COLUMN - 2)}${figures}${enough ? "" : "  not enough"}`);
  }
}

async function printDeepest(
  data: string,
  graph: Graph,
  candidates: readonly Candidate[],
  budget: number,
  adapter: AdapterInfo,
): Promise<void> {
  console.log(`\nThe deepest model that trains on ${data}:`);
  for (const { name, ...options } of candidates) {
    const peak = async (layers: number) => {
      const model = buildModel({ ...options, layers }, shapeOf(graph));
      try {
        return (await forecast(model, graph, { epochs: 0 }, adapter)).peakBytes;
      } catch (error) {
        // A tensor beyond the adapter's limits fits no budget.
        if (error instanceof RangeError) return Infinity;
        throw error;
      }
    };
    const layers = await deepest(peak, budget);
    if (layers === 0) print(name, "none: not even 1 layer fits");
    else {
      const more = layers === DEEPEST ? " or more" : "";
      print(name, `${layers} layers${more}, ${formatBytes(await peak(layers))}`);
    }
  }
}

/** The largest depth up to DEEPEST whose peak is within the budget, by bisection; 0 if none is. */
async function deepest(peak: (layers: number) => Promise<number>, budget: number): Promise<number> {
  if (await peak(DEEPEST) <= budget) return DEEPEST;
  let [fits, exceeds] = [0, DEEPEST];
  while (exceeds - fits > 1) {
    const middle = Math.floor((fits + exceeds) / 2);
    if (await peak(middle) <= budget) fits = middle;
    else exceeds = middle;
  }
  return fits;
}

function print(what: string, value: string): void {
  console.log(`${what.padEnd(COLUMN)}${value}`);
}

if (import.meta.main) await runScript(main);
