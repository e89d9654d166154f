/**
 * `deno task reproduce --dry-run`: the whole plan without running it, a line for each run's seeds: what
 * it would hold of device memory, whether that is there, and how long it would take.
 */
// @ts-types="types-d3"
import * as d3 from "d3";
import type { AdapterInfo } from "../../gpu/adapter.ts";
import { openGpu } from "../../gpu/gpu.ts";
import { type KnownMemory, knownMemory } from "../../gpu/known_memory.ts";
import { bytes, count, plural, roughly } from "../../reports/findings/format.ts";
import { settingsKey } from "../../reports/rows/keys.ts";
import { Estimator, type ModelSize } from "../../training/runs/estimate.ts";
import { knownMemoryText } from "../shared/known_memory_text.ts";
import type { Planned } from "./plan.ts";

const HEADS = ["run", "seeds", "parameters", "memory", "fits", "time"] as const;
const WIDTHS = [58, 6, 12, 10, 16, 12] as const;

export async function printPlan(plan: readonly Planned[]): Promise<void> {
  const adapter = await adapterOf();
  const known = await knownMemory(adapter);
  const estimator = new Estimator(adapter);
  console.log(line(HEADS));
  let total = 0;
  const problems = new Set<string>();
  for (
    const [, seeds] of d3.groups(plan, ({ settings }) => settingsKey({ ...settings, seed: 0 }))
  ) {
    const { settings } = seeds[0]!;
    const size = await estimator.size(settings);
    if (size.problem !== undefined) problems.add(size.problem);
    const left = seeds.filter(({ row, twin }) => !row && !twin).length;
    const fits = fitting(size, settings.memoryBudget ?? known?.bytes);
    const seconds = left > 0 && fits === YES ? left * await estimator.seconds(settings) : 0;
    total += seconds;
    console.log(line([
      `${settings.experiment}: ${seeds[0]!.title.replace(/, seed \d+$/, "")}`,
      seedsText(seeds),
      count(size.parameters),
      size.peakBytes === null ? "–" : bytes(size.peakBytes),
      fits,
      left === 0 ? answered(seeds) : fits === YES ? roughly(seconds) : "–",
    ]));
  }
  if (problems.size > 0) console.log(`\n${TOO_LARGE}: ${[...problems].join("; ")}.`);
  console.log(
    `\n${memoryText(known)}\n${plural(plan.length, "run")} on ${adapter.name}, ` +
      `${plan.filter(({ row }) => row).length} of them with a row already, ` +
      `${plan.filter(({ twin }) => twin).length} the same as another; about ` +
      `${
        roughly(total)
      } for those left that fit. Times are of steps of shallow models on as many ` +
      "neighbours, without evaluations; memory is of training, its evaluations and what comes after it.",
  );
}

/** Why nothing is left to run. */
function answered(seeds: readonly Planned[]): string {
  return seeds.some(({ twin }) => twin) ? "as another" : "has its row";
}

const YES = "yes";
const TOO_LARGE = "tensor too large";

/** WebGPU tells nobody a card's memory: there `--memory-budget` does. */
function fitting({ peakBytes }: ModelSize, memory = Infinity): string {
  if (peakBytes === null) return TOO_LARGE;
  return peakBytes <= memory ? YES : "no";
}

async function adapterOf(): Promise<AdapterInfo> {
  using gpu = await openGpu();
  return gpu.adapter;
}

/** `0`, `0–9`, or `0, 3`. */
function seedsText(runs: readonly Planned[]): string {
  const seeds = runs.map(({ settings }) => settings.seed);
  const [first, last] = [seeds[0]!, seeds.at(-1)!];
  if (seeds.length > 1 && last - first === seeds.length - 1) return `${first}–${last}`;
  return seeds.join(", ");
}

function line(cells: readonly string[]): string {
  return cells.map((cell, i) => i === 0 ? cell.padEnd(WIDTHS[i]!) : cell.padStart(WIDTHS[i]!))
    .join(" ");
}

function memoryText(known: KnownMemory | undefined): string {
  return known === undefined
    ? "The adapter does not tell its memory: --memory-budget counts with yours."
    : `Counts with ${bytes(known.bytes)} where a run has no budget of its own: ${
      knownMemoryText(known)
    }.`;
}
